// The search dialog: opened by its button, "/" or Ctrl/Cmd+K; arrows choose, Enter goes there, Escape closes.
//
// Markup: <button class="hb-search-open"> anywhere, and one <dialog id="hb-search" aria-label="Search"></dialog>.
import { root } from "./root.js";

const SHOWN = 12;
const INSIDE = `
  <form method="dialog" class="search-form" role="search">
    <input class="search-input" type="search" role="combobox" aria-label="Search the handbook" aria-expanded="false"
      aria-controls="search-results" aria-autocomplete="list" autocomplete="off" autocapitalize="off" spellcheck="false"
      placeholder="Search">
    <button class="search-close" value="close">Close</button>
  </form>
  <p class="search-status" role="status"></p>
  <div class="search-results" id="search-results" role="listbox" aria-label="Results"></div>`;

let engine = null;
let wordsLike = null;
let excerptOf = (result) => result.excerpt;
let chosen = -1;
let listening = false;

export function mount() {
  if (listening) return;
  listening = true;
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".hb-search-open")) open();
  });
  document.addEventListener("keydown", (event) => {
    if (asksForSearch(event)) {
      event.preventDefault();
      open();
    }
  });
}

function asksForSearch(event) {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) return true;
  return event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping(event.composedPath()[0]);
}

function isTyping(element) {
  return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
}

function open() {
  const dialog = document.getElementById("hb-search");
  if (dialog.open) return;
  if (!dialog.querySelector(".search-input")) build(dialog);
  dialog.showModal();
  dialog.querySelector(".search-input").select();
  load(dialog);
}

function build(dialog) {
  dialog.innerHTML = INSIDE;
  const input = dialog.querySelector(".search-input");
  input.addEventListener("input", () => show(dialog));
  input.addEventListener("keydown", (event) => onKey(event, dialog));
  dialog.querySelector(".search-results").addEventListener("click", () => dialog.close());
  // A click on the backdrop is a click on the dialog itself.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

async function load(dialog) {
  if (engine) return;
  const status = dialog.querySelector(".search-status");
  status.textContent = "Loading the index …";
  try {
    const searching = await import("./search-engine.js");
    engine = await searching.load(asset("search-index.json"));
    wordsLike = searching.wordsLike;
    show(dialog);
    await loadExcerpts(searching, dialog);
  } catch {
    status.textContent = "The search index could not be loaded. Close the search and open it again to retry.";
  }
}

/** Until the texts are there, and without them, a result shows how its section begins. */
async function loadExcerpts(searching, dialog) {
  try {
    excerptOf = await searching.loadTexts(asset("search-texts.json"));
    show(dialog, chosen);
  } catch (error) {
    console.warn(error);
  }
}

const asset = (name) => new URL(`assets/handbook/${name}`, root);

function show(dialog, place = 0) {
  if (!engine) return;
  const query = dialog.querySelector(".search-input").value.trim();
  const results = query ? engine(query) : [];
  const list = dialog.querySelector(".search-results");
  list.replaceChildren(...results.slice(0, SHOWN).map(option));
  dialog.querySelector(".search-input").setAttribute("aria-expanded", String(results.length > 0));
  dialog.querySelector(".search-status").textContent = summary(query, results.length);
  choose(dialog, Math.min(place, results.length - 1));
}

function summary(query, count) {
  if (!query) return "";
  if (!count) return "Nothing found: try fewer or other words.";
  return count > SHOWN ? `${count} results, the best ${SHOWN} shown` : `${count} result${count === 1 ? "" : "s"}`;
}

function option(result, place) {
  const link = document.createElement("a");
  link.id = `search-result-${place}`;
  link.role = "option";
  link.className = "search-result";
  link.href = new URL(result.url, root);
  link.tabIndex = -1;
  // The row under the pointer is the one that Enter opens.
  link.addEventListener("pointermove", () => place !== chosen && choose(link.closest("dialog"), place));
  const where = result.heading === result.title ? result.kind : [result.kind, result.title].filter(Boolean).join(" · ");
  link.append(part("search-where", where), marked("search-heading", result.heading, result.terms), marked("search-excerpt", excerptOf(result), result.terms));
  return link;
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

/** A heading or an excerpt with the words that matched marked. */
function marked(name, text, terms) {
  const span = part(name, "");
  let done = 0;
  for (const { 0: word, index } of terms.length ? text.matchAll(wordsLike(terms)) : []) {
    span.append(text.slice(done, index), Object.assign(document.createElement("mark"), { textContent: word }));
    done = index + word.length;
  }
  span.append(text.slice(done));
  return span;
}

function onKey(event, dialog) {
  const options = dialog.querySelectorAll('[role="option"]');
  const moves = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 };
  if (event.key in moves && options.length) {
    event.preventDefault();
    choose(dialog, (moves[event.key] + options.length) % options.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    options[chosen]?.click();
  } else if (event.key === "Escape") {
    event.preventDefault(); // a search field would only clear itself
    dialog.close();
  }
}

function choose(dialog, place) {
  chosen = place;
  dialog.querySelectorAll('[role="option"]').forEach((item, index) => {
    item.setAttribute("aria-selected", String(index === place));
    if (index === place) item.scrollIntoView({ block: "nearest" });
  });
  const input = dialog.querySelector(".search-input");
  if (place < 0) input.removeAttribute("aria-activedescendant");
  else input.setAttribute("aria-activedescendant", `search-result-${place}`);
}
