// Builds elements. Nothing here or elsewhere on the page ever parses HTML: words go in as text.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element. `props`: `class`, `text`, `on` {event: handler}, `data` {}, any attribute. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else if (name === "on") for (const [type, fn] of Object.entries(value)) node.addEventListener(type, fn);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Strokes on a 24 by 24 grid. */
const STROKES = {
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  next: "M5 5l9 7-9 7zM18 5v14",
  jump: "M12 7v5l3 2M21 12a9 9 0 1 1-3-6.7M21 4v4h-4",
  menu: "M4 7h16M4 12h16M4 17h16",
  slash: "M15 5L9 19",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8L9.4 17.2a1.7 1.7 0 0 1-2.4-2.4L14.5 7.3",
  send: "M4 12L20 4l-5 16-3.5-6.5zM20 4l-8.5 9.5",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  keyboard: "M3 7h18v10H3zM7 10.5v.01M11 10.5v.01M15 10.5v.01M8 14h8",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01",
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  check: "M4 12.5l5 5L20 6.5",
  checks: "M2 12.5l4.5 4.5L16 7.5M11 16l1 1L21.5 7.5",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  reply: "M10 6L4 12l6 6v-4c5 0 8 1 10 4 0-6-4-8-10-8z",
  edit: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  block: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12",
  phone: "M7 3h10v18H7zM11 18h2",
  mute: "M6 10v4h3l4 4V6l-4 4zM16 10l4 4M20 10l-4 4",
  group: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 2.5-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3 2.7 3 5.5",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  place: "M12 21c5-5.5 7-8.5 7-11.5a7 7 0 0 0-14 0C5 12.5 7 15.5 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
};

/** A drawn icon, invisible to screen readers: the button around it has the words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: `icon glyph-${name}` })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", STROKES[name]);
  svg.append(path);
  return svg;
}

/** A button with an icon and words for those who do not see it. */
export function iconButton(name, label, click, props = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click }, ...props }, icon(name));
}

/** A round picture made of initials, the same colour for the same person every time. */
export function avatar(name, key) {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const letters = (words.length > 1 ? [words[0], words[words.length - 1]] : words).map((word) => [...word][0]);
  return el("span", { class: `avatar hue-${Math.abs(key) % 7}`, "aria-hidden": "true", text: letters.join("").toUpperCase() || "?" });
}

/** Shows a popup that closes on Escape, on a choice and on a click elsewhere. */
export function popup(anchor, box) {
  const close = (back) => {
    box.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back) anchor.focus();
  };
  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close(false);
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close(true);
    }
  });
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  (box.querySelector("input, button") ?? box).focus();
  return close;
}
