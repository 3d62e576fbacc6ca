// Unpacks the interpreter's files off the page's thread. They come as xz, a third smaller than gzip, which browsers don't unpack themselves.
import { XzReadableStream } from "xz-decompress";

const XZ = 0xfd; // the first byte of such a file, and of no other that comes here

const read = {
  wasm: (content) => WebAssembly.compileStreaming(new Response(content, { headers: { "Content-Type": "application/wasm" } })),
  bytes: (content) => new Response(content).arrayBuffer(),
  text: (content) => new Response(content).text(),
};

// Each file has a port: its chunks come in, an empty message ends it, what it holds goes out.
self.addEventListener("message", async ({ data: { as, port } }) => {
  try {
    const value = await read[as](await unpacked(port));
    port.postMessage({ value }, as === "bytes" ? [value] : []);
  } catch (error) {
    port.postMessage({ error: String(error?.message ?? error) });
  }
});

/** The content as a stream, once its first chunk tells whether it is packed: a server may have unpacked it on the way. */
function unpacked(port) {
  return new Promise((resolve) => {
    let controller, first = true;
    const whole = new ReadableStream({ start: (given) => (controller = given) });
    port.onmessage = ({ data: chunk }) => {
      if (first) resolve(chunk?.[0] === XZ ? new XzReadableStream(whole) : whole);
      first = false;
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    };
  });
}
