// Leaves out of Pyodide's WebAssembly, and of the script beside it, what only side modules (wheels with C code, which no cell can load)
// and `ctypes` look-ups by name would ask for: 8,000 exports, the functions behind them, and the script's list of them.
// usage: node interpreter.mjs OUTDIR
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";
import * as esbuild from "esbuild";

const outdir = process.argv[2];
const read = (name) => readFileSync(fileURLToPath(import.meta.resolve(`pyodide/${name}`)));
const wasm = read("pyodide.asm.wasm");
const script = read("pyodide.asm.mjs").toString();

// Emscripten's glue gives each export a variable: it declares them all in one statement and sets each in one of its own.
const SET = /([\w$]+)=Module\["\1"\]=wasmExports\["([^"]+)"\](?:\.value>>>0)?;?/g;
const DECLARED = /var ((?:[\w$]+,){1000,}[\w$]+);/;
// What the compiler that made Pyodide uses; binaryen knows of more, which it must not write.
const FEATURES = ["MutableGlobals", "SignExt", "NontrappingFPToInt", "BulkMemory", "Multivalue", "ReferenceTypes", "ExceptionHandling"];
const ZEROS = 256;

const words = wordsOf(`${script.replace(SET, "").replace(DECLARED, "")}\n${read("pyodide.mjs")}`);
const exported = WebAssembly.Module.exports(await WebAssembly.compile(wasm));
// A word that could name it, anywhere else in the two scripts, keeps an export; memory, table and tags stay anyway.
const dropped = new Set(exported.filter(({ name, kind }) => (kind === "function" || kind === "global") && !words.has(name) && !words.has(`_${name}`))
  .map(({ name }) => name));
if (!DECLARED.test(script) || dropped.size < exported.length / 2) {
  console.error("Pyodide's script is not written as this tool expects: look at SET and DECLARED in web/tools/interpreter.mjs");
  process.exit(1);
}

mkdirSync(outdir, { recursive: true });
writeFileSync(join(outdir, "pyodide.asm.wasm"), smallerWasm());
writeFileSync(join(outdir, "pyodide.asm.mjs"), await smallerScript());

function wordsOf(text) {
  return new Set(text.match(/[\w$]+/g));
}

function smallerWasm() {
  const module = binaryen.readBinary(wasm);
  module.setFeatures(FEATURES.reduce((all, name) => all | binaryen.Features[name], 0));
  for (const name of dropped) module.removeExport(name);
  module.runPasses(["remove-unused-module-elements"]);
  joinData(module);
  return module.emitBinary();
}

/** The 14,000 pieces of data, cut apart at every few zeros, as some hundred: their headers compress worse than the zeros. */
function joinData(module) {
  const joined = [];
  for (let index = 0; index < module.getNumDataSegments(); index += 1) {
    const { offset, data, passive } = module.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    if (passive) throw new Error("a passive data segment cannot be joined to another");
    const bytes = new Uint8Array(data);
    const last = joined.at(-1);
    const gap = last ? offset - last.end : -1;
    if (gap < 0 || gap > ZEROS) joined.push({ offset, end: offset + bytes.length, parts: [bytes] });
    else (last.parts.push(new Uint8Array(gap), bytes), (last.end = offset + bytes.length));
  }
  const { initial, max } = module.getMemoryInfo();
  const segments = joined.map(({ offset, parts }) => ({ offset: module.i32.const(offset), data: Buffer.concat(parts) }));
  module.setMemory(initial, max, null, segments); // the export by which it is known stays
}

async function smallerScript() {
  const variables = new Set();
  const left = script.replace(SET, (line, variable, name) => (dropped.has(name) ? (variables.add(variable), "") : line))
    .replace(DECLARED, (_, list) => `var ${list.split(",").filter((name) => !variables.has(name)).join(",")};`);
  return (await esbuild.transform(left, { minify: true, format: "esm", target: "es2022", legalComments: "none", logLevel: "error" })).code;
}
