// The page's side of the interpreter: fetches its files once, keeps one warm worker and a spare, runs one cell at a time.

const here = (name) => new URL(`./${name}`, import.meta.url).href;
// Nothing heard for so long, from the network or from a starting worker, counts as failed.
const PATIENCE_MS = 30_000;
// How long a run that belongs to a page left behind may still finish in peace.
const ORPHAN_MS = 3_000;

const NOT_LOADED = "Python could not start: its worker did not load. Run tries again.";

/** Python cannot be had; the message is a sentence for the reader. */
export class Unavailable extends Error {}

let files; // promises of what a worker needs
let wholeLibrary; // promise of the untrimmed standard library, once a cell has asked for it
let warm, spare; // workers; `warm` runs the cells
let current; // the run in progress
const waiting = [];
let lastId = 0;

/** Fetch the interpreter's files, so that a click finds them here; harmless to call often. */
export function prefetch() {
  if (files || typeof WebAssembly === "undefined") return;
  needed();
  fetch(here(INTERPRETER.module)).then((response) => response.arrayBuffer()).catch(() => {}); // the worker will find it in the cache
}

function needed() {
  if (!files) {
    files = fetchFiles();
    Promise.all(Object.values(files)).catch(() => (files = undefined));
  }
  return files;
}

/** Start the interpreter without running anything. */
export function wakeUp() {
  if (!warm) warm = startWorker();
  warm.ready.catch(() => {});
}

/**
 * Run a cell. `on` hears: loading(fraction), started(), output(stream, text), chart(json), and at last ended({kind, text, seconds}).
 * Returns { stop() }.
 */
export function run(cell, on) {
  const job = { id: ++lastId, cell, on, state: "waiting" };
  job.stop = () => stop(job);
  waiting.push(job);
  next();
  return job;
}

/** The reader has left the page that this run belongs to: forget it if it waits, give it a moment if it is in progress. */
export function abandon(job) {
  job.on = silent;
  if (job.state === "waiting") remove(waiting, job);
  else job.orphanTimer = setTimeout(() => stop(job), ORPHAN_MS);
}

const silent = { loading() {}, started() {}, output() {}, chart() {}, ended() {}, restarted() {} };

async function next() {
  if (current) {
    if (current.on === silent && waiting.length) stop(current); // nobody waits for the one in progress
    return;
  }
  const job = (current = waiting.shift());
  if (!job) return;
  job.state = "loading";
  warm ??= startWorker();
  const worker = (job.worker = warm);
  worker.onProgress = (fraction) => job.on.loading(fraction);
  try {
    job.on.loading(0);
    await worker.ready;
    if (job.state !== "loading") return; // stopped meanwhile
    job.state = "running";
    worker.job = job;
    job.on.started();
    worker.postMessage({ type: "run", id: job.id, ...job.cell });
  } catch (error) {
    if (warm === worker) warm = undefined;
    finish(job, { kind: "unavailable", text: error instanceof Unavailable ? error.message : `Python could not start: ${error.message}` });
  }
}

function finish(job, ended) {
  if (job.state === "finished") return;
  job.state = "finished";
  clearTimeout(job.orphanTimer);
  if (job.worker) job.worker.job = job.worker.onProgress = undefined;
  if (current === job) current = undefined;
  job.on.ended(ended);
  if (ended.kind !== "unavailable") keepSpare();
  next();
}

function stop(job) {
  if (job.state === "waiting") remove(waiting, job);
  // A worker that is still starting is worth keeping; one that computes can only be ended.
  if (job.state === "running") replaceWorker(job.worker);
  finish(job, { kind: "stopped" });
}

function replaceWorker(worker) {
  worker.terminate();
  if (warm !== worker) return;
  warm = spare;
  spare = undefined;
}

/** After a run, hold a second interpreter ready for the one after Stop, where memory and the reader's data plan allow. */
function keepSpare() {
  if (!warm) {
    warm = startWorker(); // a stopped run left none: start now rather than at the next click
    warm.ready.catch(() => {});
    return;
  }
  if (spare || navigator.connection?.saveData || (navigator.deviceMemory ?? 8) < 4) return;
  warm.ready.then(() => whenIdle(() => {
    if (spare || !warm) return;
    spare = startWorker();
    spare.ready.catch(() => (spare = undefined));
  }), () => {});
}

const whenIdle = (task) => (globalThis.requestIdleCallback ?? setTimeout)(task);
const remove = (list, item) => list.includes(item) && list.splice(list.indexOf(item), 1);

/** A worker that inherits the page's policy: one loaded by its address would not. */
function newWorker(script) {
  const address = URL.createObjectURL(new Blob([`import ${JSON.stringify(here(script))}`], { type: "text/javascript" }));
  const worker = new Worker(address, { type: "module" });
  worker.release = () => URL.revokeObjectURL(address);
  return worker;
}

function startWorker() {
  if (typeof WebAssembly === "undefined") return { ready: Promise.reject(new Unavailable("Python is not available: WebAssembly is off in this browser.")), terminate() {} };
  const worker = newWorker(INTERPRETER.worker);
  worker.ready = new Promise((resolve, reject) => {
    const watch = patience(() => reject(new Unavailable("Python did not start in time; a policy or an extension may be in the way. Run tries again.")));
    worker.onerror = () => reject(new Unavailable(NOT_LOADED));
    worker.onmessage = ({ data }) => {
      watch.done();
      if (data.type === "ready") resolve();
      else reject(new Unavailable(`Python could not start (${data.message.trim().split("\n").at(-1).slice(0, 120)}). Run tries again.`));
    };
    giveFiles(worker, (fraction) => (watch.again(), worker.onProgress?.(fraction))).then(watch.again, reject);
  });
  worker.ready.then(() => listen(worker), () => worker.terminate()).finally(worker.release);
  return worker;
}

