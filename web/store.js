// Keeps readers' edits in the browser, and does without where storage is denied.

const PREFIX = "handbook:cell:";

export function load(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key))?.code ?? null;
  } catch {
    return null;
  }
}

/** Keep the code, or forget it when null; false when the browser does not let us. */
export function save(key, code) {
  try {
    if (code === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify({ code }));
    return true;
  } catch {
    return false;
  }
}
