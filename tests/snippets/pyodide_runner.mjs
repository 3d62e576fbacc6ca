// Runs snippets one after the other in one Pyodide, with the very interpreter, library and runtime that the page uses; answers with what each printed.
// usage: node pyodide_runner.mjs INTERPRETER/ SMALL.zip  (the sources and the paths to run arrive as JSON on standard input)
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const { sources, run } = JSON.parse(readFileSync(0, "utf8"));
const { info } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve("pyodide/pyodide-lock.json"))));
const [indexURL, stdLibURL] = process.argv.slice(2);
const pyodide = await loadPyodide({
  indexURL,
  stdLibURL,
  lockFileContents: { info, packages: {} },
  packageBaseUrl: "./",
  env: { HOME: "/home/reader", PYTHONHASHSEED: "0" },
});

let text = "";
let charts = 0;
const decoder = new TextDecoder();
for (const set of [pyodide.setStdout, pyodide.setStderr]) {
  set.call(pyodide, { write: (bytes) => ((text += decoder.decode(bytes, { stream: true })), bytes.length) });
}
const device = pyodide.FS.makedev(64, 0);
pyodide.FS.registerDevice(device, { write: (_stream, buffer, offset, length) => {
  charts += buffer.slice(offset, offset + length).filter((byte) => byte === 10).length;
  return length;
} });
pyodide.FS.mkdev("/dev/handbook", device);

const runtime = pyodide.pyimport("handbook_runtime");
runtime.install(JSON.stringify(sources), false);
const printed = {};
for (const path of run) {
  [text, charts] = ["", 0];
  const ended = JSON.parse(runtime.run(JSON.stringify({ path, code: sources[path] })));
  runtime.tidy();
  printed[path] = { kind: ended.kind, text: text + (ended.text ?? ""), charts };
}
process.stdout.write(JSON.stringify(printed));
