// The day at a glance: sessions, messages due and sent, and where the clock stands.

import { el } from "./dom.js";
import { on, post, state } from "./state.js";
import { clockText, shortDay, t } from "./words.js";

const MARGIN = 20 * 60_000;
const NEAR_PX = 26;

export class Timeline {
  constructor(root) {
    this.chosen = null; // a day the person picked; null follows the clock
    this.tabs = el("div", { class: "day-tabs", role: "group", "aria-label": t("days") });
    this.sessions = el("div", { class: "band-sessions" });
    this.marks = el("div", { class: "band-marks" });
    this.hours = el("div", { class: "band-hours", "aria-hidden": "true" });
    this.needle = el("div", { class: "needle", "aria-hidden": "true" });
    this.track = el("div", { class: "track" }, this.hours, this.sessions, this.needle, this.marks);
    this.band = el("div", { class: "band", tabindex: "0", role: "group", "aria-label": t("timeline") }, this.track);
    this.list = el("ol", { class: "day-list" });
    root.append(this.tabs, this.band, legend(), this.list);
    on("hello", () => { this.shown = null; this.draw(); });
    on("clock", () => this.draw());
    on("marks", () => this.drawMarks());
    on("view", () => this.drawMarks());
    addEventListener("resize", () => this.drawMarks());
  }

  get day() {
    const { days } = state.event;
    if (this.chosen) return days.find((day) => day.day === this.chosen);
    const now = state.clock.now;
    return days.find((day) => now < day.end) ?? days[days.length - 1];
  }

  draw() {
    if (!state.event) return;
    const { day } = this;
    if (this.shown !== day.day) {
      this.shown = day.day;
      this.measure();
      this.drawTabs();
      this.drawSessions();
      this.drawMarks();
    }
    this.moveNeedle();
  }

  /** From when to when the track reaches: the day's sessions and messages with some room. */
  measure() {
    const { day } = this;
    const times = state.event.sessions.filter((one) => one.day === day.day).flatMap((one) => [one.start, one.end]);
    const marks = state.marks.map((mark) => mark.at).filter((at) => day.start <= at && at < day.end);
    const all = [...times, ...marks];
    this.from = all.length ? Math.min(...all) - MARGIN : day.start;
    this.to = all.length ? Math.max(...all) + MARGIN : day.end;
    const hours = [];
    for (let at = Math.ceil(this.from / 3_600_000) * 3_600_000; at < this.to; at += 3_600_000) {
      const node = el("span", { text: clockText(at) });
      node.style.left = this.place(at);
      hours.push(node);
    }
    this.hours.replaceChildren(...hours);
  }

  place(at) {
    return `${((at - this.from) / (this.to - this.from)) * 100}%`;
  }

  drawTabs() {
    const { days } = state.event;
    const now = state.clock.now;
    this.tabs.replaceChildren(...days.map((day, index) =>
      el("button", { type: "button", class: "day-tab", "aria-pressed": String(day.day === this.shown),
        on: { click: () => { this.chosen = day.start <= now && now < day.end ? null : day.day; this.draw(); } } },
      el("b", { text: t("day_number", { number: index + 1 }) }), el("small", { text: shortDay(day.start) }))));
  }

  drawSessions() {
    const lanes = [];
    this.sessions.replaceChildren(...state.event.sessions.filter((one) => one.day === this.shown).map((session) => {
      let lane = lanes.findIndex((end) => end <= session.start);
      if (lane < 0) lane = lanes.push(0) - 1;
      lanes[lane] = session.end;
      const words = `${clockText(session.start)}–${clockText(session.end)} · ${session.title}${session.room ? ` · ${session.room}` : ""}`;
      const node = el("button", { type: "button", class: `session ${session.tone}`, title: words, "aria-label": t("jump_session", { words }),
        data: { start: String(session.start), end: String(session.end) }, on: { click: () => post("/clock/jump", { to: session.start }) } },
      el("span", { text: session.title }));
      node.style.left = this.place(session.start);
      node.style.width = `${((session.end - session.start) / (this.to - this.from)) * 100}%`;
      node.style.setProperty("--lane", String(lane));
      return node;
    }));
    this.sessions.style.setProperty("--lanes", String(Math.max(1, lanes.length)));
  }

