// The two jobs of `finish` that need Node's libraries: TeX to MathML (Temml), the search index (MiniSearch).
// Reads one JSON object from standard input, writes one to standard output.
import { readFileSync } from "node:fs";
import MiniSearch from "minisearch";
import temml from "temml";
import { indexOptions } from "../web/search-options.js";

// Temml writes some layout into style attributes, which the site's policy forbids. What matters of it becomes classes.
const KEPT = /^(padding|margin|border|width|height|min-width|color|background-color|math-depth|text-align|vertical-align)/;
const EMPTY = /(undefined|Infinity|^$|^true$)/;

function mathml({ tex, display }) {
  try {
    const html = temml.renderToString(tex, { displayMode: display, throwOnError: true, annotate: false });
    return { html: html.replace(/<[^>]*\sstyle="[^>]*>/g, styleToClass) };
  } catch (error) {
    return { error: error.message.replace(/\s+/g, " ").trim() };
  }
}

// The class is named after the rule itself, so that `finish` can write the style sheet from the pages alone.
function styleToClass(tag) {
  const style = tag.match(/\sstyle="([^"]*)"/)[1].split(";").map((part) => part.split(":").map((text) => text.trim()))
    .filter(([property, value = ""]) => KEPT.test(property) && !EMPTY.test(value))
    .map(([property, value]) => `${property}:${value}`.replaceAll(" ", "_")).join(";");
  const bare = tag.replace(/\sstyle="[^"]*"/, "");
  if (!style) return bare;
  return bare.includes(' class="') ? bare.replace(' class="', ` class="tex:${style} `) : bare.replace(/^<([\w-]+)/, `<$1 class="tex:${style}"`);
}

function index(documents) {
  const search = new MiniSearch(indexOptions);
  search.addAll(documents);
  return search.toJSON();
}

const input = JSON.parse(readFileSync(0, "utf8"));
const output = { formulas: (input.formulas ?? []).map(mathml) };
if (input.documents) output.index = index(input.documents);
process.stdout.write(JSON.stringify(output));
