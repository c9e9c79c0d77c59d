// What the page is looking for stands in its address, so that a reload, a shared link and Back show the same.
export const FILTERS = ["q", "class", "service", "label", "assignee", "interrupts", "blocked", "age", "source", "type"];

const main = () => document.getElementById("main");

// The server says what it understood; what it did not is no part of it.
export const query = () => new URLSearchParams(main().dataset.query);

export const isFiltered = (params) => FILTERS.some((name) => params.has(name));

export function sorted(params) {
  const found = new URLSearchParams();
  const rest = [...new Set(params.keys())].filter((name) => !FILTERS.includes(name));
  for (const name of [...FILTERS, ...rest]) for (const value of params.getAll(name).sort()) found.append(name, value);
  return found;
}

const shows = (params) => {
  const found = sorted(params);
  for (const name of [...found.keys()]) if (name !== "lanes" && !FILTERS.includes(name)) found.delete(name);
  return found.toString();
};

// Whether the page looks for something else than the saved view with which it began.
export function isViewChanged(params) {
  return params.has("view") && shows(params) !== shows(new URLSearchParams(main().dataset.viewQuery));
}

// A view that is not changed has its short address; without any filter and rows it is left.
export function write(params) {
  if (!shows(params)) params.delete("view");
  main().dataset.query = sorted(params).toString();
  const short = new URLSearchParams(params);
  if (params.has("view") && !isViewChanged(params)) for (const name of [...FILTERS, "lanes"]) short.delete(name);
  history.replaceState(history.state, "", `?${sorted(short)}`.replace(/^\?$/, location.pathname));
}
