// The search itself: loads the index that `finish` built, and answers queries. Loaded when somebody first opens the search.
import MiniSearch from "minisearch";
import { indexOptions, processTerm, searchOptions, tokenize } from "./search-options.js";

const EXCERPT = 160;
const ENOUGH = 3;
const LOOSE_NAME = 0.4;

/** Load the index and return a function from query to results, best first. */
export async function load(address) {
  const { index, synonyms } = await json(address);
  const engine = MiniSearch.loadJS(index, indexOptions);
  const groups = synonyms.map((names) => names.map(words).filter((name) => name.length));
  return (query) => search(engine, groups, query);
}

async function json(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

/** Load the sections' texts and return a function from result to the excerpt in which most of its words stand. */
export async function loadTexts(address) {
  const texts = await json(address);
  return ({ id, terms, excerpt }) => around(texts[id] ?? "", terms) ?? excerpt;
}

function around(text, terms) {
  if (!terms.length || text.length <= EXCERPT) return text || null;
  const found = [...text.matchAll(wordsLike(terms))];
  if (!found.length) return null;
  const distinct = (first) => new Set(found.filter(({ index }) => index >= first.index && index < first.index + EXCERPT - 40).map(([word]) => word.toLowerCase())).size;
  const best = found.reduce((a, b) => (distinct(b) > distinct(a) ? b : a));
  const start = best.index < EXCERPT / 2 ? 0 : text.lastIndexOf(" ", best.index - EXCERPT / 4) + 1;
  const end = text.length <= start + EXCERPT ? text.length : text.lastIndexOf(" ", start + EXCERPT);
  return `${start ? "… " : ""}${text.slice(start, end)}${end < text.length ? " …" : ""}`;
}

/** A pattern for the words of a text that the index keeps under these terms, with the endings that it folds. */
export function wordsLike(terms) {
  const stems = terms.map((term) => term.replaceAll("+", "\\+").replace(/y$/, "(?:y|ie)"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems.join("|")})[\\p{L}\\p{N}]*`, "giu");
}

function words(text) {
  return tokenize(text).map(processTerm).filter(Boolean);
}

/** Sections that have all words come first; where those are few, sections that have some follow. */
function search(engine, groups, query) {
  const terms = words(query);
  if (!terms.length) return [];
  const parts = withSynonyms(terms, groups);
  const all = engine.search({ combineWith: "AND", queries: parts }, searchOptions);
  if (all.length >= ENOUGH || parts.length < 2) return all;
  const found = new Set(all.map((result) => result.id));
  const some = engine.search({ combineWith: "OR", queries: parts }, searchOptions);
  return [...all, ...some.filter((result) => !found.has(result.id))];
}

/** Replace each name that has others by a choice among them, longest names first. */
function withSynonyms(terms, groups) {
  const parts = [];
  for (let start = 0; start < terms.length;) {
    const { group, length } = longestName(terms, start, groups);
    const typed = terms.slice(start, start + length);
    const others = (group ?? []).filter((name) => name.join(" ") !== typed.join(" ")).map(otherName);
    parts.push({ combineWith: "OR", queries: [typedName(typed, group), ...others] });
    start += length;
  }
  return parts;
}

function typedName(name, group) {
  const loose = group && name.length > 1;
  return { combineWith: "AND", queries: name, ...(loose ? { boostTerm: () => LOOSE_NAME } : {}) };
}

/** Another name counts only as it stands; one of several words counts less, since a section may hold them far apart. */
function otherName(name) {
  return { combineWith: "AND", queries: name, prefix: false, fuzzy: false, boostTerm: () => (name.length > 1 ? LOOSE_NAME / name.length : 1) };
}

function longestName(terms, start, groups) {
  let best = { group: null, length: 1 };
  for (const group of groups) {
    for (const name of group) {
      const matches = name.every((word, place) => terms[start + place] === word);
      if (matches && (name.length > best.length || !best.group)) best = { group, length: name.length };
    }
  }
  return best;
}
