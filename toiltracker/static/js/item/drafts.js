// Keeps what is half written: for each account and item in this browser, until it is saved or discarded.
const KEPT_FOR = 30 * 24 * 3600 * 1000;
const memory = new Map(); // where the browser keeps nothing, at least until the page is left
const keys = new WeakMap(); // a form that was swapped out still knows whose text it sent

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(key, draft) {
  memory.set(key, draft);
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // full, or not allowed: the memory has it
  }
}

function drop(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing is kept there
  }
}

const prefix = () => `draft:${document.body.dataset.account}:`;
const holder = (node) => node.closest("[data-item]");

function keyOf(form) {
  const item = holder(form);
  if (item) keys.set(form, `${prefix()}${item.dataset.item}:${form.dataset.draft}`);
  return keys.get(form);
}

export const fieldsOf = (form) =>
  [...form.elements].filter((field) => field.matches("textarea, input:not([type=hidden], [type=checkbox], [type=radio])"));

// Its fields are saved one by one as they are left, together with what stands in the others.
const isSide = (form) => form.matches("[data-side-form]");

// What was refused is drawn again as it was typed, and is saved as little as before.
const isOpen = (field) => field.value !== field.defaultValue || field.matches("[aria-invalid=true]");
export const isDirty = (form) => fieldsOf(form).some(isOpen);

export function markDraft(form) {
  form.classList.toggle("is-dirty", isDirty(form));
}

export function keepDraft(form) {
  markDraft(form);
  if (!isDirty(form)) {
    drop(keyOf(form));
    return;
  }
  const kept = isSide(form) ? fieldsOf(form).filter((field) => field.value !== field.defaultValue) : fieldsOf(form);
  if (!kept.length) return;
  const fields = Object.fromEntries(kept.map((field) => [field.name, field.value]));
  const was = Object.fromEntries(kept.map((field) => [field.name, field.defaultValue]));
  const version = "versioned" in form.dataset ? form.elements.version.value : null;
  write(keyOf(form), { at: Date.now(), version, fields, was });
}

export function dropDraft(form) {
  drop(keyOf(form));
  form.querySelector(".restored")?.remove();
  form.classList.remove("is-restored");
}

// Drops the drafts of fields by their names: their conflict is settled.
export function settleDrafts(names) {
  for (const name of names) {
    const form = document.querySelector(`[data-draft="${name}"]`);
    if (!form) continue;
    resetForm(form);
  }
}

export function resetForm(form) {
  dropDraft(form);
  if (isSide(form)) for (const field of fieldsOf(form)) field.value = field.defaultValue;
  else form.reset();
  const refused = form.querySelectorAll("[aria-invalid=true]");
  for (const field of refused) field.removeAttribute("aria-invalid");
  markDraft(form);
  if (refused.length) document.dispatchEvent(new CustomEvent("item:refresh"));
}

function restore(form, { quietly }) {
  const draft = read(keyOf(form));
  if (!draft) return;
  let isChanged = false;
  for (const field of fieldsOf(form)) {
    const text = draft.fields[field.name];
    if (text === undefined || text === field.defaultValue) continue;
    // What somebody changed since is not overwritten by a text that was begun before.
    if (isSide(form) && (draft.was?.[field.name] !== field.defaultValue || field === document.activeElement)) continue;
    field.value = text;
    isChanged = true;
  }
  if (!isChanged) {
    if (!isDirty(form)) drop(keyOf(form));
    return;
  }
  // The text goes on from the version that it was begun at, so that what others wrote since is not overwritten.
  if (draft.version && "versioned" in form.dataset) form.elements.version.value = draft.version;
  form.closest("details")?.setAttribute("open", "");
  markDraft(form);
  const note = document.querySelector("template[data-restored]")?.content.firstElementChild.cloneNode(true);
  if (quietly || !note || form.querySelector(".restored")) return;
  form.classList.add("is-restored");
  form.append(note);
}

function forget() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("draft:") && Date.now() - (read(key)?.at ?? 0) > KEPT_FOR) localStorage.removeItem(key);
    }
  } catch {
    // nothing is kept there
  }
}

export function restoreDrafts(root, { quietly = false } = {}) {
  if (!document.body.dataset.account) return;
  forget();
  const forms = [...root.querySelectorAll("[data-draft]")];
  if (root.matches?.("[data-draft]")) forms.push(root);
  for (const form of forms) restore(form, { quietly });
}
