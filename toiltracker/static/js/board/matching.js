// Whether a card matches the filters of the address: the same that boards/matching.py says, but for text.
const has = (wanted, value) => wanted.length === 0 || wanted.includes(value);

export function filterOf(params, me) {
  const assignees = params.getAll("assignee").map((value) => (value === "me" ? me || "nobody" : value));
  return {
    class: params.getAll("class"),
    service: params.getAll("service").map((value) => (value === "-" ? "" : value)),
    source: params.getAll("source").map((value) => (value === "-" ? "" : value)),
    type: params.getAll("type"),
    labels: params.getAll("label"),
    assignee: assignees,
    interrupts: params.has("interrupts"),
    blocked: params.has("blocked"),
    age: params.get("age"),
  };
}

function isOfAge(data, age) {
  if (!age) return true;
  if (!("days" in data)) return false;
  return age === "older" ? "older" in data : Number(data.days) > Number(age);
}

function hasLabels(slot, labels) {
  if (!labels.length) return true;
  const held = [...slot.querySelectorAll(".card-l .label:not(.svc)")].map((node) => node.textContent);
  return labels.every((label) => held.includes(label));
}

export function matches(slot, filter) {
  const data = slot.dataset;
  if (!has(filter.class, data.class) || !has(filter.service, data.service)) return false;
  if (!has(filter.source, data.source) || !has(filter.type, data.type)) return false;
  if (!has(filter.assignee, data.assignee)) return false;
  if (filter.interrupts && !("interrupt" in data)) return false;
  if (filter.blocked && !("blocked" in data)) return false;
  return isOfAge(data, filter.age) && hasLabels(slot, filter.labels);
}
