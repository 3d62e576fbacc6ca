// The page's side of the interpreter: fetches its files once, keeps one warm worker and a spare, runs one cell at a time.

const here = (name) => new URL(`./${name}`, import.meta.url).href;
// Nothing heard for so long, from the network or from a starting worker, counts as failed.
const PATIENCE_MS = 30_000;
// How long a run that belongs to a page left behind may still finish in peace.
const ORPHAN_MS = 3_000;

/** Python cannot be had; the message is a sentence for the reader. */
export class Unavailable extends Error {}

let files; // promise of what a worker needs
let wholeLibrary; // promise of the untrimmed standard library, once a cell has asked for it
let warm, spare; // workers; `warm` runs the cells
let current; // the run in progress
const waiting = [];
let lastId = 0;

/** Fetch the interpreter's files, so that a click finds them here; harmless to call often. */
export function prefetch() {
  if (files) return;
  needed().catch(() => {}); // whoever runs a cell hears of it
  fetch(here(INTERPRETER.module)).then((response) => response.arrayBuffer()).catch(() => {}); // the worker will find it in the cache
}

function needed() {
  files ??= fetchFiles().catch((error) => {
    files = undefined;
    throw error;
  });
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
function newWorker() {
  const address = URL.createObjectURL(new Blob([`import ${JSON.stringify(here(INTERPRETER.worker))}`], { type: "text/javascript" }));
  const worker = new Worker(address, { type: "module" });
  worker.release = () => URL.revokeObjectURL(address);
  return worker;
}

function startWorker() {
  if (typeof WebAssembly === "undefined") return { ready: Promise.reject(new Unavailable("Python is not available: WebAssembly is off in this browser.")), terminate() {} };
  const worker = newWorker();
  worker.ready = new Promise((resolve, reject) => {
    const watch = patience(() => reject(new Unavailable("Python did not start in time; a policy or an extension may be in the way. Run tries again.")));
    worker.onerror = () => reject(new Unavailable("Python could not start: its worker did not load. Run tries again."));
    worker.onmessage = ({ data }) => {
      watch.done();
      if (data.type === "ready") resolve();
      else reject(new Unavailable(`Python could not start (${data.message.trim().split("\n").at(-1).slice(0, 120)}). Run tries again.`));
    };
    filesForWorker((fraction) => (watch.again(), worker.onProgress?.(fraction))).then((given) => {
      watch.again();
      worker.postMessage({ type: "start", ...given });
    }, reject);
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
    wholeLibrary ??= inflated(INTERPRETER.whole, () => {}).then((response) => response.arrayBuffer());
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

async function filesForWorker(onProgress) {
  progressListeners.add(onProgress);
  try {
    const [given, whole] = await Promise.all([needed(), wholeLibrary]);
    return whole ? { ...given, library: whole, whole: true } : given;
  } finally {
    progressListeners.delete(onProgress);
  }
}

const progressListeners = new Set();

async function fetchFiles() {
  if (typeof WebAssembly === "undefined") throw new Unavailable("Python is not available: WebAssembly is off in this browser.");
  const parts = new Map();
  const progress = (name) => (loaded, total) => {
    parts.set(name, { loaded, total });
    const sum = (key) => [...parts.values()].reduce((all, part) => all + part[key], 0);
    for (const listener of progressListeners) listener(sum("loaded") / sum("total"));
  };
  const [wasm, library, snippets] = await Promise.all([
    inflated(INTERPRETER.wasm, progress("wasm"), "application/wasm").then(compile),
    inflated(INTERPRETER.small, progress("library")).then((response) => read(response.arrayBuffer())),
    inflated(INTERPRETER.snippets, progress("snippets")).then((response) => read(response.text())),
  ]);
  return { wasm, library, snippets };
}

async function compile(response) {
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    throw new Unavailable(/policy|unsafe-eval|disallowed|blocked/i.test(error.message)
      ? "Python is not available: this page may not compile WebAssembly."
      : "Python is not available: the interpreter's file arrived damaged. Reload to try again.");
  }
}

async function read(content) {
  try {
    return await content;
  } catch {
    throw new Unavailable("Python is not available: a file of the interpreter arrived damaged. Reload to try again.");
  }
}

/** Fetch a gzipped file and inflate it here, unless a server has done so on the way. */
async function inflated(name, onProgress, type = "application/octet-stream") {
  let response;
  try {
    response = await fetch(here(name));
  } catch {
    throw new Unavailable("Python is not available: its files could not be reached. Are you offline?");
  }
  if (!response.ok) throw new Unavailable(`Python is not available: a file of the interpreter is missing (${response.status}).`);
  const total = Number(response.headers.get("Content-Length")) || 1;
  const reader = response.body.getReader();
  const first = await reader.read().catch(() => ({}));
  let loaded = first.value?.length ?? 0;
  const watch = patience(() => reader.cancel());
  const whole = new ReadableStream({
    start: (controller) => { if (first.value) controller.enqueue(first.value); },
    async pull(controller) {
      const { done, value } = first.done ? first : await reader.read();
      watch.again();
      if (done) return watch.done(), controller.close();
      loaded += value.length;
      onProgress(loaded, Math.max(total, loaded));
      controller.enqueue(value);
    },
    cancel: (reason) => (watch.done(), reader.cancel(reason)),
  });
  const zipped = first.value?.[0] === 0x1f && first.value?.[1] === 0x8b;
  return new Response(zipped ? whole.pipeThrough(new DecompressionStream("gzip")) : whole, { headers: { "Content-Type": type } });
}

/** Calls `give up` when nothing has happened for a while. */
function patience(giveUp) {
  let timer = setTimeout(giveUp, PATIENCE_MS);
  return {
    again: () => (clearTimeout(timer), (timer = setTimeout(giveUp, PATIENCE_MS))),
    done: () => clearTimeout(timer),
  };
}
