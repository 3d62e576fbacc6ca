// A runnable cell: run, stop, reset, copy, and what becomes of output, errors and charts.
import { mountParams } from "./params.js";
import { mountPredict } from "./predict.js";
import * as interpreter from "./interpreter.js";
import * as store from "./store.js";

const mounted = new Map(); // element → Cell

export function mount(root) {
  for (const [element, cell] of mounted) {
    if (!element.isConnected) {
      cell.leave();
      mounted.delete(element);
    }
  }
  for (const element of root.querySelectorAll(".cell")) {
    if (!mounted.has(element)) mounted.set(element, new Cell(element));
  }
  showLinked();
}

/** A deep link scrolls again, because the buttons that appeared have moved everything, and lands on Run. */
function showLinked() {
  const element = location.hash.startsWith("#cell-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const cell = mounted.get(element);
  if (!cell) return;
  element.scrollIntoView();
  cell.button.run.focus({ preventScroll: true });
}
addEventListener("hashchange", showLinked);
addEventListener("beforeprint", () => document.querySelectorAll(".cell-fold").forEach((fold) => (fold.open = true)));

class Cell {
  constructor(element) {
    this.element = element;
    const part = (name) => element.querySelector(`.cell-${name}`);
    this.part = { bar: part("bar"), code: part("code"), output: part("output"), charts: part("charts"), status: part("status"), fold: part("fold") };
    this.button = { run: part("run"), stop: part("stop"), reset: part("reset"), copy: part("copy") };
    this.path = element.dataset.snippet;
    this.section = element.dataset.section || undefined;
    this.key = `${this.path}#${this.section ?? ""}`;
    this.shipped = part("code").querySelector("code").textContent;
    this.shippedHtml = part("code").innerHTML;
    this.record = { text: this.part.output.textContent, charts: [...(this.part.charts?.childNodes ?? [])] };
    this.code = store.load(this.key) ?? this.shipped;
    this.listen();
    this.params = mountParams(this);
    this.predict = mountPredict(this);
    if (this.edited) {
      this.showCode(this.code);
      this.say("This is your edit of the code; the output below is the recorded one.");
    }
    this.markEdited();
    this.part.bar.hidden = false;
  }

  get edited() {
    return this.code.trimEnd() !== this.shipped.trimEnd();
  }

  get busy() {
    return ["loading", "running"].includes(this.element.dataset.state);
  }

  listen() {
    const { run, stop, reset, copy } = this.button;
    run.addEventListener("click", () => this.run());
    stop.addEventListener("click", () => this.stop());
    reset.addEventListener("click", () => this.reset());
    copy.addEventListener("click", () => this.copy());
    for (const intent of ["pointerenter", "focus"]) run.addEventListener(intent, () => this.prefetch());
    run.addEventListener("pointerdown", () => interpreter.wakeUp());
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.run();
      }
    }, true);
    const code = this.part.code.querySelector("pre");
    code.tabIndex = 0;
    code.setAttribute("role", "textbox");
    code.setAttribute("aria-multiline", "true");
    code.setAttribute("aria-label", "Python code, editable");
    // A pointer opens the editor where it was lifted, unless it has marked text; the keyboard by arriving.
    code.addEventListener("click", ({ clientX: x, clientY: y }) => getSelection().isCollapsed && this.edit({ x, y }));
    code.addEventListener("focus", () => code.matches(":focus-visible") && this.edit());
  }

  // Editing.

  async edit(place) {
    if (this.editor || this.opening) return;
    this.opening = true;
    try {
      const { open } = await import("./editor.js");
      // Whoever came by keyboard and has tabbed on meanwhile keeps the focus.
      const here = place || this.part.code.contains(document.activeElement);
      if (this.part.code.isConnected && here) this.editor = open(this, place);
    } catch {
      this.say("The editor could not be loaded; the code still runs.");
    } finally {
      this.opening = false;
    }
  }

  /** The reader, a control or a stored edit has changed the code. */
  setCode(code, { fromEditor = false } = {}) {
    this.code = code;
    if (!store.save(this.key, this.edited ? code : null) && !this.toldStorage) {
      this.toldStorage = true;
      this.say("This browser keeps no data: the edit lasts until you leave the page.");
    }
    if (!fromEditor) this.showCode(code);
    this.markEdited();
    this.params?.readFrom(code);
  }

  showCode(code) {
    if (this.editor) this.editor.replace(code);
    else if (this.edited) this.part.code.querySelector("code").textContent = code;
    else this.part.code.querySelector("code").innerHTML = codeHtml(this.shippedHtml);
  }

  markEdited() {
    this.element.toggleAttribute("data-edited", this.edited);
    this.button.reset.disabled = !this.edited && !this.departed && !this.hasRun;
  }

  reset() {
    this.stop();
    this.setCode(this.shipped);
    this.hasRun = false;
    this.depart(false);
    this.part.output.textContent = this.record.text;
    this.part.charts?.replaceChildren(...this.record.charts);
    this.predict?.reset();
    this.setState("recorded");
    this.markEdited();
    this.say("Back to the code and output as recorded.");
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.code);
      this.say("Code copied.");
    } catch {
      this.say("The browser did not allow copying.");
    }
  }

  // Running.

  /** The reader seems about to run it. */
  prefetch() {
    if (!navigator.connection?.saveData) interpreter.prefetch();
  }

  /** Run the code as it stands, after the run in progress if there is one; the promise is kept when that run has ended. */
  run() {
    if (!this.running) this.running = this.runOnce().finally(() => (this.running = this.next = undefined));
    else this.next ??= this.running.then(() => this.stopped || this.run());
    return this.next ?? this.running;
  }

  runOnce() {
    this.stopped = false;
    return new Promise((resolve) => {
      const output = new Output(this.part.output);
      const charts = [];
      const began = performance.now();
      this.setState("loading");
      this.say("Loading Python …");
      this.job = interpreter.run({ path: this.path, section: this.section, code: this.code }, {
        loading: (fraction) => this.loading(fraction, began),
        started: () => {
          this.setState("running");
          this.say("Running …");
          if (this.part.fold) this.part.fold.open = true;
          output.start();
        },
        output: (stream, text) => output.add(stream, text),
        chart: (chart) => charts.push(chart),
        restarted: () => {
          output.start();
          charts.length = 0;
        },
        ended: (ended) => {
          this.job = undefined;
          resolve(this.ended(ended, output, charts));
        },
      });
    });
  }

  stop() {
    this.stopped = true;
    this.job?.stop();
  }

  /** The page is gone: nothing may reach back into it. */
  leave() {
    this.editor?.close();
    if (this.job) interpreter.abandon(this.job);
  }

  loading(fraction, began) {
    const percent = Math.round(fraction * 10) * 10;
    // Said in steps, and only when it takes a while: nobody wants forty announcements.
    if (percent > 0 && percent < 100 && performance.now() - began > 1_000) this.say(`Loading Python … ${percent} %`);
  }

  async ended(ended, output, charts) {
    if (ended.kind === "unavailable") return this.unavailable(ended.text);
    if (ended.kind === "stopped" && !output.started) {
      this.setState(this.hasRun ? "stopped" : "recorded");
      return this.say("Stopped before it began.");
    }
    if (ended.text) output.add("error", ended.text);
    if (ended.kind === "cut") output.add("error", "\nOutput cut here: a cell shows 2,000 lines or 100 kB, so the run was ended.\n");
    if (ended.kind === "interrupted") output.add("error", "KeyboardInterrupt\n");
    output.end();
    this.hasRun = true;
    this.setState({ done: "done", stopped: "stopped" }[ended.kind] ?? "error");
    this.depart(ended.kind !== "done" || output.text.trimEnd() !== this.record.text.trimEnd());
    this.markEdited();
    this.say(this.verdict(ended, output));
    if (charts.length || this.departed) await this.draw(charts);
    this.predict?.afterRun(output.text, ended.kind);
  }

  verdict(ended, output) {
    if (ended.kind === "stopped") return "Stopped.";
    if (ended.kind === "cut") return "Ended: too much output.";
    if (ended.kind !== "done") return `Ended by an error after ${duration(ended.seconds)}.`;
    if (this.departed && this.edited) return `Done in ${duration(ended.seconds)}, with your changes. Reset brings back the recorded run.`;
    return `Done in ${duration(ended.seconds)}${this.departed ? "; differs from the recorded output" : ", same as recorded"}.`;
  }

  unavailable(text) {
    this.setState("error");
    this.element.dataset.unavailable = "";
    this.say(`${text} The output below is the recorded one.`);
  }

  async draw(charts) {
    if (!charts.length) return this.part.charts?.replaceChildren();
    try {
      const { drawChart } = await import("./chart.js");
      const figures = await Promise.all(charts.map(drawChart));
      this.part.charts.replaceChildren(...figures);
    } catch (error) {
      this.say(`${this.part.status.textContent} The chart could not be drawn: ${error.message}`);
    }
  }

  depart(departed) {
    this.departed = departed;
    this.element.toggleAttribute("data-departed", departed);
  }

  setState(state) {
    const hadFocus = document.activeElement === this.button.stop;
    this.element.dataset.state = state;
    delete this.element.dataset.unavailable;
    this.button.stop.hidden = !this.busy;
    if (hadFocus && !this.busy) this.button.run.focus({ preventScroll: true });
    this.part.output.setAttribute("aria-busy", String(this.busy));
  }

  say(text) {
    if (this.part.status.textContent !== text) this.part.status.textContent = text;
  }
}

/** Streams text into the output element, drawn once a frame however fast it comes. */
class Output {
  constructor(element) {
    this.element = element;
    this.text = "";
    this.pending = [];
    this.started = false;
  }

  start() {
    this.started = true;
    this.text = "";
    this.pending = [];
    this.element.textContent = "";
  }

  add(stream, text) {
    if (stream === "stdout") this.text += text;
    const last = this.pending.at(-1);
    if (last?.stream === stream) last.text += text;
    else this.pending.push({ stream, text });
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = undefined;
    for (const { stream, text } of this.pending) {
      if (stream === "stdout") this.element.append(text);
      else this.element.append(Object.assign(document.createElement("span"), { className: `cell-${stream}`, textContent: text }));
    }
    this.pending = [];
    this.element.normalize();
  }

  end() {
    cancelAnimationFrame(this.frame);
    this.draw();
  }
}

/** The inside of the code element as it was shipped. */
function codeHtml(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("code").innerHTML;
}

function duration(seconds = 0) {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1_000))} ms` : `${seconds.toFixed(1)} s`;
}
