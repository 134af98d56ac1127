// The lower end of a phone: text field, attachments, commands, reply keyboard, Start.

import { preview } from "./bubbles.js";
import { el, icon, iconButton, popup } from "./dom.js";
import { act, upload } from "./state.js";
import { t } from "./words.js";

const KINDS = [["photo", "photo", "image/*"], ["document", "file", ""], ["voice", "mic", "audio/*"]];

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.replying = null;
    this.editing = null;
    const name = phone.person.name;
    this.field = el("textarea", {
      rows: "1", maxlength: "8000", placeholder: t("write"), "aria-label": t("write_as", { name }),
      on: { keydown: (event) => this.key(event), input: () => this.typed() },
    });
    this.quote = el("div", { class: "replying", hidden: true });
    this.commands = el("div", { class: "commands", role: "group", "aria-label": t("commands"), hidden: true });
    this.keys = el("div", { class: "reply-keys", role: "group", "aria-label": t("reply_keyboard"), hidden: true });
    this.menuButton = iconButton("menu", t("commands"), () => this.toggleCommands(), { "aria-expanded": "false" });
    this.keysButton = iconButton("keyboard", t("reply_keyboard"), () => this.toggleKeys(), { hidden: true, "aria-expanded": "false" });
    this.attachButton = iconButton("attach", t("attach"), () => this.openAttach(), { "aria-expanded": "false" });
    this.row = el("form", { class: "write-row", on: { submit: (event) => { event.preventDefault(); void this.send(); } } },
      this.menuButton, this.attachButton, this.field, this.keysButton,
      el("button", { type: "submit", class: "icon-button send", "aria-label": t("send"), title: t("send") }, icon("send")));
    this.gate = el("div", { class: "gate", hidden: true });
    this.node = el("footer", { class: "composer" }, this.commands, this.quote, this.row, this.keys, this.gate);
  }

  // --- drawing -------------------------------------------------------------------------------

  /** A person who never pressed Start, or blocked the bot, sees a button instead of the field. */
  drawState() {
    const { state: standing, invited } = this.phone.person;
    const button = (key, run, style) => el("button", { type: "button", class: style, text: t(key), on: { click: run } });
    this.row.hidden = standing !== "member";
    this.gate.hidden = standing === "member";
    if (standing === "member") return this.gate.replaceChildren();
    if (standing === "kicked") {
      return this.gate.replaceChildren(el("p", { text: t("is_blocked") }), button("unblock_bot", () => this.phone.does("unblock"), "primary"));
    }
    const about = el("p", { text: this.phone.chat?.about || t("not_started") });
    const start = button("start_plain", () => this.phone.does("start"), invited ? "quiet" : "primary");
    return this.gate.replaceChildren(about, ...(invited ? [button("open_link", () => this.phone.does("join"), "primary")] : []), start);
  }

  drawKeyboard() {
    const keyboard = this.phone.chat?.keyboard;
    const rows = keyboard?.keyboard ?? [];
    this.keysButton.hidden = !rows.length;
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "keys-row" }, row.map((button) => this.replyKey(button, keyboard)))));
    this.showKeys(rows.length > 0);
    this.field.placeholder = keyboard?.input_field_placeholder ?? t("write");
  }

  replyKey(button, keyboard) {
    const { text, request_contact: contact } = typeof button === "string" ? { text: button } : button;
    const press = async () => {
      if (contact) await this.phone.does("contact");
      else await this.phone.does("text", { text });
      if (keyboard.one_time_keyboard) this.showKeys(false);
    };
    return el("button", { type: "button", class: "reply-key", text, on: { click: press } });
  }

  showKeys(shown) {
    this.keys.hidden = !shown;
    this.keysButton.setAttribute("aria-expanded", String(shown));
  }

  toggleKeys() {
    this.showKeys(this.keys.hidden);
  }

  // --- commands and attachments --------------------------------------------------------------

  toggleCommands() {
    if (this.commands.hidden) this.drawCommands("");
    else this.hideCommands();
  }

  drawCommands(start) {
    const found = (this.phone.chat?.commands ?? []).filter((one) => `/${one.command}`.startsWith(start || "/"));
    this.commands.replaceChildren(...found.map(({ command, description }) =>
      el("button", { type: "button", on: { click: () => this.choose(command) } }, el("b", { text: `/${command}` }), el("span", { text: description }))));
    if (!found.length && !start) this.commands.replaceChildren(el("p", { text: t("no_commands") }));
    this.commands.hidden = !found.length && Boolean(start);
    this.menuButton.setAttribute("aria-expanded", String(!this.commands.hidden));
  }

  hideCommands() {
    this.commands.hidden = true;
    this.menuButton.setAttribute("aria-expanded", "false");
  }

  choose(command) {
    this.hideCommands();
    this.field.value = "";
    this.field.focus();
    void this.phone.does("text", { text: `/${command}` });
  }

  openAttach() {
    const box = el("div", { class: "popup attach-popup" }, KINDS.map(([kind, name, accept]) => {
      const input = el("input", { type: "file", accept: accept || undefined, hidden: true, "aria-label": t(`kind_${kind}`), data: { kind },
        on: { change: () => { close(true); void this.attach(kind, input.files[0]); } } });
      return [el("button", { type: "button", on: { click: () => input.click() } }, icon(name), t(`kind_${kind}`)), input];
    }));
    this.attachButton.after(box);
    const close = popup(this.attachButton, box);
  }

  async attach(kind, file) {
    if (!file) return;
    const caption = this.field.value.trim();
    if (await upload(this.phone.id, kind, file, caption)) this.clear();
    else this.phone.toast(t("refused", { reason: file.name }));
  }

  // --- writing -------------------------------------------------------------------------------

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void this.send();
    } else if (event.key === "Escape") {
      this.hideCommands();
      this.clearQuote();
    }
  }

  typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 130)}px`;
    if (/^\/\w*$/.test(this.field.value)) this.drawCommands(this.field.value);
    else this.hideCommands();
  }

  async send() {
    const text = this.field.value;
    if (!text.trim()) return;
    const edited = this.editing;
    const body = edited ? { message_id: edited.message_id, text } : { text, reply_to: this.replying?.message_id };
    this.clear();
    const { error } = await act(this.phone.id, edited ? "edit" : "text", body);
    if (error) {
      this.field.value = text;
      this.phone.toast(t("refused", { reason: error }));
    }
  }

  clear() {
    this.field.value = "";
    this.typed();
    this.clearQuote();
  }

  replyTo(message) {
    this.showQuote(message, t("replying"));
    this.replying = message;
  }

  editOwn(message) {
    this.showQuote(message, t("editing"));
    this.editing = message;
    this.field.value = message.text ?? message.caption;
    this.typed();
  }

  /** The bot asks for a reply: the messenger opens one by itself. */
  asked(message) {
    if (this.phone.chat.keyboard?.force_reply && !this.replying) this.replyTo(message);
  }

  showQuote(message, title) {
    this.clearQuote();
    this.quote.replaceChildren(el("div", {}, el("b", { text: title }), el("span", { text: preview(message) })),
      iconButton("close", t("cancel"), () => { if (this.editing) this.clear(); else this.clearQuote(); }));
    this.quote.hidden = false;
    this.field.focus();
  }

  clearQuote() {
    this.replying = this.editing = null;
    this.quote.hidden = true;
  }
}
