// The interpreter's own thread: starts Pyodide from what the page sends, locks the door, then runs cells one after the other.
import { loadPyodide } from "pyodide";

const MEMORY_LIMIT = 1 << 30;
const OUTPUT_BYTES = 100_000;
const OUTPUT_LINES = 2_000;
// A program that swallows the interrupt is ended by the page.
const FLOOD_FACTOR = 4;
const INTERRUPT = 2;

// What stays of the global scope: the language itself and what Pyodide needs after its start. All else (network, storage,
// workers, messages to other pages) goes, because a determined reader of code may find a way from Python to JavaScript.
const KEPT = new Set(`
  Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error
  AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError globalThis self JSON Math Intl
  ArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array
  Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set Iterator WeakMap WeakSet WeakRef Proxy Reflect
  FinalizationRegistry SharedArrayBuffer decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN
  WebAssembly TextDecoder TextEncoder console performance crypto setTimeout clearTimeout setInterval clearInterval queueMicrotask
  MessageChannel MessagePort URL Event EventTarget MessageEvent ErrorEvent DOMException AbortController AbortSignal
  addEventListener removeEventListener dispatchEvent constructor`.trim().split(/\s+/));

const post = self.postMessage.bind(self);
const interrupt = new Uint8Array(1);
const moduleReady = import(/* the interpreter's own script, same origin */ new URL(PYODIDE_MODULE, import.meta.url));
moduleReady.catch(() => {}); // reported by start()

let pyodide, runtime, output;
// Still on their way when the worker starts.
let archiveArrives, snippetsArrive;
const archive = new Promise((resolve) => (archiveArrives = resolve));
const sources = new Promise((resolve) => (snippetsArrive = resolve));

self.addEventListener("message", ({ data }) => {
  ({ start, archive: archiveArrives, snippets: snippetsArrive, run, library: useWholeLibrary })[data.type]?.(data);
});

async function start({ wasm }) {
  try {
    const { default: createPyodideModule } = await moduleReady;
    lendToPyodide(wasm);
    pyodide = await loadPyodide({
      createPyodideModule,
      indexURL: "handbook:",
      stdLibURL: "handbook:library",
      lockFileContents: { info: LOCK_INFO, packages: {} },
      packageBaseUrl: "handbook:",
      env: { HOME: "/home/reader", PYTHONHASHSEED: "0" },
    });
    connectStreams();
    runtime = pyodide.pyimport("handbook_runtime");
    runtime.install((await sources).snippets, (await archive).whole);
    lockDoors();
    post({ type: "ready" });
  } catch (error) {
    post({ type: "broken", message: String(error?.message ?? error) });
  }
}

/** Pyodide asks for two files by address; both come from the page. */
function lendToPyodide(wasm) {
  self.fetch = async (url) => new Response(String(url).endsWith("library") ? (await archive).library : null);
  WebAssembly.instantiateStreaming = async (_response, imports) => ({ module: wasm, instance: await WebAssembly.instantiate(wasm, imports) });
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * 65_536 > MEMORY_LIMIT) throw new RangeError("over the limit");
    return grow.call(this, pages);
  };
}

/** Output leaves through Pyodide's streams, charts through a device: Python never holds a JavaScript function. */
function connectStreams() {
  for (const [stream, set] of [["stdout", pyodide.setStdout], ["stderr", pyodide.setStderr]]) {
    const decoder = new TextDecoder();
    set.call(pyodide, { write: (bytes) => (emit(stream, decoder.decode(bytes, { stream: true })), bytes.length) });
  }
  const { FS } = pyodide;
  const device = FS.makedev(64, 0);
  let pending = "";
  const decoder = new TextDecoder();
  FS.registerDevice(device, {
    write(_stream, buffer, offset, length) {
      const parts = (pending + decoder.decode(buffer.slice(offset, offset + length), { stream: true })).split("\n");
      pending = parts.pop();
      for (const chart of parts) post({ type: "chart", id: output.id, chart });
      return length;
    },
  });
  FS.mkdev("/dev/handbook", device);
}

function emit(stream, text) {
  if (!output || !text) return;
  const room = OUTPUT_BYTES - output.bytes;
  const lines = text.split("\n");
  output.bytes += text.length;
  output.lines += lines.length - 1;
  if (!output.cut) {
    let shown = text.slice(0, room);
    if (output.lines > OUTPUT_LINES) shown = lines.slice(0, Math.max(0, lines.length - 1 - (output.lines - OUTPUT_LINES))).join("\n");
    post({ type: "output", id: output.id, stream, text: shown });
  }
  if (output.bytes <= OUTPUT_BYTES && output.lines <= OUTPUT_LINES) return;
  if (!output.cut) {
    output.cut = true;
    pyodide.setInterruptBuffer(interrupt);
  }
  interrupt[0] = INTERRUPT;
  if (output.bytes > OUTPUT_BYTES * FLOOD_FACTOR || output.lines > OUTPUT_LINES * FLOOD_FACTOR) post({ type: "flood", id: output.id });
}

function run({ id, path, section, code }) {
  output = { id, bytes: 0, lines: 0, cut: false };
  let ended;
  try {
    ended = JSON.parse(runtime.run(JSON.stringify({ path, section, code })));
  } catch (error) {
    // The interpreter itself fell over (its stack ran out, say): the page starts another.
    const why = error instanceof RangeError ? "the program called itself too deeply" : String(error?.message ?? error).split("\n")[0];
    post({ type: "fatal", id, why });
    return;
  }
  if (output.cut) {
    ended.kind = "cut";
    interrupt[0] = 0;
    pyodide.setInterruptBuffer(undefined);
  }
  post({ type: "ended", id, ended });
  output = undefined;
  tidy();
}

function tidy() {
  try {
    runtime.tidy();
  } catch (error) {
    post({ type: "broken", message: String(error?.message ?? error) });
  }
}

/** A cell wants a module that the small archive lacks: put the whole library in its place. */
function useWholeLibrary({ library }) {
  pyodide.FS.writeFile("/lib/python314.zip", new Uint8Array(library));
  runtime.use_whole_library();
}

function lockDoors() {
  for (let scope = globalThis; scope && scope !== EventTarget.prototype; scope = Object.getPrototypeOf(scope)) {
    for (const name of Reflect.ownKeys(scope)) {
      if (typeof name !== "string" || KEPT.has(name)) continue;
      if (!Reflect.deleteProperty(scope, name)) Reflect.set(scope, name, undefined);
    }
  }
}
