// The wall of phones: which ones are out, and what is shown where there is room for one thing.

import { el, icon } from "./dom.js";
import { Phone } from "./phone.js";
import { emit, markSeen, on, state } from "./state.js";
import { t } from "./words.js";

const NARROW = matchMedia("(max-width: 760px)");

export class Wall {
  constructor(root) {
    this.root = root;
    this.phones = new Map();
    this.empty = el("p", { class: "wall-empty" }, icon("phone"), el("span", { text: t("wall_empty") }));
    root.append(this.empty);
    on("hello", () => this.first());
    on("person", (id) => this.look(id));
    on("view", (view) => { document.body.dataset.view = view; });
    NARROW.addEventListener("change", () => this.lookAll());
  }

  /** The phones that were out before the page was loaded again, else a few to begin with. */
  first() {
    if (this.phones.size || !state.people.size) return;
    const kept = JSON.parse(sessionStorage.getItem(`wall:${state.run}`) ?? "null");
    const everybody = [...state.people.values()];
    const invited = everybody.filter((person) => person.role === "participant");
    const few = [everybody.find((person) => person.role === "organizer"), invited[0], invited.find((person) => person.state === "new") ?? invited[12]];
    const chosen = kept ?? (NARROW.matches ? [] : few.filter(Boolean).map((person) => person.id));
    for (const id of new Set(chosen)) if (state.people.has(id)) this.open(id);
  }

  shows(id) {
    return this.phones.has(id);
  }

  toggle(id) {
    if (NARROW.matches) {
      for (const other of [...this.phones.keys()]) if (other !== id) this.close(other);
      this.open(id);
      emit("view", "phone");
      this.look(id);
    } else if (this.shows(id)) {
      this.close(id);
    } else {
      this.open(id);
      this.phones.get(id).node.scrollIntoView({ behavior: "smooth", block: "nearest", inline: "nearest" });
    }
  }

  open(id) {
    if (this.shows(id)) return;
    const phone = new Phone(id, (which) => this.close(which));
    this.phones.set(id, phone);
    this.root.append(phone.node);
    this.changed();
    this.look(id);
  }

  close(id) {
    this.phones.get(id)?.remove();
    this.phones.delete(id);
    this.changed();
  }

  changed() {
    this.empty.hidden = this.phones.size > 0;
    this.root.dataset.count = String(this.phones.size);
    sessionStorage.setItem(`wall:${state.run}`, JSON.stringify([...this.phones.keys()]));
    emit("wall");
  }

  /** What is on a phone in view counts as read. */
  look(id) {
    if (this.shows(id) && (!NARROW.matches || document.body.dataset.view === "phone")) markSeen(id);
  }

  lookAll() {
    for (const id of this.phones.keys()) this.look(id);
  }
}
