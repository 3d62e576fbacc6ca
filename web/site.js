// The light entry: mounts what a page holds, each kind from a module that is loaded only where it is needed.
import * as contents from "./contents.js";
import { onPage } from "./navigate.js";
import * as scheme from "./scheme.js";
import * as scroll from "./scroll.js";

const KINDS = [
  [".cell", () => import("./cell.js").then(mountOn, report)],
  [".quiz, [data-quiz-review]", () => import("./quiz.js").then(mountOn, report)],
  [".board", () => import("./board.js").then(mountOn, report)],
  ["#hb-search", () => import("./search.js").then(mountOn, report)],
  ["body", () => whenIdle(() => import("./offline.js").then(mountOn, report))],
];

const mountOn = (kind) => kind.mount(document);
const report = (error) => console.error(error); // one kind that fails takes no other with it
const whenIdle = (task) => (globalThis.requestIdleCallback ?? setTimeout)(task);

function mount() {
  scheme.mount(document);
  contents.mount(document);
  scroll.mount(document);
  for (const [selector, load] of KINDS) {
    if (document.querySelector(selector)) load();
  }
}

onPage(mount);
