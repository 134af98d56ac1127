// Things that go wrong on purpose, and the traffic between the bot and Telegram.

import { el, icon, iconButton } from "./dom.js";
import { act, emit, on, post, state } from "./state.js";
import { clockText, t } from "./words.js";

export function drawFaults(root) {
  const network = toggle("network_down", "network_hint", (down) => post("/switches/network", { down }));
  const tooMany = toggle("too_many", "too_many_hint", (value) => post("/switches/too_many", { on: value }));
  const life = el("p", { class: "life" });
  const kill = el("button", { type: "button", class: "danger", text: t("kill"), on: { click: () => post("/switches/kill") } });
  const revive = el("button", { type: "button", class: "primary", text: t("revive"), on: { click: () => post("/switches/revive") } });
  const blocked = el("ul", { class: "blocked" });
  const choose = el("select", { "aria-label": t("who_blocks") });
  const block = el("button", { type: "button", class: "quiet", text: t("blocks"), on: { click: () => choose.value && act(choose.value, "block") } });
  const calls = el("ol", { class: "calls", tabindex: "0", "aria-label": t("traffic") });
  const restart = el("button", { type: "button", class: "quiet", text: t("restart"), on: { click: () => askRestart(restart) } });
  root.append(
    el("header", {}, el("h2", { text: t("faults") }), iconButton("close", t("close"), () => emit("faults-panel", false), { class: "icon-button only-wide" })),
    el("div", { class: "faults-body" },
      el("section", {}, el("h3", { text: t("faults_network") }), network.node, tooMany.node),
      el("section", {}, el("h3", { text: t("faults_bot") }), life, el("div", { class: "buttons" }, kill, revive)),
      el("section", {}, el("h3", { text: t("faults_people") }), el("div", { class: "buttons" }, choose, block), blocked),
      el("section", {}, el("h3", { text: t("traffic") }), calls),
      el("section", {}, el("h3", { text: t("rehearsal") }), restart)));

  on("faults", () => {
    network.show(state.faults.network_down);
    tooMany.show(state.faults.too_many);
  });
  on("bot", () => {
    life.textContent = state.bot.up ? t("bot_up", { starts: state.bot.starts }) : t("bot_down");
    life.dataset.up = String(state.bot.up);
    kill.disabled = !state.bot.up;
    revive.disabled = state.bot.up;
  });
  on("calls", () => calls.replaceChildren(...state.calls.slice(-40).reverse().map(call)));
  const drawBlocked = () => {
    const people = [...state.people.values()];
    const before = choose.value;
    choose.replaceChildren(...people.filter((person) => person.state === "member").map((person) => el("option", { value: person.id, text: person.name })));
    if (before) choose.value = before;
    block.disabled = !choose.options.length;
    blocked.replaceChildren(...people.filter((person) => person.state === "kicked").map((person) =>
      el("li", {}, icon("block"), el("span", { text: person.name }), el("button", { type: "button", class: "quiet", text: t("unblocks"), on: { click: () => act(person.id, "unblock") } }))));
  };
  on("hello", drawBlocked);
  on("person", drawBlocked);
}

function toggle(key, hint, change) {
  const button = el("button", { type: "button", role: "switch", class: "switch", "aria-checked": "false",
    on: { click: () => change(button.getAttribute("aria-checked") !== "true") } },
  el("span", {}, el("b", { text: t(key) }), el("small", { text: t(hint) })), el("i", { "aria-hidden": "true" }));
  return { node: button, show: (value) => button.setAttribute("aria-checked", String(value)) };
}

function call({ at, method, chat_id: chat, status, description }) {
  const who = state.people.get(chat)?.name ?? "";
  return el("li", { class: status === 200 ? "" : "bad", title: description || who },
    el("time", { text: clockText(at) }), el("code", { text: method }), el("span", { text: who }), el("b", { text: status || "—" }));
}

function askRestart(button) {
  if (button.dataset.sure) {
    void post("/switches/restart");
    return;
  }
  button.dataset.sure = "yes";
  button.textContent = t("restart_sure");
  setTimeout(() => {
    delete button.dataset.sure;
    button.textContent = t("restart");
  }, 4000);
}

/** One line for each thing that is wrong at present, above everything else. */
export function drawNotices(root) {
  const draw = () => {
    const lines = [];
    if (!state.connected && state.run) lines.push(["offline", "notice_offline"]);
    if (state.run && !state.bot.up && !state.bot.starts) lines.push(["slow", "notice_starting"]);
    if (!state.bot.up && state.bot.starts) lines.push(["down", "notice_bot_down"]);
    if (state.faults.network_down) lines.push(["down", "notice_network"]);
    if (state.faults.too_many) lines.push(["slow", "notice_too_many"]);
    root.replaceChildren(...lines.map(([style, key]) => el("p", { class: `notice ${style}`, text: t(key) })));
  };
  for (const topic of ["connection", "bot", "faults"]) on(topic, draw);
}