  drawMarks() {
    if (!this.shown) return;
    const { day } = this;
    const width = this.track.clientWidth;
    const ends = [];
    const today = state.marks.filter((mark) => day.start <= mark.at && mark.at < day.end);
    if (today.some((mark) => mark.at < this.from || mark.at > this.to)) {
      this.measure();
      this.drawSessions();
    }
    this.marks.replaceChildren(...today.map((mark) => {
      const x = ((mark.at - this.from) / (this.to - this.from)) * width;
      let row = ends.findIndex((end) => end <= x - NEAR_PX);
      if (row < 0) row = ends.push(0) - 1;
      ends[row] = x;
      const node = markNode(mark);
      node.style.left = this.place(mark.at);
      node.style.setProperty("--row", String(row));
      return node;
    }));
    this.marks.style.setProperty("--rows", String(Math.max(2, ends.length)));
    this.drawList(today);
    this.moveNeedle();
  }

  /** The same day from top to bottom, for narrow screens. */
  drawList(marks) {
    const sessions = state.event.sessions.filter((one) => one.day === this.shown);
    const lines = [
      ...marks.map((mark) => ({ at: mark.at, end: mark.at, order: 0, node: () => [markNode(mark), el("span", { text: t(`mark_${mark.kind}`) })] })),
      ...sessions.map((one) => ({ at: one.start, end: one.end, order: 1, tone: one.tone, node: () => [el("b", { text: one.title }), one.room ? el("small", { text: one.room }) : null] })),
    ].sort((a, b) => a.at - b.at || a.order - b.order);
    this.list.replaceChildren(...lines.map((line) =>
      el("li", { class: line.order ? `line ${line.tone}` : "line told", data: { start: String(line.at), end: String(line.end) } },
        el("time", { text: clockText(line.at) }), el("div", {}, line.node()))));
  }

  moveNeedle() {
    const { now } = state.clock;
    const inside = this.from <= now && now <= this.to;
    this.needle.hidden = !inside;
    if (inside) this.needle.style.left = this.place(now);
    for (const node of [...this.sessions.children, ...this.list.children]) {
      const past = +node.dataset.end <= now;
      node.classList.toggle("past", past);
      node.classList.toggle("running", !past && +node.dataset.start <= now);
      if (node.localName === "button") node.disabled = +node.dataset.start < now;
    }
    const { scrollWidth, clientWidth } = this.band;
    if (inside && scrollWidth > clientWidth && !this.band.matches(":hover, :focus-within")) {
      this.band.scrollLeft = ((now - this.from) / (this.to - this.from)) * scrollWidth - clientWidth / 2;
    }
  }
}

function markNode(mark) {
  const { planned = 0, sent = 0, waiting = 0, failed = 0 } = mark;
  const fate = failed ? "failed" : waiting ? "waiting" : sent ? "sent" : "planned";
  const facts = { kind: t(`mark_${mark.kind}`), time: clockText(mark.at), planned, sent, waiting, failed };
  const words = planned ? t("mark_words_planned", facts) : t("mark_words", facts);
  const past = mark.at <= state.clock.now;
  return el("button", { type: "button", class: `mark ${mark.kind} ${fate}`, title: words, "aria-label": words, disabled: past,
    on: { click: () => post("/clock/jump", { to: mark.at }) }, text: String(planned || sent + waiting + failed) });
}

function legend() {
  const item = (style, key) => el("span", {}, el("i", { class: `mark ${style}`, "aria-hidden": "true" }), t(key));
  return el("p", { class: "legend" }, item("reminder sent", "mark_reminder"), item("digest sent", "mark_digest"), item("prompt sent", "mark_prompt"),
    item("broadcast sent", "mark_broadcast"), item("reminder planned", "mark_planned"), item("reminder failed", "mark_failed"));
}
