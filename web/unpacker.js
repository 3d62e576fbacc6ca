// Unpacks one of the interpreter's files off the page's thread. They come as xz, a third smaller than gzip, which browsers don't unpack themselves.
import { XzReadableStream } from "xz-decompress";

const XZ = 0xfd; // the first byte of such a file, and of no other that comes here

const read = {
  wasm: (content) => WebAssembly.compileStreaming(new Response(content, { headers: { "Content-Type": "application/wasm" } })),
  bytes: (content) => new Response(content).arrayBuffer(),
  text: (content) => new Response(content).text(),
};

// The first message says what the file is to become, each further one is a chunk of it, an empty one its end; what it holds goes out.
self.addEventListener("message", async ({ data: as }) => {
  try {
    const value = await read[as](await unpacked());
    self.postMessage({ value }, as === "bytes" ? [value] : []);
  } catch (error) {
    self.postMessage({ error: String(error?.message ?? error) });
  }
}, { once: true });

/** The content as a stream, once its first chunk tells whether it is packed: a server may have unpacked it on the way. */
function unpacked() {
  return new Promise((resolve) => {
    let controller, first = true;
    const whole = new ReadableStream({ start: (given) => (controller = given) });
    self.addEventListener("message", ({ data: chunk }) => {
      if (first) resolve(chunk?.[0] === XZ ? new XzReadableStream(whole) : whole);
      first = false;
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    });
  });
}
