// Break it: the reader commits to a guess, the run answers, and both stand side by side.

export function mountPredict(cell) {
  const form = cell.element.querySelector(".cell-predict");
  return form && new Prediction(cell, form);
}

class Prediction {
  constructor(cell, form) {
    Object.assign(this, { cell, form, guess: null });
    this.fold = cell.part.fold;
    this.verdict = cell.element.querySelector(".cell-verdict");
    this.verdict.tabIndex = -1;
    this.sayIt = cell.element.querySelector(".cell-say");
    cell.element.querySelector(".cell-why")?.before(this.verdict);
    this.bar = form.querySelector(".cell-predict-bar");
    this.status = Object.assign(document.createElement("span"), { className: "cell-guess-status", role: "status" });
    this.again = Object.assign(document.createElement("button"), { type: "button", className: "cell-again", textContent: "Guess again", hidden: true });
    this.again.addEventListener("click", () => this.guessAgain());
    this.bar.append(this.again, this.status);
    this.evidence = new RegExp(form.dataset.evidence, "m");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.commit();
    });
    form.querySelector(".cell-skip").addEventListener("click", () => this.show());
  }

  get chosen() {
    const field = this.form.querySelector("input[type=radio]:checked, input[type=number]");
    return field?.value ?? "";
  }

  async commit() {
    if (this.chosen === "") {
      this.status.textContent = this.form.dataset.kind === "number" ? "Write a number first." : "Choose an answer first.";
      return this.form.querySelector("input").focus();
    }
    this.guess = this.chosen;
    this.close(`Committed: ${withUnit(this.guess, this.form.dataset.unit)}.`);
    this.unfold();
    await this.cell.run();
    if (this.verdict.hidden) this.compare(this.cell.record.text, "The recorded run");
    this.verdict.scrollIntoView({ block: "nearest" });
    // The button that had the focus is gone; the answer is where the reader goes on.
    if (document.activeElement === document.body) this.verdict.focus({ preventScroll: true });
  }

  show() {
    this.guess = null;
    this.close("Shown without a guess.");
    this.unfold();
    this.compare(this.cell.record.text, "The recorded run");
  }

  /** A guess that could still be changed beside the answer would be none. */
  close(text) {
    this.form.toggleAttribute("data-closed", true);
    this.form.querySelector("fieldset").disabled = true;
    this.status.textContent = text;
    this.buttons(true);
  }

  open() {
    this.form.toggleAttribute("data-closed", false);
    this.form.querySelector("fieldset").disabled = false;
    this.status.textContent = "";
    this.buttons(false);
  }

  buttons(closed) {
    for (const button of this.bar.querySelectorAll("button")) button.hidden = (button === this.again) !== closed;
  }

  guessAgain() {
    this.reset();
    this.form.querySelector("input").focus();
  }

  unfold() {
    this.verdict.hidden = true;
    if (this.fold) this.fold.open = true;
  }

  afterRun(text, kind) {
    if (kind !== "done") return;
    if (!this.form.hasAttribute("data-closed")) this.close("Shown without a guess.");
    if (this.fold) this.fold.open = true;
    this.compare(text, this.cell.edited ? "Your version" : "The run", this.cell.edited);
  }

  /** Guess beside result; the reason stands below in the page, and then come the words to say. An edited program answers a question
   * of its own: its figure is shown, and the guess is not judged by it. */
  compare(text, whose, edited = false) {
    const { kind, answer, unit = "" } = this.form.dataset;
    const found = this.evidence.exec(text)?.[1];
    const result = found === undefined ? "prints no such figure" : kind === "number" ? withUnit(found, unit) : edited ? found : `${answer} (${found})`;
    const rows = [[whose, result]];
    if (this.guess !== null) rows.unshift(["Your guess", withUnit(this.guess, unit)]);
    const list = document.createElement("dl");
    for (const [name, value] of rows) list.append(make("dt", name), make("dd", value));
    const judged = this.guess !== null && found !== undefined && !edited;
    this.verdict.replaceChildren(...(judged ? [make("p", this.judge(found), "cell-judgment")] : []), list);
    this.verdict.toggleAttribute("data-unjudged", !judged);
    this.verdict.toggleAttribute("data-right", judged && kind === "choice" && this.guess === answer);
    this.verdict.hidden = false;
    this.sayIt?.toggleAttribute("data-due", true);
  }

  judge(found) {
    const { kind, answer } = this.form.dataset;
    if (kind === "choice") return this.guess === answer ? "As you said." : "Not what you said.";
    const [guess, result] = [this.guess, found].map((text) => Number(text.replaceAll(/[,_]/g, "")));
    if (guess === result) return "Exactly.";
    const factor = Math.max(guess / result, result / guess);
    return factor > 0 && Number.isFinite(factor) ? `Off by a factor of ${factor.toPrecision(2)}.` : `Off by ${Math.abs(guess - result).toPrecision(2)}.`;
  }

  reset() {
    this.guess = null;
    this.verdict.hidden = true;
    this.form.reset();
    this.open();
    if (this.fold) this.fold.open = false;
    if (this.sayIt) this.sayIt.open = false;
    this.sayIt?.toggleAttribute("data-due", false);
  }
}

const withUnit = (value, unit) => (unit ? `${value} ${unit}` : value);
const make = (name, text, className = "") => Object.assign(document.createElement(name), { textContent: text, className });
