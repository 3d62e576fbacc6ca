// Offline reading: registers the service worker, hands it what this page has already loaded, and runs "Save for offline".
//
// Markup: <div class="offline" hidden><button type="button" class="offline-save">Save for offline</button>
//         <span class="offline-status" role="status"></span></div>
import { root } from "./root.js";

const PARALLEL = 4;
const registered = register();

/** Under the preview server an old copy would hide an edit, so it asks for the worker only with ?sw in the address. */
function register() {
  const preview = document.querySelector('meta[name="preview"]') && !new URLSearchParams(location.search).has("sw");
  if (!("serviceWorker" in navigator) || preview) return null;
  return navigator.serviceWorker.register(new URL("sw.js", root), { scope: root.pathname })
    .then(() => navigator.serviceWorker.ready)
    .then(async (registration) => {
      await storeThisPage();
      return registration;
    })
    .catch(() => null);
}

let asked = null; // the list of the site's files, asked for once a visit

async function openCache() {
  asked ??= fetch(new URL("assets/handbook/offline.json", root), { cache: "no-cache" }).then((response) => response.json());
  const listing = await asked;
  return { cache: await caches.open(`handbook-${listing.version}`), files: listing.files };
}

/** The first page was loaded before the worker was there: store it, and what it asked for. */
async function storeThisPage() {
  const { cache } = await openCache();
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const here = location.href.replace(/[?#].*/, "");
  const ours = [here, ...loaded].filter((url) => url.startsWith(root.href) && !/offline\.json|sw\.js|\/__/.test(url));
  await Promise.all([...new Set(ours)].map(async (url) => {
    if (!(await cache.match(url, { ignoreVary: true }))) await cache.add(url).catch(() => {});
  }));
}

export function mount(within = document) {
  for (const box of within.querySelectorAll(".offline:not([data-mounted])")) {
    box.dataset.mounted = "";
    offer(box);
  }
}

async function offer(box) {
  if (!(await registered)) return;
  const button = box.querySelector(".offline-save");
  const status = box.querySelector(".offline-status");
  const left = await missing();
  box.hidden = false;
  if (!left.size) return done(button, status);
  button.textContent = `Save for offline (${megabytes(left.bytes)})`;
  button.addEventListener("click", () => save(button, status));
}

async function missing() {
  const { cache, files } = await openCache();
  const have = new Set((await cache.keys()).map((request) => request.url));
  const wanted = Object.entries(files).filter(([address]) => !have.has(new URL(address, root).href));
  return { cache, addresses: wanted.map(([address]) => address), size: wanted.length,
    bytes: wanted.reduce((sum, [, [, bytes]]) => sum + bytes, 0) };
}

async function save(button, status) {
  button.disabled = true;
  const { cache, addresses } = await missing();
  const total = addresses.length;
  let saved = 0;
  const next = async () => {
    for (let address = addresses.pop(); address !== undefined; address = addresses.pop()) {
      await cache.add(new URL(address, root));
      saved += 1;
      status.textContent = `Saved ${saved} of ${total} files`;
    }
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL }, next));
    done(button, status);
  } catch {
    button.disabled = false;
    status.textContent = "Not everything could be saved: check the connection and press again.";
  }
}

function done(button, status) {
  button.disabled = true;
  button.textContent = "Saved for offline";
  status.textContent = "The whole handbook reads without a connection.";
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
