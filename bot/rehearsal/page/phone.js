// One phone: whose it is, the dialog with the bot, alerts, and what one can do with it.

import { bubble, dayChip } from "./bubbles.js";
import { Composer } from "./composer.js";
import { avatar, el, icon, iconButton, popup } from "./dom.js";
import { act, emit, loadChat, on, state } from "./state.js";
import { longDay, t } from "./words.js";

const TYPING_MS = 5000;
const TOAST_MS = 4000;
const ANSWER_MS = 8000;

export class Phone {
  /** @param close called when the person's phone is put away */
  constructor(id, close) {
    this.id = id;
    this.person = state.people.get(id);
    this.close = close;
    this.list = el("div", { class: "messages", role: "log", "aria-live": "off", tabindex: "0", "aria-label": t("chat_of", { name: this.person.name }) });
    this.status = el("small", { class: "bot-status", text: t("bot") });
    this.overlay = el("div", { class: "phone-overlay", role: "status" });
    this.composer = new Composer(this);
    this.node = el("section", { class: "phone", data: { person: String(id) }, "aria-label": t("phone_of", { name: this.person.name }) },
      this.owner(), this.header(), el("div", { class: "screen" }, this.list, this.overlay), this.composer.node);
    this.stops = [
      on("chat", (event) => event.id === id && this.heard(event)),
      on("person", (changed) => changed === id && this.drawState()),
    ];
    this.atEnd = true;
    this.list.addEventListener("scroll", () => { this.atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80; });
    this.sizes = new ResizeObserver(() => this.atEnd && this.toEnd());
    this.sizes.observe(this.list);
    this.drawState();
    void loadChat(id);
  }

  get chat() {
    return state.chats.get(this.id);
  }

  /** Lets go of everything; the screen is fetched afresh next time. */
  remove() {
    for (const stop of this.stops) stop();
    this.sizes.disconnect();
    state.chats.delete(this.id);
    this.node.remove();
  }

  // --- drawing -------------------------------------------------------------------------------

  owner() {
    const { name, role, position, agency } = this.person;
    const menu = iconButton("more", t("phone_menu", { name }), () => this.openMenu(menu), { "aria-expanded": "false" });
    return el("header", { class: "owner" },
      iconButton("back", t("back_to_people"), () => emit("view", "people"), { class: "icon-button only-narrow" }),
      avatar(name, this.id),
      el("div", { class: "owner-words" }, el("h2", { text: name, title: name }),
        el("small", { text: [t(`role_${role}`), position || agency].filter(Boolean).join(" · ") })),
      menu,
      iconButton("close", t("put_away", { name }), () => this.close(this.id), { class: "icon-button only-wide" }));
  }

  header() {
    return el("div", { class: "chat-head" },
      el("img", { src: "/page/mark.svg", alt: "", width: "34", height: "34" }),
      el("div", {}, el("b", { text: state.botName }), this.status));
  }

  drawState() {
    const { state: standing } = this.person = state.people.get(this.id);
    this.node.dataset.state = standing;
    this.composer.drawState();
  }

  drawAll() {
    const nodes = [];
    let day = "";
    for (const message of this.chat.messages.values()) {
      const its = longDay(message.date * 1000);
      if (its !== day) nodes.push(dayChip(message));
      day = its;
      nodes.push(bubble(message, this.chat, this.acts));
    }
    this.lastDay = day;
    this.list.replaceChildren(...nodes);
    this.composer.drawKeyboard();
    this.composer.drawState();
    this.toEnd();
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  // --- what happens --------------------------------------------------------------------------

  heard(event) {
    const { what } = event;
    if (what === "all" || what === "pinned") this.drawAll();
    else if (what === "message") this.add(event.message);
    else if (what === "edited") this.replace(event.message);
    else if (what === "deleted") for (const gone of event.gone) this.find(gone)?.remove();
    else if (what === "keyboard") this.composer.drawKeyboard();
    else if (what === "typing") this.typing();
    else if (what === "answer") this.answer(event.answer);
  }

  add(message) {
    const own = !message.from.is_bot;
    const { atEnd } = this;
    const day = longDay(message.date * 1000);
    if (day !== this.lastDay) this.list.append(dayChip(message));
    this.lastDay = day;
    const node = bubble(message, this.chat, this.acts);
    node.classList.add("arriving");
    this.find(message.message_id)?.remove();
    this.list.append(node);
    if (!own) {
      this.status.textContent = t("bot");
      this.composer.asked(message);
    }
    if (own || atEnd) this.toEnd();
  }

  replace(message) {
    const { atEnd } = this;
    const old = this.find(message.message_id);
    const focused = old?.contains(document.activeElement) ? [...old.querySelectorAll(".key")].indexOf(document.activeElement) : -1;
    const fresh = bubble(message, this.chat, this.acts);
    old?.replaceWith(fresh);
    if (focused >= 0) (fresh.querySelectorAll(".key")[focused] ?? this.list).focus({ preventScroll: true });
    if (atEnd) this.toEnd();
  }

  find(id) {
    return this.list.querySelector(`:scope > [data-id="${id}"]`);
  }

  typing() {
    this.status.textContent = t("typing");
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => { this.status.textContent = t("bot"); }, TYPING_MS);
  }

  answer({ message_id: id, text, show_alert: alert }) {
    for (const key of this.find(id)?.querySelectorAll(".key.busy") ?? []) key.classList.remove("busy");
    if (text && alert) this.alert(text);
    else if (text) this.toast(text);
  }

  toast(text) {
    this.overlay.replaceChildren(el("p", { class: "phone-toast", text }));
    clearTimeout(this.toastEnds);
    this.toastEnds = setTimeout(() => this.overlay.replaceChildren(), TOAST_MS);
  }

  alert(text) {
    const ok = el("button", { type: "button", class: "primary", text: t("ok"), on: { click: () => this.overlay.replaceChildren() } });
    this.overlay.replaceChildren(el("div", { class: "phone-alert", role: "alertdialog", "aria-label": state.botName }, el("p", { text }), ok));
    clearTimeout(this.toastEnds);
    ok.focus();
  }

  // --- what the person does ------------------------------------------------------------------

  async does(action, body) {
    const { error } = await act(this.id, action, body);
    if (error) this.toast(t("refused", { reason: error }));
    return !error;
  }

  get acts() {
    this.actions ??= {
      username: state.botUsername,
      press: (message, data) => {
        setTimeout(() => this.answer({ message_id: message.message_id }), ANSWER_MS);
        return this.does("press", { message_id: message.message_id, data });
      },
      command: (text) => this.does("text", { text }),
      start: (payload) => this.does("start", { payload }),
      vote: (message, option) => this.does("vote", { message_id: message.message_id, options: [option] }),
      reply: (message) => this.composer.replyTo(message),
      edit: (message) => this.composer.editOwn(message),
      toast: (text) => this.toast(text),
      copy: async (text) => {
        await navigator.clipboard?.writeText(text);
        this.toast(t("copied"));
      },
    };
    return this.actions;
  }

  openMenu(anchor) {
    const blocked = this.person.state === "kicked";
    const choices = [];
    if (this.person.invited) choices.push(["link", "open_link", () => this.does("join")]);
    choices.push(["phone", "send_contact", () => this.does("contact")]);
    choices.push(["block", blocked ? "unblock_bot" : "block_bot", () => this.does(blocked ? "unblock" : "block")]);
    const box = el("div", { class: "popup owner-popup" }, choices.map(([name, key, run]) =>
      el("button", { type: "button", on: { click: () => { close(true); run(); } } }, icon(name), t(key))));
    anchor.after(box);
    const close = popup(anchor, box);
  }
}
