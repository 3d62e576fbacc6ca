// Instant navigation: a link within the site swaps the parts that differ, so that a warm interpreter outlives the page.
//
// The browser's Navigation API does the hard parts (history, scroll positions, aborting); where it is missing, links load pages.
// Parts that differ carry `data-swap` and an id; everything else, such as the search dialog, stays.
import { root } from "./root.js";

const PAGE = "hb:page";
const PAGE_ADDRESS = /(\/|\.html)$/;
const ahead = new Map(); // address → promise of its text, asked for when the pointer rests on a link

/** Calls back now and after each page that instant navigation brings. */
export function onPage(callback) {
  callback();
  document.addEventListener(PAGE, () => callback());
}

if (globalThis.navigation) {
  // The browser asks for the icon again on each page, and takes a relative address from there.
  for (const icon of document.head.querySelectorAll("link[rel=icon]")) icon.href = icon.href;
  navigation.addEventListener("navigate", (event) => {
    if (isOurs(event)) event.intercept({ focusReset: "manual", handler: () => show(event.destination.url, event.signal) });
  });
  document.addEventListener("pointerover", (event) => askAhead(event.target.closest?.("a[href]")));
}

function isOurs(event) {
  return event.canIntercept && !event.hashChange && event.downloadRequest === null && !event.formData
    && event.navigationType !== "reload" && isPage(event.destination.url);
}

function isPage(address) {
  const url = new URL(address);
  return url.href.startsWith(root.href) && PAGE_ADDRESS.test(url.pathname);
}

function askAhead(link) {
  if (!link || !isPage(link.href) || navigator.connection?.saveData) return;
  const address = link.href.replace(/#.*/, "");
  if (address === location.href.replace(/#.*/, "") || ahead.has(address)) return;
  ahead.clear();
  ahead.set(address, read(address));
  ahead.get(address).catch(() => ahead.delete(address));
}

async function read(address, signal) {
  const response = await fetch(address, { signal, headers: { Accept: "text/html" } });
  if (!response.ok || !response.headers.get("Content-Type")?.startsWith("text/html")) throw new Error(`no page at ${address}`);
  return response.text();
}

async function show(destination, signal) {
  const address = destination.replace(/#.*/, "");
  try {
    const text = await (ahead.get(address) ?? read(address, signal));
    if (signal.aborted) return;
    swap(new DOMParser().parseFromString(text, "text/html"));
  } catch {
    // The address has changed already: the browser's own way shows the page, or says why it can't.
    if (!signal.aborted) location.reload();
    return;
  } finally {
    ahead.delete(address);
  }
  document.getElementById("content").focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent(PAGE));
}

function swap(page) {
  document.title = page.title;
  for (const selector of ['meta[name="description"]', 'link[rel="canonical"]']) {
    const [old, fresh] = [document, page].map((one) => one.head.querySelector(selector));
    if (old && fresh) old.replaceWith(fresh);
  }
  document.body.className = page.body.className;
  for (const part of document.querySelectorAll("[data-swap]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) part.replaceWith(fresh);
  }
}
