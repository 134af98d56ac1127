// Puts the page together.

import { drawClock } from "./clock.js";
import { el, icon, iconButton } from "./dom.js";
import { drawFaults, drawNotices } from "./faults.js";
import { drawPeople } from "./people.js";
import { connect, emit, on, state } from "./state.js";
import { Timeline } from "./timeline.js";
import { Wall } from "./wall.js";
import { language, loadWords, switchLanguage, t, useZone } from "./words.js";

const find = (id) => document.getElementById(id);

/** Light, dark, or as the system says. */
function applyTheme(theme) {
  document.documentElement.style.colorScheme = theme ?? "light dark";
  document.documentElement.dataset.theme = theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function switchTheme() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", theme);
  applyTheme(theme);
}

function drawTools(root, panel) {
  const faults = el("button", { type: "button", class: "tool", "aria-expanded": "false", "aria-controls": "faults", on: { click: () => emit("faults-panel", panel.hidden) } }, icon("bolt"), el("span", { text: t("faults") }));
  on("faults-panel", (shown) => {
    panel.hidden = !shown;
    faults.setAttribute("aria-expanded", String(shown));
    if (!shown) faults.focus();
  });
  root.append(faults, iconButton("moon", t("theme"), switchTheme),
    el("button", { type: "button", class: "tool language", lang: language === "id" ? "en" : "id", "aria-label": `${language === "id" ? "EN" : "ID"} – ${t("other_language")}`, title: t("other_language"), on: { click: switchLanguage }, text: language === "id" ? "EN" : "ID" }));
}

function drawTabs(root) {
  const views = [["people", "phone", "tab_people"], ["time", "jump", "tab_time"], ["faults", "bolt", "tab_faults"]];
  const buttons = views.map(([view, name, key]) =>
    el("button", { type: "button", "aria-pressed": "false", on: { click: () => emit("view", view) } }, icon(name), el("span", { text: t(key) })));
  const draw = (view) => buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(views[index][0] === view)));
  on("view", draw);
  draw("people");
  root.append(...buttons);
}

applyTheme(localStorage.getItem("theme"));
await loadWords();
document.title = t("title", { event: "Mandala" });
on("hello", () => {
  const { event } = state;
  useZone(event.zone, event.zone_name);
  document.title = t("title", { event: event.name });
  find("event-name").textContent = event.name;
  find("event-note").textContent = t(event.example ? "note_example" : "note");
});
const wall = new Wall(find("wall"));
drawClock(find("clock"), find("controls"));
drawTools(find("tools"), find("faults"));
drawNotices(find("notices"));
drawPeople(find("people"), wall);
drawFaults(find("faults"));
drawTabs(find("tabs"));
new Timeline(find("day"));
connect();
