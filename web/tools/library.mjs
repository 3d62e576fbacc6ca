// Compiles Python's standard library inside Pyodide, so that the bytecode is that interpreter's own: a small archive and a whole one.
// usage: node library.mjs OUTDIR RUNTIME.py  (the modules that snippets import arrive as JSON on standard input)
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const [outdir, runtimePath] = process.argv.slice(2);
const wanted = JSON.parse(readFileSync(0, "utf8"));
const here = dirname(fileURLToPath(import.meta.url));
const { info } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve("pyodide/pyodide-lock.json"))));
const pyodide = await loadPyodide({ lockFileContents: { info, packages: {} }, packageBaseUrl: "./" });

pyodide.FS.writeFile("/runtime.py", readFileSync(runtimePath));
pyodide.FS.writeFile("/library.py", readFileSync(join(here, "library.py")));
pyodide.runPython("import sys; sys.path.insert(0, '/')");
const library = pyodide.pyimport("library");
library.build(JSON.stringify(wanted));

mkdirSync(outdir, { recursive: true });
for (const name of ["small.zip", "whole.zip"]) writeFileSync(join(outdir, name), pyodide.FS.readFile(`/${name}`));
