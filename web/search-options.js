// What the index builder (Node) and the search dialog (browser) must agree on: fields, words, weights.

// Words that say nothing about the subject; they are neither indexed nor searched.
const STOP_WORDS = new Set(("a an and are as at be but by can do does for from had has have how i if in into is it its me my no not of off on or " +
  "our should so such than that the their them then there these they this to us was we what when where which who why will with you your vs after").split(" "));

/** Words are runs of letters and digits; "point-in-time", "p99" and "C++" come out as a reader would type them. */
export function tokenize(text) {
  return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").match(/[\p{L}\p{N}+#]+/gu) ?? [];
}

/** Fold plurals, so that "feature store" finds "feature stores"; nothing cleverer, since names must stay findable. */
export function processTerm(term) {
  if (STOP_WORDS.has(term)) return null;
  if (term.length > 4 && term.endsWith("ies")) return term.slice(0, -3) + "y";
  if (term.length > 3 && term.endsWith("s") && !/(ss|us|is)$/.test(term)) return term.slice(0, -1);
  return term;
}

export const indexOptions = {
  fields: ["heading", "title", "about", "text"],
  storeFields: ["heading", "title", "url", "kind", "excerpt"],
  tokenize,
  processTerm,
};

export const searchOptions = {
  boost: { heading: 4, title: 3, about: 2 },
  prefix: (term) => term.length > 2,
  fuzzy: (term) => (term.length > 4 ? 0.2 : false),
  boostDocument: (_id, _term, section) => weightOf(section),
};

const ASIDE = new Set(["Sources", "Quiz"]);
// Lists hold many words that have little to do with each other.
const LISTS = { "reference/api/": 0.1, "reference/glossary/": 0.5, "reference/bibliography/": 0.3 };

/** The start of a page is a better answer than a section of it, a chapter than a list. */
function weightOf({ url, heading }) {
  const list = Object.keys(LISTS).find((start) => url.startsWith(start));
  return (url.includes("#") ? 1 : 1.5) * (LISTS[list] ?? 1) * (ASIDE.has(heading) ? 0.3 : 1);
}
