// The page's words and how times are written. Words come from bot/texts, like all others.

const TAGS = { id: "id-ID", en: "en-GB" };
let words = {};
let zone = "UTC";
let zoneName = "";
const formats = new Map();

export const language = localStorage.getItem("language") === "en" ? "en" : "id";

/** Fetches the words and puts them into the static part of the page. */
export async function loadWords() {
  words = await (await fetch(`/texts/${language}`)).json();
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}

/** The words under `key`; `{{ name }}` in them is filled from `facts`. */
export function t(key, facts = {}) {
  return (words[key] ?? key).replace(/\{\{ (\w+) \}\}/g, (_, name) => facts[name] ?? "");
}

export function has(key) {
  return key in words;
}

/** Speaks the other language from now on. */
export function switchLanguage() {
  localStorage.setItem("language", language === "id" ? "en" : "id");
  location.reload();
}

/** In which zone every time is shown. */
export function useZone(name, short) {
  if (name !== zone) formats.clear();
  zone = name;
  zoneName = short;
}

function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(TAGS[language], { timeZone: zone, hourCycle: "h23", ...options }));
  }
  return formats.get(key);
}

/** 09.00 */
export const clockText = (ms) => format({ hour: "2-digit", minute: "2-digit" }).format(ms);
/** 09.00 WIB */
export const clockZone = (ms) => `${clockText(ms)} ${zoneName}`;
export const zoneText = () => zoneName;
export const secondsText = (ms) => String(Math.floor(ms / 1000) % 60).padStart(2, "0");
/** Selasa, 4 November 2025 */
export const longDay = (ms) => format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(ms);
/** Sel, 4 Nov */
export const shortDay = (ms) => format({ weekday: "short", day: "numeric", month: "short" }).format(ms);

/** The event's local day as YYYY-MM-DD. */
export function dayOf(ms) {
  return new Date(ms + offset(ms)).toISOString().slice(0, 10);
}

/** The instant at which the event's clocks show `wall` (YYYY-MM-DDTHH:MM); NaN for no such time. */
export function instantOf(wall) {
  const guess = Date.parse(`${wall}:00Z`);
  return Number.isNaN(guess) ? guess : guess - offset(guess - offset(guess));
}

function offset(ms) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    }).formatToParts(ms).map((part) => [part.type, part.value]),
  );
  const wall = Date.UTC(+parts.year, +parts.month - 1, +parts.day, +parts.hour, +parts.minute, +parts.second);
  return wall - Math.floor(ms / 1000) * 1000;
}

/** 12 KB */
export function sizeText(bytes) {
  const number = (value) => new Intl.NumberFormat(TAGS[language], { maximumFractionDigits: 1 }).format(value);
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${number(bytes / 1024)} KB` : `${number(bytes / 1024 / 1024)} MB`;
}
