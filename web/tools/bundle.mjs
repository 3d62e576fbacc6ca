// Bundles the browser side with esbuild: the light entry with its lazy chunks, the two workers, the style sheet.
// usage: node bundle.mjs OUTDIR  (names of the interpreter's files and the rules for drawings arrive as JSON on standard input)
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const outdir = process.argv[2];
const { interpreter, drawing } = JSON.parse(readFileSync(0, "utf8"));
const web = dirname(dirname(fileURLToPath(import.meta.url)));
const { info } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve("pyodide/pyodide-lock.json"))));

const common = {
  absWorkingDir: dirname(web),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
};

// esbuild has told what is wrong by the time it throws.
const build = (options) => esbuild.build(options).catch(() => process.exit(1));

const workers = await build({
  ...common,
  entryPoints: ["worker.js", "unpacker.js"].map((name) => join(web, name)),
  entryNames: "chunks/[name]-[hash]",
  // Pyodide's loader names modules of Node that a browser never asks for.
  external: ["node:*", "ws"],
  define: { LOCK_INFO: JSON.stringify(info), PYODIDE_MODULE: JSON.stringify(`./${interpreter.module}`) },
});
const [worker, unpacker] = ["worker", "unpacker"].map((kind) => Object.keys(workers.metafile.outputs).map((file) => basename(file))
  .find((file) => file.startsWith(`${kind}-`)));

const site = await build({
  ...common,
  entryPoints: ["site.js", "css/site.css"].map((name) => join(web, name)).filter(existsSync),
  entryNames: "[name]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "chunks/[name]-[hash]",
  splitting: true,
  loader: { ".woff2": "file", ".svg": "file" },
  define: { INTERPRETER: JSON.stringify({ ...interpreter, worker, unpacker }), DRAWING: JSON.stringify(drawing) },
});

process.stdout.write(JSON.stringify({ worker, unpacker }));
