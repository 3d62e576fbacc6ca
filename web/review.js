// Today's review: the items that are due, fetched from the chapters they stand in, to be answered right here.
import { save } from "./download.js";
import * as progress from "./progress.js";
import { root } from "./root.js";

export async function mountReview(place, mountItem) {
  const status = place.appendChild(document.createElement("p"));
  status.setAttribute("role", "status");
  const list = place.appendChild(document.createElement("div"));
  list.className = "quiz";
  const ahead = place.appendChild(button("Practice them now", () => fill(progress.waiting(), "Ahead of time: a miss starts an item over, a right answer leaves its day as it is.")));
  place.append(tools(() => show()));
  await show();

  async function show() {
    await fill(progress.due());
  }

  async function fill(wanted, told) {
    status.textContent = wanted.length ? "Fetching the items …" : summary(0);
    const items = await Promise.all(wanted.map(([id, { page }]) => fetchItem(id, page)));
    list.replaceChildren(...items.filter(Boolean));
    for (const item of list.children) mountItem(item, item.dataset.page, () => (status.textContent = summary(progress.due().length)));
    status.textContent = told ?? summary(list.children.length);
    ahead.hidden = Boolean(wanted.length) || !progress.waiting().length;
  }
}

function summary(due) {
  const [next] = progress.later();
  const later = progress.later().length;
  const coming = later ? ` ${later} ${later === 1 ? "item is" : "items are"} waiting, the next comes ${progress.inWords(next)}.` : "";
  if (due) return `${due} due today.${coming}`;
  return progress.count() ? `Nothing is due today.${coming}` : "Nothing here yet: answer one of the quizzes below, and what you miss comes back on this page.";
}

/** The item as it stands in its chapter now; one that is gone from there is forgotten. */
async function fetchItem(id, page) {
  const address = new URL(page, root);
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (!response.ok) return response.status === 404 ? progress.forget(id) : null;
    const chapter = new DOMParser().parseFromString(await response.text(), "text/html");
    const item = chapter.getElementById(`quiz-${id}`);
    if (!item) return progress.forget(id);
    for (const link of item.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), address);
    item.dataset.page = page;
    item.append(source(chapter, address, id));
    return document.adoptNode(item);
  } catch {
    return null; // offline: it stays due
  }
}

function source(chapter, address, id) {
  const line = chapter.createElement("p");
  line.className = "quiz-source";
  const link = chapter.createElement("a");
  link.href = `${address}#quiz-${id}`;
  link.textContent = chapter.querySelector("h1")?.firstChild?.textContent.trim() ?? "Its chapter";
  line.append("From ", link);
  return line;
}

function tools(refresh) {
  const bar = document.createElement("div");
  bar.className = "quiz-foot";
  const said = Object.assign(document.createElement("span"), { role: "status" });
  const file = Object.assign(document.createElement("input"), { type: "file", accept: "application/json,.json", hidden: true });
  file.addEventListener("change", async () => {
    try {
      const taken = progress.imported(await file.files[0].text());
      said.textContent = `${taken} ${taken === 1 ? "item" : "items"} taken over.`;
      refresh();
    } catch {
      said.textContent = "This file holds no progress of this handbook.";
    }
    file.value = "";
  });
  const forget = () => {
    if (!confirm("Forget all answers in this browser?")) return;
    progress.clear();
    refresh();
  };
  bar.append(
    button("Export", () => save("handbook-progress.json", "application/json", progress.exported())),
    button("Import", () => file.click()), button("Forget everything", forget), file, said,
  );
  return bar;
}

function button(text, onClick) {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  element.addEventListener("click", onClick);
  return element;
}
