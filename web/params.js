// The controls of a cell: a change rewrites one literal in the code and counts as Run, the newest value last.
import { readLiteral, writeLiteral } from "./literal.js";

const SETTLE_MS = 150;
const POSITIONS = 1_000; // of a slider on a logarithmic scale

export function mountParams(cell) {
  const form = cell.element.querySelector(".cell-params");
  if (!form) return null;
  const controls = [...form.querySelectorAll("[data-param]")].map((element) => new Control(element, cell.shipped));
  let timer;
  const change = (control) => {
    const code = writeLiteral(cell.code, control.name, control.value);
    control.tell();
    if (code === null) return cell.say(`No line of the code sets ${control.name} any more: Reset brings it back.`);
    if (code === cell.code) return;
    cell.setCode(code);
    clearTimeout(timer);
    timer = setTimeout(() => cell.run(), SETTLE_MS);
  };
  for (const control of controls) control.element.addEventListener("input", () => change(control));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("pointerenter", () => cell.prefetch());
  form.addEventListener("focusin", () => cell.prefetch());
  const readFrom = (code) => controls.forEach((control) => control.readFrom(code));
  readFrom(cell.code);
  return { readFrom };
}

class Control {
  constructor(element, shipped) {
    this.element = element;
    this.name = element.dataset.param;
    this.type = element.dataset.type;
    const box = element.closest(".cell-param") ?? element.parentElement;
    this.unit = box.querySelector(".cell-unit")?.textContent ?? "";
    this.shown = box.querySelector(".cell-param-value");
    this.logarithmic = element.dataset.scale === "log";
    this.whole = element.dataset.whole === "true";
    this.quoted = typeof readLiteral(shipped, this.name) === "string";
    if (this.logarithmic) this.takeLogarithms();
  }

  takeLogarithms() {
    const { element } = this;
    [this.min, this.max] = [Number(element.min), Number(element.max)];
    Object.assign(element, { min: 0, max: POSITIONS, step: 1 });
  }

  get value() {
    const { element } = this;
    if (this.type === "boolean") return element.checked;
    if (this.type === "string" || (this.type === "dropdown" && this.quoted)) return element.value;
    if (!this.logarithmic) return Number(element.value);
    const exact = this.min * (this.max / this.min) ** (element.value / POSITIONS);
    // Two digits are all that a thumb on a logarithmic scale can mean.
    const rounded = Number(exact.toPrecision(2));
    return Math.min(this.max, Math.max(this.min, this.whole ? Math.round(rounded) : rounded));
  }

  readFrom(code) {
    const value = readLiteral(code, this.name);
    this.element.disabled = value === undefined;
    if (value === undefined || value === this.value) return this.tell(value ?? null);
    if (this.type === "boolean") this.element.checked = value;
    else if (this.logarithmic) this.element.value = Math.round((Math.log(value / this.min) / Math.log(this.max / this.min)) * POSITIONS);
    else this.element.value = value;
    this.tell(value);
  }

  /** Show and announce the value as a reader would write it. */
  tell(value = this.value) {
    if (this.type !== "slider") return;
    const text = typeof value === "number" ? value.toLocaleString("en-US", this.whole ? {} : { maximumSignificantDigits: 6 }) : "set in the code";
    if (this.shown) this.shown.textContent = text;
    this.element.setAttribute("aria-valuetext", this.unit ? `${text} ${this.unit}` : text);
  }
}
