// Quizzes: scores an answer, opens ours, and lets missed items return after 1, 3 and 7 days.
import * as progress from "./progress.js";
import { mountReview } from "./review.js";
import { root } from "./root.js";

const WITHIN = 2; // times off that still counts as a right estimate, unless the item can be worked out and says so
const NEAR = 5;
const SUFFIX = { k: 1e3, m: 1e6, b: 1e9, g: 1e9, t: 1e12 };
const SELF_MARKS = [["right", "I had it"], ["near", "Half of it"], ["wrong", "I missed it"]];

export function mount(scope) {
  for (const quiz of scope.querySelectorAll(".quiz:not([data-mounted])")) {
    quiz.dataset.mounted = "";
    const foot = make("div", "quiz-foot");
    quiz.after(foot);
    const tell = () => showScore(quiz, foot);
    for (const item of quiz.querySelectorAll(".quiz-item")) mountItem(item, here(), tell);
    tell();
  }
  for (const place of scope.querySelectorAll("[data-quiz-review]:not([data-mounted])")) {
    place.dataset.mounted = "";
    mountReview(place, mountItem);
  }
}

const here = () => location.href.slice(root.href.length).replace(/[?#].*/, "");

/** Give one item its button and result line; `page` is where it stands, relative to the site. */
export function mountItem(item, page, onMark) {
  const { kind, id } = item.dataset;
  const answer = item.querySelector(".quiz-answer");
  const bar = make("div", "quiz-bar");
  const result = make("p", "quiz-result");
  result.setAttribute("role", "status");
  answer.before(bar, result);
  const finish = (outcome, text) => {
    const { due } = progress.mark(id, outcome, page);
    item.dataset.state = outcome;
    result.textContent = due === null ? text : `${text} It returns ${progress.inWords(due)} under Practice.`;
    answer.open = true;
    onMark?.(id, outcome);
  };
  showLastTime(item, result);
  if (kind === "recall") return offerSelfMarks(bar, answer, finish);
  const check = button("Check", () => {
    const scored = kind === "estimate" ? scoreEstimate(item) : scoreChoice(item);
    if (scored) finish(...scored);
    else result.textContent = kind === "estimate" ? "Write a number first, such as 1,200 or 3.5k." : "Choose an answer first.";
  });
  check.classList.add("primary");
  bar.append(check);
  item.querySelector(".quiz-input input")?.addEventListener("keydown", (event) => event.key === "Enter" && check.click());
}

function showLastTime(item, result) {
  const last = progress.get(item.dataset.id);
  if (!last) return;
  const returning = last.due === null ? "" : ` It returns ${progress.inWords(last.due)} under Practice.`;
  result.textContent = last.outcome === "right" ? `Answered right before.${returning}` : `Missed last time.${returning}`;
}

function scoreChoice(item) {
  const chosen = item.querySelector("input:checked")?.value;
  if (chosen === undefined) return null;
  for (const reason of item.querySelectorAll(".quiz-answer [data-option]")) reason.toggleAttribute("data-chosen", reason.dataset.option === chosen);
  return chosen === item.dataset.answer ? ["right", "Right."] : ["wrong", item.dataset.kind === "compare" ? "We grade them the other way round." : "Not this one."];
}

function scoreEstimate(item) {
  const guess = readNumber(item.querySelector("input").value);
  if (guess === null) return null;
  const answer = Number(item.dataset.answer);
  if (guess === answer) return ["right", "Exactly."];
  const times = Math.max(guess / answer, answer / guess);
  if (!(times > 0 && Number.isFinite(times))) return ["wrong", "Not even the sign."];
  const within = Number(item.dataset.within || WITHIN);
  const tight = within < WITHIN;
  const off = times < 1.05 && !tight ? "almost exact" : `${times.toPrecision(tight ? 3 : 2).replace(/\.0$/, "")} times too ${guess > answer ? "high" : "low"}`;
  if (times <= within) return ["right", tight ? "Right." : `Within a factor of ${WITHIN}: ${off}.`];
  return [times <= (tight ? WITHIN : NEAR) ? "near" : "wrong", `${off[0].toUpperCase()}${off.slice(1)}.`];
}

/** "17,400", "17.4k", "2e6", "3 M" as numbers. */
export function readNumber(text) {
  const [, digits, suffix = ""] = /^\s*([-+]?[\d,_]*\.?\d+(?:e[-+]?\d+)?)\s*([kmbgt]?)\s*%?\s*$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  return Number(digits.replaceAll(/[,_]/g, "")) * (SUFFIX[suffix.toLowerCase()] ?? 1);
}

function offerSelfMarks(bar, answer, finish) {
  const marks = SELF_MARKS.map(([outcome, text]) => button(text, () => finish(outcome, outcome === "right" ? "Good." : "Noted.")));
  const reveal = button("Reveal, then mark yourself", () => (answer.open = true));
  reveal.classList.add("primary");
  const show = () => {
    if (!answer.open || marks[0].isConnected) return;
    const hadFocus = document.activeElement === reveal;
    bar.replaceChildren(...marks);
    if (hadFocus) marks[0].focus();
  };
  answer.addEventListener("toggle", show);
  bar.append(reveal);
}

function showScore(quiz, foot) {
  const answered = [...quiz.querySelectorAll(".quiz-item")].map((item) => progress.get(item.dataset.id)).filter(Boolean);
  const right = answered.filter((item) => item.outcome === "right").length;
  const total = quiz.querySelectorAll(".quiz-item").length;
  const text = answered.length ? `${answered.length} of ${total} answered, ${right} right.` : `${total} items. What you miss returns after 1, 3 and 7 days.`;
  const link = make("a", "", "Today’s review");
  link.href = new URL("practice/review/", root);
  foot.replaceChildren(make("p", "", progress.isKept() ? text : `${text} This browser keeps nothing, so the score ends with the page.`), link);
}

export function make(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

export function button(text, onClick) {
  const element = make("button", "", text);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}
