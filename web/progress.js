// What a reader has answered, and when a missed item returns: kept in this browser only.
import { root } from "./root.js";

const KEY = "handbook:quiz";
const RETURNS = [1, 3, 7]; // days until a missed item comes back; after the last it is learned
const OUTCOMES = ["right", "near", "wrong"];
let items = read();
let kept = true;

function read() {
  try {
    return valid(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return {};
  }
}

function write() {
  try {
    localStorage.setItem(KEY, JSON.stringify(items));
    kept = true;
  } catch {
    kept = false;
  }
}

/** Keep only what has the shape of progress: an import is a file from anywhere. */
function valid(value) {
  const entries = Object.entries(value ?? {}).filter(([id, item]) =>
    /^[\w-]{1,40}$/.test(id) && OUTCOMES.includes(item?.outcome) && Number.isInteger(item.day) && typeof item.page === "string"
    && new URL(item.page, root).href.startsWith(root.href) && (item.due === null || (Number.isInteger(item.due) && item.step in RETURNS)));
  return Object.fromEntries(entries.map(([id, { outcome, day, page, due, step }]) => [id, { outcome, day, page, due, step }]));
}

/** Days since 1970 on the reader's own calendar. */
export function today() {
  const now = new Date();
  return Math.round(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / 86_400_000);
}

export const isKept = () => kept;
export const get = (id) => items[id];

/** Right the first time: done. Missed: back after a day, then three, then seven, as long as the answers are right. */
export function mark(id, outcome, page) {
  items = current(items);
  const known = items[id];
  const returning = known?.due != null;
  if (returning && outcome === "right" && today() < known.due) return known; // too early to count
  const step = outcome !== "right" ? 0 : returning ? known.step + 1 : RETURNS.length;
  const due = step < RETURNS.length ? today() + RETURNS[step] : null;
  items[id] = { outcome, day: today(), page, due, step: due === null ? null : step };
  write();
  return items[id];
}

// Another tab may have answered in the meantime.
const current = (mine) => (kept ? read() : mine);

export function due() {
  return Object.entries(current(items)).filter(([, item]) => item.due !== null && item.due <= today());
}

/** What returns later, soonest first. */
export function waiting() {
  return Object.entries(current(items)).filter(([, item]) => item.due !== null && item.due > today()).sort(([, a], [, b]) => a.due - b.due);
}

/** The days on which something returns later, soonest first. */
export const later = () => waiting().map(([, item]) => item.due);

export const count = () => Object.keys(current(items)).length;

export function forget(id) {
  items = current(items);
  delete items[id];
  write();
}

export function clear() {
  items = {};
  write();
}

export function exported() {
  return JSON.stringify({ handbook: "quiz", version: 1, items: current(items) }, null, 1);
}

/** Merge a file that was exported: of two answers to one item the later stands. The number of items taken. */
export function imported(text) {
  const file = JSON.parse(text);
  if (file?.handbook !== "quiz" || file.version !== 1) throw new Error("not progress of this handbook");
  items = current(items);
  const fresh = Object.entries(valid(file.items)).filter(([id, item]) => !items[id] || items[id].day <= item.day);
  for (const [id, item] of fresh) items[id] = item;
  write();
  return fresh.length;
}

/** "today", "tomorrow", or a date in words. */
export function inWords(day) {
  if (day <= today()) return "today";
  if (day === today() + 1) return "tomorrow";
  return `on ${new Date(day * 86_400_000).toLocaleDateString("en-US", { timeZone: "UTC", weekday: "long", month: "long", day: "numeric" })}`;
}
