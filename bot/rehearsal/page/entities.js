// Formatted text out of Telegram's entities (offsets are UTF-16 units, as JavaScript's own).

import { el } from "./dom.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };
const SAFE = /^(https?:|mailto:|tel:)/i;

/**
 * Text with its entities as nodes.
 * @param act {command(text), start(payload), username} what a press on a command or link does
 */
export function formatted(text, entities, act) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, sorted, 0, text.length, act);
}

function build(text, entities, start, end, act) {
  const nodes = [];
  let at = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < at) continue; // stands inside one that was built already
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inside = entities.slice(index + 1).filter((one) => one.offset < stop);
    nodes.push(wrap(entity, text.slice(entity.offset, stop), build(text, inside, entity.offset, stop, act), act));
    at = stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function wrap(entity, plain, children, act) {
  const tag = TAGS[entity.type];
  if (tag) return el(tag, {}, children);
  switch (entity.type) {
    case "pre":
      return el("pre", {}, el("code", {}, children));
    case "blockquote":
      return el("blockquote", {}, children);
    case "expandable_blockquote":
      return expandable(children);
    case "spoiler":
      return spoiler(children);
    case "bot_command":
      return el("button", { type: "button", class: "inline-link", on: { click: () => act.command(plain) } }, children);
    case "text_link":
      return link(entity.url, children, act);
    case "url":
      return link(/^[a-z]+:/i.test(plain) ? plain : `https://${plain}`, children, act);
    case "email":
      return link(`mailto:${plain}`, children, act);
    case "phone_number":
      return link(`tel:${plain.replace(/[^+\d]/g, "")}`, children, act);
    case "mention":
    case "hashtag":
    case "cashtag":
    case "text_mention":
      return el("span", { class: "tag" }, children);
    default:
      return el("span", {}, children);
  }
}

/** The start parameter in a link to this very bot, or null. */
export function startPayload(url, username) {
  const found = /^(?:https?:\/\/t\.me\/|tg:\/\/resolve\?domain=)([A-Za-z0-9_]+)[?&]start=([A-Za-z0-9_-]*)/.exec(url);
  return found && found[1].toLowerCase() === username.toLowerCase() ? found[2] : null;
}

/** A link that opens elsewhere; one to this bot is opened on this phone. */
export function link(url, children, act, props = {}) {
  const payload = startPayload(url, act.username);
  if (payload !== null) {
    return el("button", { type: "button", class: "inline-link", ...props, on: { click: () => act.start(payload) } }, children);
  }
  if (!SAFE.test(url)) return el("span", props, children);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", ...props }, children);
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0" }, children);
  const show = () => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("tabindex");
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") show();
  });
  return node;
}

function expandable(children) {
  const node = el("blockquote", { class: "expandable", tabindex: "0" }, children);
  const toggle = () => node.classList.toggle("open");
  node.addEventListener("click", toggle);
  node.addEventListener("keydown", (event) => event.key === "Enter" && toggle());
  return node;
}
