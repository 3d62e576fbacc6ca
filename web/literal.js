// Finds and rewrites the literal of an annotated parameter in Python text, and nothing else.

const TEXT = /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')$/;
const LITERAL = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^#\n]*?[^#\s]`;

/** The parts of `name = literal  # @param …`: all before the literal, the literal, all after it; null when there is no such line. */
function find(code, name) {
  const annotated = new RegExp(String.raw`^([ \t]*${name}[ \t]*(?::[^=\n]+)?=[ \t]*)(${LITERAL})([ \t]*#[ \t]*@param\b.*)$`, "m");
  const bare = new RegExp(String.raw`^([ \t]*${name}[ \t]*(?::[^=\n]+)?=(?!=)[ \t]*)(${LITERAL})([ \t]*(?:#.*)?)$`, "m");
  const match = annotated.exec(code) ?? bare.exec(code);
  return match && { start: match.index + match[1].length, literal: match[2] };
}

/** The value in the code, or undefined when it is no plain literal (the reader may have put an expression there). */
export function readLiteral(code, name) {
  const literal = find(code, name)?.literal;
  if (literal === undefined) return undefined;
  if (literal === "True" || literal === "False") return literal === "True";
  if (TEXT.test(literal)) return literal.slice(1, -1).replace(/\\(.)/g, (_, char) => ({ n: "\n", t: "\t" })[char] ?? char);
  const number = Number(literal.replaceAll("_", ""));
  return Number.isNaN(number) ? undefined : number;
}

/** The code with the parameter set to the value; null when no line sets it. */
export function writeLiteral(code, name, value) {
  const found = find(code, name);
  if (!found) return null;
  return code.slice(0, found.start) + spell(value, found.literal) + code.slice(found.start + found.literal.length);
}

/** The value as Python, in the manner of the literal it replaces. */
function spell(value, old) {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return JSON.stringify(value);
  const text = Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
  const whole = /\d{5,}/.test(text) || old.includes("_") ? text.replace(/^-?\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, "_")) : text;
  return /[.e]/i.test(old) && !/[.e]/i.test(whole) ? `${whole}.0` : whole;
}
