// Answer it first: a clock over the steps, notes that stay in this browser, a file to take away, a score by the checklist.
import { save } from "./download.js";

const PREFIX = "handbook:board:";
const TICK_MS = 250;
let ticking; // one clock runs at a time

export function mount(root) {
  clearInterval(ticking);
  for (const element of root.querySelectorAll(".board:not([data-mounted])")) {
    element.dataset.mounted = "";
    new Board(element);
  }
}

class Board {
  constructor(element) {
    this.element = element;
    this.key = PREFIX + element.dataset.id;
    this.total = Number(element.dataset.minutes) * 60;
    this.steps = [...element.querySelectorAll(".board-step")];
    this.marks = [...element.querySelectorAll(".board-checklist input")];
    this.elapsed = 0; // seconds before the clock was last started
    this.started = null; // when it was
    this.buildBar();
    this.restore();
    for (const step of this.steps) step.querySelector("textarea").addEventListener("input", () => this.keep());
    for (const mark of this.marks) mark.addEventListener("change", () => this.changeMarks());
    // A page that is left, by whatever way, keeps the minute it was left at.
    addEventListener("pagehide", () => element.isConnected && this.keep());
    this.showTime();
  }

  buildBar() {
    this.clock = make("span", "board-clock");
    this.clock.setAttribute("role", "timer");
    this.clock.setAttribute("aria-label", "Time gone");
    this.now = make("span", "board-now");
    this.now.setAttribute("role", "status");
    this.toggle = button("Start", () => (this.started === null ? this.start() : this.pause()));
    this.toggle.classList.add("primary");
    const bar = this.element.querySelector(".board-bar");
    bar.append(this.clock, this.toggle, button("Reset clock", () => this.reset()), button("Export notes", () => this.export()), this.now);
    bar.hidden = false;
    this.score = make("p", "board-score");
    this.score.setAttribute("role", "status");
    this.element.querySelector(".board-checklist").append(this.score);
  }

  get seconds() {
    return Math.min(this.total, this.elapsed + (this.started === null ? 0 : (Date.now() - this.started) / 1_000));
  }

  start() {
    if (this.seconds >= this.total) this.elapsed = 0;
    this.started = Date.now();
    clearInterval(ticking);
    ticking = setInterval(() => this.tick(), TICK_MS);
    this.showTime();
  }

  pause() {
    this.elapsed = this.seconds;
    this.started = null;
    clearInterval(ticking);
    this.keep();
    this.showTime();
  }

  reset() {
    this.pause();
    this.elapsed = 0;
    this.keep();
    this.showTime();
  }

  tick() {
    if (this.seconds >= this.total) this.pause();
    else this.showTime();
  }

  showTime() {
    const left = Math.ceil(this.total - this.seconds);
    const gone = Math.floor(this.seconds); // the steps are planned by the minute at which each ends
    this.clock.textContent = `${Math.floor(gone / 60)}:${String(gone % 60).padStart(2, "0")}`;
    this.toggle.textContent = this.started !== null ? "Pause" : this.elapsed && left ? "Go on" : "Start";
    const current = this.started !== null || this.elapsed ? this.stepAt(this.seconds) : null;
    for (const step of this.steps) {
      if (step === current) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    // Announced when it changes, not every second.
    const text = current ? `Now: ${current.querySelector(".board-title").textContent}` : left ? "" : "Time is up: mark your answer.";
    const idle = this.seconds > 0 && !current && left ? "Slack: questions and detours." : text;
    if (this.now.textContent !== idle) this.now.textContent = idle;
  }

  stepAt(seconds) {
    let end = 0;
    return this.steps.find((step) => seconds < (end += Number(step.dataset.minutes) * 60)) ?? null;
  }

  get notes() {
    return Object.fromEntries(this.steps.map((step) => [step.dataset.step, step.querySelector("textarea").value]));
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ notes: this.notes, marks: this.marks.map((mark) => mark.checked), elapsed: this.seconds }));
    } catch {
      this.now.textContent = "This browser keeps nothing: export your notes before you leave.";
    }
  }

  restore() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.key));
    } catch {
      return;
    }
    if (!kept) return;
    for (const step of this.steps) step.querySelector("textarea").value = kept.notes?.[step.dataset.step] ?? "";
    this.marks.forEach((mark, place) => (mark.checked = kept.marks?.[place] === true));
    this.elapsed = Number(kept.elapsed) || 0;
    if (this.marks.some((mark) => mark.checked)) this.showScore();
  }

  changeMarks() {
    this.keep();
    this.showScore();
  }

  showScore() {
    const done = this.marks.filter((mark) => mark.checked).length;
    this.score.textContent = `${done} of ${this.marks.length} points.`;
  }

  export() {
    const title = document.querySelector("h1")?.firstChild?.textContent.trim() ?? "My answer";
    const prompt = this.element.querySelector(".board-prompt").textContent.trim().replaceAll(/\s*\n\s*/g, "\n> ");
    const notes = this.steps.map((step) => {
      const name = step.querySelector(".board-title").textContent;
      return `## ${name} (${step.dataset.minutes} min)\n\n${step.querySelector("textarea").value.trim() || "(nothing)"}\n`;
    });
    const marks = this.marks.map((mark) => `- [${mark.checked ? "x" : " "}] ${mark.nextElementSibling.textContent.trim()}`);
    const used = `${Math.round(this.seconds / 60)} of ${this.total / 60} minutes used.`;
    const text = [`# ${title}\n`, `> ${prompt}\n`, `${used}\n`, ...notes, "## Checklist\n", ...marks, ""].join("\n");
    save(`${location.pathname.split("/").filter(Boolean).at(-1) ?? "notes"}-notes.md`, "text/markdown", text);
  }
}

function make(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

function button(text, onClick) {
  const element = make("button", "", text);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}
