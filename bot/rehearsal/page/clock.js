// The event's clock and its controls.

import { el, icon, popup } from "./dom.js";
import { on, post, state } from "./state.js";
import { clockText, dayOf, instantOf, longDay, secondsText, shortDay, t, zoneText } from "./words.js";

const SPEEDS = [1, 60, 600];

/** What happens next after now: {at, label}; null after the end. */
export function nextEvent() {
  const now = state.clock.now;
  const found = [];
  for (const mark of state.marks) {
    if (mark.at > now && (mark.planned || mark.waiting)) found.push({ at: mark.at, label: t(`mark_${mark.kind}`), order: 0 });
  }
  for (const session of state.event?.sessions ?? []) {
    if (session.start > now) found.push({ at: session.start, label: session.title, order: 1 });
    if (session.end > now) found.push({ at: session.end, label: t("session_ends", { title: session.title }), order: 2 });
  }
  found.sort((a, b) => a.at - b.at || a.order - b.order);
  return found[0] ?? null;
}

export function drawClock(face, controls) {
  const time = el("span", { class: "clock-time" });
  const seconds = el("span", { class: "clock-seconds" });
  const zone = el("span", { class: "clock-zone" });
  const day = el("span", { class: "clock-day" });
  face.append(el("div", { class: "clock-line", role: "timer", "aria-label": t("clock") }, time, seconds, zone), day);

  const speeds = [0, ...SPEEDS].map((speed) =>
    el("button", { type: "button", class: "speed", data: { speed: String(speed) }, "aria-pressed": "false",
      "aria-label": speed ? t("play_at", { speed }) : t("pause"), title: speed ? t("play_at", { speed }) : t("pause"),
      on: { click: () => post(speed ? "/clock/play" : "/clock/pause", { speed }) } },
    speed ? `${speed}×` : icon("pause")));
  const nextLabel = el("small", {});
  const next = el("button", { type: "button", class: "next-event", on: { click: () => post("/clock/next") } }, icon("next"), el("span", {}, el("b", { text: t("next_event") }), nextLabel));
  const jump = el("button", { type: "button", class: "quiet jump", "aria-expanded": "false", "aria-label": t("jump"), title: t("jump"), on: { click: () => openJump(jump) } }, icon("jump"), el("span", { text: t("jump") }));
  controls.append(el("div", { class: "speeds" }, speeds), next, el("div", { class: "jump-box" }, jump));

  const draw = () => {
    if (!state.event) return;
    const { now, speed, target } = state.clock;
    time.textContent = clockText(now);
    seconds.textContent = secondsText(now);
    zone.textContent = zoneText();
    const number = state.event.days.findIndex((one) => one.start <= now && now < one.end) + 1;
    day.textContent = number ? `${longDay(now)} · ${t("day_number", { number })}` : longDay(now);
    for (const button of speeds) button.setAttribute("aria-pressed", String(target === null && +button.dataset.speed === speed));
    document.body.classList.toggle("travelling", target !== null);
    const ahead = nextEvent();
    nextLabel.textContent = target !== null ? t("travelling_to", { time: clockText(target) }) : ahead ? `${clockText(ahead.at)} · ${ahead.label}` : t("nothing_ahead");
    next.title = nextLabel.textContent;
    next.disabled = !ahead || target !== null;
  };
  on("clock", draw);
  on("marks", draw);
}

function openJump(button) {
  // Not datetime-local: it speaks the browser's language, and knows nothing of the event's days.
  const { now } = state.clock;
  const today = dayOf(now);
  const days = state.event.days.filter((one) => one.end > now);
  const day = el("select", { "aria-label": t("jump_day") }, days.map((one) =>
    el("option", { value: one.day, selected: one.day === today, text: shortDay(one.start) })));
  const field = el("input", { inputmode: "numeric", autocomplete: "off", value: clockText(now), "aria-label": t("jump_time") });
  const error = el("p", { class: "error", role: "alert" });
  const go = async (event) => {
    event.preventDefault();
    const wall = /^(\d{1,2})[.:](\d{2})$/.exec(field.value.trim());
    const to = wall && day.value ? instantOf(`${day.value}T${wall[1].padStart(2, "0")}:${wall[2]}`) : NaN;
    const answer = Number.isNaN(to) ? { error: "no time" } : await post("/clock/jump", { to });
    if (answer.error) error.textContent = t("jump_refused");
    else close(true);
  };
  const box = el("form", { class: "popup jump-popup", on: { submit: go } },
    el("p", { text: t("jump_to") }), el("div", { class: "jump-fields" }, day, field), error,
    el("button", { type: "submit", class: "primary", text: t("go") }));
  button.after(box);
  const close = popup(button, box);
}
