// One message as the messenger shows it.

import { el, icon, iconButton, popup } from "./dom.js";
import { formatted, link } from "./entities.js";
import { state } from "./state.js";
import { clockText, longDay, sizeText, t } from "./words.js";

/** What the list of people and a quoted reply show of a message: one line. */
export function preview(message) {
  const text = message.text ?? message.caption;
  const kind = ["photo", "document", "voice", "location", "contact", "poll"].find((one) => message[one]);
  const word = kind === "document" ? message.document.file_name : kind && t(`kind_${kind}`);
  return [word, text].filter(Boolean).join(" · ").replace(/\s+/g, " ").slice(0, 120) || t("kind_other");
}

/** The chip between two days. */
export function dayChip(message) {
  return el("div", { class: "day-chip" }, el("span", { text: longDay(message.date * 1000) }));
}

/**
 * A bubble and its buttons.
 * @param act what can be done with it: press, command, start, reply, edit, vote, copy
 */
export function bubble(message, chat, act) {
  const own = !message.from.is_bot;
  const wide = message.reply_markup?.inline_keyboard?.length ? " with-keys" : "";
  return el(
    "div",
    { class: `message ${own ? "own" : "bot"}${wide}`, data: { id: String(message.message_id) } },
    el(
      "div",
      { class: "bubble" },
      quoted(message),
      media(message, act),
      words(message, act),
      reactions(message, chat),
      meta(message, chat, own),
      more(message, own, act),
    ),
    keys(message, act),
  );
}

function quoted(message) {
  const to = message.reply_to_message;
  if (!to) return null;
  const who = to.from.is_bot ? state.botName : t("you");
  return el("div", { class: "quoted" }, el("b", { text: who }), el("span", { text: preview(to) }));
}

function words(message, act) {
  const text = message.text ?? message.caption;
  if (text === undefined) return null;
  return el("div", { class: "text" }, formatted(text, message.entities ?? message.caption_entities, act));
}

function media(message, act) {
  if (message.photo) return photo(message.photo[message.photo.length - 1]);
  if (message.voice) {
    return el("audio", { class: "voice", controls: true, preload: "none", src: `/files/${message.voice.file_id}`, "aria-label": t("kind_voice") });
  }
  if (message.document) return file(message.document);
  if (message.audio) return file(message.audio);
  const place = message.venue ?? (message.location && { location: message.location, title: t("kind_location"), address: "" });
  if (place) return placeCard(place, act);
  if (message.contact) {
    return el("div", { class: "card" }, icon("phone"), el("span", {}, el("b", { text: message.contact.first_name }), el("br"), message.contact.phone_number));
  }
  if (message.poll) return poll(message, act);
  if (message.dice) return el("div", { class: "dice", text: `${message.dice.emoji} ${message.dice.value}` });
  return message.text === undefined && message.caption === undefined ? el("i", { class: "text", text: t("kind_other") }) : null;
}

function photo(size) {
  return el("img", { class: "photo", src: `/files/${size.file_id}`, alt: t("kind_photo"), width: size.width, height: size.height });
}

function file(found) {
  const name = found.file_name ?? t("kind_document");
  return el(
    "a",
    { class: "card file", href: `/files/${found.file_id}`, download: name },
    el("span", { class: "file-badge" }, icon("file")),
    el("span", {}, el("b", { text: name }), el("small", { text: sizeText(found.file_size ?? 0) })),
  );
}

function placeCard(place, act) {
  const { latitude, longitude } = place.location;
  const url = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  const lines = [el("b", { text: place.title }), el("small", { text: place.address || `${latitude}, ${longitude}` })];
  return link(url, [el("span", { class: "file-badge" }, icon("place")), el("span", {}, lines)], act, { class: "card file" });
}

function poll(message, act) {
  const { question, options, is_closed: closed, total_voter_count: total } = message.poll;
  const rows = options.map((option, index) =>
    el("button", { type: "button", class: "poll-option", disabled: closed, on: { click: () => act.vote(message, index) } },
      el("span", { text: option.text }),
      el("span", { text: total ? `${Math.round((option.voter_count / total) * 100)} %` : "" })),
  );
  return el("div", { class: "poll" }, el("b", { text: question }), rows);
}

function reactions(message, chat) {
  const found = chat.reactions.get(message.message_id) ?? [];
  return found.length ? el("div", { class: "reactions" }, found.map((emoji) => el("span", { text: emoji }))) : null;
}

function meta(message, chat, own) {
  return el(
    "div",
    { class: "meta" },
    chat.pinned?.includes(message.message_id) ? icon("pin") : null,
    chat.silent.has(message.message_id) ? icon("mute") : null,
    message.edit_date ? el("span", { text: t("edited") }) : null,
    el("time", { datetime: new Date(message.date * 1000).toISOString(), text: clockText(message.date * 1000) }),
    own ? icon("checks") : null,
  );
}

/** Reply and edit, behind a small button that shows on hover and focus. */
function more(message, own, act) {
  const open = () => {
    const choices = [["reply", "reply", () => act.reply(message)]];
    if (own && (message.text ?? message.caption) !== undefined) choices.push(["edit", "edit", () => act.edit(message)]);
    const box = el("div", { class: "popup message-popup" }, choices.map(([name, key, run]) =>
      el("button", { type: "button", on: { click: () => { close(false); run(); } } }, icon(name), t(key))));
    button.after(box);
    const close = popup(button, box);
  };
  const button = iconButton("more", t("message_menu"), open, { class: "icon-button message-more", "aria-expanded": "false" });
  return button;
}

function keys(message, act) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  return el("div", { class: "keys" }, rows.map((row) => el("div", { class: "keys-row" }, row.map((button) => key(message, button, act)))));
}

function key(message, button, act) {
  if (button.url) return link(button.url, [button.text, icon("link")], act, { class: "key" });
  const press = (event) => {
    if (button.copy_text) return act.copy(button.copy_text.text);
    if (button.callback_data === undefined) return act.toast(t("key_not_played"));
    event.currentTarget.classList.add("busy");
    return act.press(message, button.callback_data);
  };
  return el("button", { type: "button", class: "key", on: { click: press }, text: button.text });
}
