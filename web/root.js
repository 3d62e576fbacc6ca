// The site's root address. Taken once while the page loads: after instant navigation, relative addresses mean something else.
const entry = document.querySelector('script[src*="assets/handbook/site.js"]');
export const root = new URL("../../", entry.src);
