// The button for light and dark: the system's choice until the reader makes one, kept in the browser.
const KEY = "hb-scheme";
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const html = document.documentElement;

export function mount(root) {
  const button = root.querySelector(".hb-scheme");
  if (!button?.hidden) return;
  button.hidden = false;
  button.addEventListener("click", () => choose(isDark() ? "light" : "dark", button));
  systemDark.addEventListener("change", () => label(button));
  label(button);
}

function isDark() {
  return html.dataset.scheme ? html.dataset.scheme === "dark" : systemDark.matches;
}

function choose(scheme, button) {
  html.dataset.scheme = scheme;
  try {
    // The system's own choice needs no keeping, and follows the system again.
    if ((scheme === "dark") === systemDark.matches) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, scheme);
  } catch {
    // Storage is denied: the choice lasts as long as the page.
  }
  label(button);
}

function label(button) {
  button.setAttribute("aria-label", isDark() ? "Use light colors" : "Use dark colors");
}