function listen(worker) {
  worker.onerror = (event) => (event.preventDefault(), worker.onmessage({ data: { type: "broken", message: event.message } }));
  worker.onmessage = ({ data }) => {
    const { job } = worker;
    if (data.type === "broken") return job ? end(worker, job, gaveUp(data.message)) : replaceWorker(worker);
    if (!job || data.id !== job.id) return;
    if (data.type === "output") job.on.output(data.stream, data.text);
    else if (data.type === "chart") job.on.chart(data.chart);
    else if (data.type === "ended" && data.ended.kind === "library") fetchWholeLibrary(worker, job);
    else if (data.type === "ended") finish(job, data.ended);
    else if (data.type === "flood") end(worker, job, { kind: "cut" });
    else if (data.type === "fatal") end(worker, job, gaveUp(data.why));
  };
}

const gaveUp = (why) => ({ kind: "error", text: `The interpreter gave up (${why}); the next run starts a new one.\n` });

function end(worker, job, ended) {
  replaceWorker(worker);
  finish(job, ended);
}

async function fetchWholeLibrary(worker, job) {
  try {
    wholeLibrary ??= fetchUnpacked(INTERPRETER.whole, "bytes").value;
    const library = await wholeLibrary;
    if (worker.job !== job) return;
    worker.postMessage({ type: "library", library });
    job.on.restarted();
    worker.postMessage({ type: "run", id: job.id, ...job.cell });
  } catch (error) {
    wholeLibrary = undefined;
    finish(job, { kind: "unavailable", text: error.message });
  }
}

/** Hand the worker what it needs as it arrives: it sets up WebAssembly while the library is on its way, and starts Python while the snippets are. */
async function giveFiles(worker, onProgress) {
  progressListeners.add(onProgress);
  try {
    const { wasm, library, snippets } = needed();
    worker.postMessage({ type: "start", wasm: await wasm });
    const [small, whole] = await Promise.all([library, wholeLibrary]);
    worker.postMessage({ type: "archive", library: whole ?? small, whole: Boolean(whole) });
    worker.postMessage({ type: "snippets", snippets: await snippets });
  } finally {
    progressListeners.delete(onProgress);
  }
}

const progressListeners = new Set();

/** Promises of the files, each with the line to itself, in the order in which they are needed. */
function fetchFiles() {
  const total = Object.values(INTERPRETER.bytes).reduce((all, bytes) => all + bytes);
  let loaded = 0;
  const onProgress = (bytes) => {
    loaded += bytes;
    for (const listener of progressListeners) listener(Math.min(loaded / total, 1));
  };
  const wasm = fetchUnpacked(INTERPRETER.wasm, "wasm", onProgress);
  const library = fetchUnpacked(INTERPRETER.small, "bytes", onProgress, wasm.arrived);
  const snippets = fetchUnpacked(INTERPRETER.snippets, "text", onProgress, library.arrived);
  return { wasm: wasm.value, library: library.value, snippets: snippets.value };
}

/**
 * Two promises: the whole file has `arrived`, and its unpacked `value`. Each file has an unpacker of its own: on a fast line they
 * all arrive at once, and unpacking is what takes time.
 */
function fetchUnpacked(name, as, onProgress = () => {}, after = Promise.resolve()) {
  const unpacker = newWorker(INTERPRETER.unpacker);
  unpacker.postMessage(as);
  const arrived = after.then(() => fetchTo(unpacker, name, onProgress));
  const value = new Promise((resolve, reject) => {
    unpacker.onmessage = ({ data }) => ("error" in data ? reject(new Unavailable(whyNot(data.error))) : resolve(data.value));
    unpacker.onerror = () => reject(new Unavailable(NOT_LOADED));
    arrived.catch(reject);
  }).finally(() => (unpacker.terminate(), unpacker.release()));
  return { arrived, value };
}

const whyNot = (message) => (/policy|unsafe-eval|disallowed|blocked/i.test(message)
  ? "Python is not available: this page may not compile WebAssembly."
  : "Python is not available: a file of the interpreter arrived damaged. Reload to try again.");

/** Pass on a file's bytes while they arrive. */
async function fetchTo(unpacker, name, onProgress) {
  let response;
  try {
    response = await fetch(here(name));
  } catch {
    throw new Unavailable("Python is not available: its files could not be reached. Are you offline?");
  }
  if (!response.ok) throw new Unavailable(`Python is not available: a file of the interpreter is missing (${response.status}).`);
  const reader = response.body.getReader();
  const watch = patience(() => reader.cancel());
  for (;;) {
    const { value } = await reader.read().catch(() => ({})); // cut short: the unpacker will notice
    watch.again();
    unpacker.postMessage(value);
    if (!value) return watch.done();
    onProgress(value.length);
  }
}

/** Calls `give up` when nothing has happened for a while. */
function patience(giveUp) {
  let timer = setTimeout(giveUp, PATIENCE_MS);
  return {
    again: () => (clearTimeout(timer), (timer = setTimeout(giveUp, PATIENCE_MS))),
    done: () => clearTimeout(timer),
  };
}
