// Draws a chart that a cell has shown: Vega-Lite to SVG without eval or network, then only what the allow-list knows.
import { parse, View, Warn } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";
import config from "../handbook/chart.json";

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(DRAWING.elements);
const ATTRIBUTES = new Set([...DRAWING.presentation, ...DRAWING.geometry]);

const nothingFromElsewhere = {
  load: () => Promise.reject(new Error("a chart carries its data with it")),
  sanitize: () => Promise.reject(new Error("a chart carries no links")),
};

/** A figure from the message of a cell: a JSON text with a specification and its summary in words. */
export async function drawChart(message) {
  const { spec, summary } = JSON.parse(message);
  const figure = document.createElement("figure");
  figure.className = "chart";
  figure.append(await drawSvg(spec, String(summary)));
  return figure;
}

async function drawSvg(spec, summary) {
  const { spec: vega } = compile(spec, { config });
  const view = new View(parse(vega, null, { ast: true }), { expr: expressionInterpreter, loader: nothingFromElsewhere, renderer: "none", logLevel: Warn });
  try {
    const text = await view.toSVG();
    const svg = clean(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", summary);
    return svg;
  } finally {
    view.finalize();
  }
}

/** The same rules as for recorded drawings (handbook/svg.py): listed parts only, the palette's colors as classes. */
function clean(node) {
  const kept = document.createElementNS(SVG, node.localName);
  const given = new Map([...node.attributes].map(({ name, value }) => [name, value]));
  for (const declaration of (given.get("style") ?? "").split(";")) {
    const [name, value = ""] = declaration.split(":");
    if (DRAWING.presentation.includes(name.trim())) given.set(name.trim(), value.trim());
  }
  const classes = [];
  for (const [name, value] of given) {
    if (!ATTRIBUTES.has(name) || name === "id" || /url|:/i.test(value)) continue;
    const role = (name === "fill" || name === "stroke") && DRAWING.palette[plainColor(value)];
    if (role) classes.push(`fig-${name}-${role}`);
    else kept.setAttribute(name, value);
  }
  if (classes.length) kept.setAttribute("class", classes.join(" "));
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE && /^(text|tspan|title|desc)$/.test(node.localName)) kept.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE && ELEMENTS.has(child.localName)) kept.append(clean(child));
  }
  return kept;
}

function plainColor(value) {
  const color = value.trim().toLowerCase();
  const channels = /^rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(color)?.slice(1);
  const hex = channels ? `#${channels.map((channel) => Number(channel).toString(16).padStart(2, "0")).join("")}` : color;
  return DRAWING.same[hex] ?? hex;
}
