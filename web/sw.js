// Service worker: what was visited reads offline. `finish` writes VERSION, the digest of all files of the site, before this line.
//
// Pages come from the network while there is one. Files whose address names their content come from the cache first. So a
// reader who is online never sees a mixture of two versions, whichever version of this worker is still in charge.
const PREFIX = "handbook-";
const CACHE = PREFIX + VERSION;
const LISTING = "assets/handbook/offline.json";
// Named by digest: "?v=…" from `finish`, or a last part with a digit or a capital, as in chart-VOLYJC6L.js.
const NAMED_BY_CONTENT = /\?v=[0-9a-f]+$|\/assets\/.*[-.](?=[a-z]*[0-9A-Z])[0-9A-Za-z]{8,}(\.[a-z0-9]+)+$/;
const NOT_FOUND_OFFLINE = "You are offline, and this page has not been read or saved before.";

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  if (method !== "GET" || !url.startsWith(self.registration.scope) || headers.has("range") || isNotOurs(url)) return;
  event.respondWith(NAMED_BY_CONTENT.test(url) ? cacheFirst(event.request) : networkFirst(event.request));
});

function isNotOurs(url) {
  return url.endsWith(LISTING) || url.endsWith("/sw.js") || url.includes("/__");
}

/** Take over from an older version: what was cached and is unchanged moves, what changed is fetched again. */
async function install() {
  const response = await fetch(LISTING, { cache: "no-cache" });
  const { files } = await response.clone().json();
  const cache = await caches.open(CACHE);
  for (const name of await olderCaches()) {
    const older = await caches.open(name);
    const before = (await (await older.match(LISTING))?.json())?.files ?? {};
    for (const request of await older.keys()) await carryOver(request, older, before, cache, files);
  }
  await cache.put(LISTING, response);
  await self.skipWaiting();
}

async function carryOver(request, older, before, cache, files) {
  const path = relative(request.url);
  const [address] = path.split("?");
  if (files[path] && files[path][0] === before[path]?.[0]) {
    await cache.put(request, await older.match(request));
    return;
  }
  const now = files[path] ? path : Object.keys(files).find((name) => name.startsWith(`${address}?v=`));
  if (now !== undefined && address !== LISTING) await cache.add(new Request(now || "./", { cache: "no-cache" }));
}

async function activate() {
  for (const name of await olderCaches()) await caches.delete(name);
  await self.clients.claim();
}

async function olderCaches() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
}

function relative(url) {
  return url.slice(self.registration.scope.length).replace(/#.*/, "");
}

async function cacheFirst(request) {
  return (await stored(request)) ?? fetchAndStore(request);
}

async function networkFirst(request) {
  try {
    return await fetchAndStore(request);
  } catch (error) {
    const found = await stored(request);
    if (found) return found;
    if (request.mode === "navigate") return notFound();
    throw error;
  }
}

async function stored(request) {
  const cache = await caches.open(CACHE);
  const ignoreSearch = !request.url.includes("?v=");
  return cache.match(request, { ignoreSearch, ignoreVary: true });
}

async function fetchAndStore(request) {
  const response = await fetch(request);
  // A stored response keeps its headers, the policy among them. One that was redirected can't answer a navigation later.
  if (response.ok && response.type === "basic" && !response.redirected) {
    const cache = await caches.open(CACHE);
    await cache.put(request.url.replace(/#.*/, ""), response.clone()).catch(() => {});  // no room: still readable online
  }
  return response;
}

function notFound() {
  const headers = { "Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": "default-src 'none'" };
  return new Response(NOT_FOUND_OFFLINE, { status: 503, headers });
}
