// Everybody with a phone: who has unread messages, who has not joined, whose phone is out.

import { preview } from "./bubbles.js";
import { avatar, el, icon } from "./dom.js";
import { act, on, state, unread } from "./state.js";
import { clockText, t } from "./words.js";

const ROLES = ["organizer", "participant", "aide", "stranger"];
const rows = new Map();

/** @param wall with `shows(id)` and `toggle(id)` */
export function drawPeople(root, wall) {
  const search = el("input", { type: "search", placeholder: t("find_person"), "aria-label": t("find_person"), on: { input: () => filter(search.value) } });
  const everyone = el("button", { type: "button", class: "quiet", on: { click: joinAll } }, icon("group"), t("join_all"));
  const list = el("div", { class: "people-list" });
  const total = el("p", { class: "people-total" });
  root.append(el("div", { class: "people-head" }, el("label", { class: "search" }, icon("search"), search)), list, el("div", { class: "people-foot" }, total, everyone));

  const drawTotal = () => {
    const invited = [...state.people.values()].filter((person) => person.invited);
    const joined = invited.filter((person) => person.state !== "new").length;
    total.textContent = t("joined_of", { joined, total: invited.length });
    everyone.hidden = joined === invited.length;
  };
  const drawAll = () => {
    rows.clear();
    const groups = ROLES.map((role) => [role, [...state.people.values()].filter((person) => person.role === role)]);
    list.replaceChildren(...groups.filter(([, members]) => members.length).map(([role, members]) =>
      el("section", {}, el("h2", { text: t(`role_${role}`) }), el("ul", {}, members.map((person) => row(person, wall))))));
    filter(search.value);
    drawTotal();
  };
  on("hello", drawAll);
  on("person", (id) => {
    redraw(id, wall);
    drawTotal();
  });
  on("wall", () => {
    for (const id of rows.keys()) redraw(id, wall);
  });
}

function row(person, wall) {
  const node = el("li", {}, el("button", { type: "button", class: "person", data: { person: String(person.id) }, on: { click: () => wall.toggle(person.id) } }));
  rows.set(person.id, node);
  redraw(person.id, wall);
  return node;
}

function redraw(id, wall) {
  const node = rows.get(id);
  const person = state.people.get(id);
  if (!node || !person) return;
  const button = node.firstChild;
  const waiting = unread(id);
  const standing = { new: "state_new", kicked: "state_kicked" }[person.state];
  button.setAttribute("aria-pressed", String(wall.shows(id)));
  button.dataset.state = person.state;
  button.replaceChildren(
    avatar(person.name, id),
    el("span", { class: "person-words" },
      el("b", { text: person.name }),
      el("span", { class: standing ? "standing" : "", text: standing ? t(standing) : person.last ? preview(person.last) : "" })),
    el("span", { class: "person-end" },
      person.last ? el("time", { text: clockText(person.last.date * 1000) }) : null,
      waiting ? el("span", { class: "badge", text: String(waiting) }, el("span", { class: "hidden-words", text: ` ${t("unread")}` })) : null),
  );
}

function filter(text) {
  const wanted = text.trim().toLowerCase();
  for (const [id, node] of rows) {
    const { name, agency, group } = state.people.get(id);
    node.hidden = !`${name} ${agency} ${group}`.toLowerCase().includes(wanted);
  }
}

async function joinAll() {
  for (const person of state.people.values()) {
    if (person.invited && person.state === "new") await act(person.id, "join");
  }
}
