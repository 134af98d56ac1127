"""An `Answer` as a message: the fact first, then a compact card or list, the source last."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from markupsafe import Markup

from bot.domain import clock
from bot.domain.agenda import Agenda, Session
from bot.domain.answers import Answer, AnswerKind, Fields, card_answer, day_answer, fields_of
from bot.domain.language.question import FACETS, Intent
from bot.domain.language.resolved import Reason
from bot.texts import catalogue
from bot.texts.rendered import MESSAGE_LIMIT, Button, Rendered

ASK_ORGANIZERS = "tanya"
_MOST_LINES = 24
_DAY_BUTTONS = 4
_LISTED = (Intent.AGENDA, Intent.AT, Intent.REST)
_LEADS = {
    Intent.NOW: "now",
    Intent.AFTER: "after",
    Intent.BEFORE: "before",
    Intent.FIRST: "first",
    Intent.LAST: "last",
}


def session_data(session: Session) -> str:
    """Callback data of the button that shows one session."""
    return f"s:{session.ref}"


def day_data(day: date) -> str:
    """Callback data of the button that shows the agenda of ``day``."""
    return f"d:{day.isoformat()}"


def render(answer: Answer, agenda: Agenda, language: str) -> Rendered:
    """``answer`` as Telegram HTML with its buttons, in ``language``."""
    return _Renderer(answer, agenda, language).rendered()


def day_list(agenda: Agenda, day: date, language: str, now: datetime) -> Rendered:
    """The agenda of one local day, with buttons to the days beside it."""
    return render(day_answer(agenda, day, now), agenda, language)


def session_card(agenda: Agenda, session: Session, language: str, now: datetime) -> Rendered:
    """All the rundown says of one session."""
    return render(card_answer(agenda, session, now), agenda, language)


def source_line(agenda: Agenda, language: str) -> Markup:
    """Which rundown the answer comes from: its version and when it was changed."""
    return catalogue.text(
        "answer.source",
        language,
        zone=agenda.timezone,
        example=agenda.event.example,
        version=agenda.version,
        changed=agenda.changed_at,
    )


class _Renderer:
    def __init__(self, answer: Answer, agenda: Agenda, language: str) -> None:
        self.answer = answer
        self.agenda = agenda
        self.language = language
        self.zone = agenda.timezone

    def text(self, key: str, **facts: object) -> Markup:
        return catalogue.text(f"answer.{key}", self.language, zone=self.zone, **facts)

    def rendered(self) -> Rendered:
        answer = self.answer
        if answer.kind is AnswerKind.CLARIFY:
            return self._clarify()
        if answer.kind is not AnswerKind.ANSWER:
            return self._manners()
        if answer.intent in (Intent.ME, Intent.SETTINGS, Intent.NOTES):
            return Rendered(self.text("elsewhere"))
        if answer.overview:
            return self._overview()
        blocks = self._empty() if answer.empty else self._told()
        return self._page(blocks, self._buttons())

    def _page(self, blocks: Iterable[str], buttons: tuple[tuple[Button, ...], ...]) -> Rendered:
        source = source_line(self.agenda, self.language)
        body = "\n".join(block for block in blocks if block)
        while len(body) > MESSAGE_LIMIT - 200:  # long titles: whole lines go, markup stays sound
            body = body.rpartition("\n")[0] or self.text("clarify_open")
        return Rendered(f"{body}\n\n{source}", buttons)

    # Kinds of messages

    def _manners(self) -> Rendered:
        answer = self.answer
        key = "ack" if answer.intent is Intent.ACK else answer.kind.value
        buttons: tuple[tuple[Button, ...], ...] = ()
        if answer.kind is AnswerKind.FALLBACK:
            buttons = (self._today(), (self._ask(),))
        elif answer.kind in (AnswerKind.GREETING, AnswerKind.HELP):
            buttons = (self._today(),)
        return Rendered(self.text(key), buttons)

    def _clarify(self) -> Rendered:
        answer = self.answer
        if answer.choices:
            rows = tuple((self._session_button(s),) for s in answer.choices)
            return Rendered(self.text("clarify"), rows)
        if answer.day in self.agenda.days:
            rows = ((self._day_button(answer.day),),) if answer.day else ()
            return Rendered(self.text("clarify_day", day=answer.day), rows)
        return Rendered(self.text("clarify_open"), (self._today(),))

    def _overview(self) -> Rendered:
        lines: list[str] = [self._event("overview")]
        for day in self.agenda.days:
            sessions = self.agenda.on_day(day)
            if sessions:
                last = max(s.end for s in sessions)
                facts = {"day": day, "count": len(sessions), "start": sessions[0].start}
                lines.append(self.text("overview_day", end=last, **facts))
        buttons = [self._day_button(day) for day in self.agenda.days[:32]]
        return self._page(lines, _rows(buttons, _DAY_BUTTONS))

    def _event(self, key: str) -> Markup:
        event = self.agenda.event
        facts: dict[str, object] = {"name": event.name, "first": event.start, "last": event.end}
        if key == "event":
            days = len(self.agenda.days)
            facts |= {"place": event.place, "address": event.address, "days": days}
            facts |= {"organizer": event.organizer}
        return self.text(key, **facts)

    # The facts

    def _told(self) -> list[str]:
        answer = self.answer
        blocks: list[str] = []
        if answer.about_event:
            blocks.append(self._event("event"))
        if not answer.sessions:
            return blocks
        if len(answer.sessions) == 1 and answer.intent not in _LISTED:
            return [*blocks, *self._one(answer.sessions[0])]
        return [*blocks, self._heading(), *self._lines(answer.sessions)]

    def _one(self, session: Session) -> list[str]:
        intent = self.answer.intent
        lead = ""
        if intent in FACETS and self.answer.fields:
            lead = self._fact(session, self.answer.fields)
        elif intent is Intent.NEXT and self.answer.fields and self.answer.fields.countdown:
            lead = self.text("next", delta=self.answer.fields.countdown)
        elif intent in _LEADS:
            lead = self.text(_LEADS[intent])
        return [lead, self._card(session, long=intent is Intent.CARD)]

    def _card(self, session: Session, *, long: bool) -> str:
        card = self.text(
            "card",
            session=session,
            dress=session.dress,
            long=long,
            told=self.answer.intent.value if self.answer.reason is Reason.NONE else "",
            zone_name=clock.short_name(self.zone, session.start),
        )
        return "\n".join(line for line in card.split("\n") if line.strip())

    def _fact(self, session: Session, fields: Fields) -> Markup:
        return self.text(
            f"fact.{self.answer.intent.value}",
            session=session,
            fields=fields,
            zone_name=clock.short_name(self.zone, session.start),
        )

    def _heading(self) -> str:
        answer = self.answer
        if answer.intent is Intent.REST:
            return self.text("rest")
        if answer.intent is Intent.NEXT and answer.fields and answer.fields.countdown:
            return self.text("next", delta=answer.fields.countdown)
        if answer.intent in _LEADS:
            return self.text(_LEADS[answer.intent])
        if answer.slots.subject in ("speaker", "room") and answer.label:
            return self.text(answer.slots.subject, label=answer.label)
        if answer.slots.subject in ("session", "speaker", "room"):
            return self.text("named")
        if answer.intent is Intent.AT and answer.time:
            return self.text("at", at=answer.time.start)
        if answer.time and answer.day and not self._single_day():
            return self.text("span")
        if answer.day and answer.part:
            return self.text("part", day=answer.day, part=self.text(f"parts.{answer.part}"))
        if answer.day:
            number = self.agenda.day_number(answer.day)
            return self.text("day", day=answer.day, number=number)
        return self.text("named")

    def _says_day(self) -> bool:
        """Whether the heading names the day, or it goes without saying."""
        answer = self.answer
        today = clock.local_day(answer.now, self.zone)
        if all(self.agenda.day_of(s) == today for s in answer.sessions):
            return True
        return answer.about_event or answer.slots.subject not in ("session", "speaker", "room")

    def _single_day(self) -> bool:
        return len({self.agenda.day_of(s) for s in self.answer.sessions}) == 1

    def _lines(self, sessions: Sequence[Session]) -> list[str]:
        key = "line" if self._says_day() and self._single_day() else "line_day"
        lines: list[str] = []
        for session in sessions[:_MOST_LINES]:
            lines.append(self.text(key, session=session, room=True))
            if self.answer.intent in FACETS and self.answer.intent not in _TOLD_BY_LINE:
                fields = fields_of(self.agenda, session, self.answer.now)
                if _says(fields, self.answer.intent):
                    lines.append("   " + self._fact(session, fields))
        if len(sessions) > _MOST_LINES:
            lines.append(self.text("more", count=len(sessions) - _MOST_LINES))
        return lines

    def _empty(self) -> list[str]:
        answer = self.answer
        if answer.reason is Reason.UNSAID:
            return [self.text(f"unsaid.{answer.intent.value}"), *self._told_anyway()]
        if answer.reason is Reason.OUTSIDE:
            return [self._event("empty.outside"), *self._nearby()]
        if answer.reason is Reason.CANCELLED:
            return [self.text("empty.cancelled"), *self._lines_of_days(answer.sessions)]
        if answer.reason is Reason.OTHER_DAY:
            return [self.text("empty.other_day"), *self._lines_of_days(answer.sessions)]
        if answer.reason is Reason.NOTHING and answer.time:
            return [self._nothing(answer.time.start, answer.time.end), *self._nearby()]
        if answer.reason is Reason.NOTHING and answer.day:
            return [self.text("empty.nothing_day", day=answer.day, part=""), *self._nearby()]
        nearby = self._nearby() if answer.reason is not Reason.ABSENT else []
        return [self.text(f"empty.{answer.reason.value or 'nothing'}"), *nearby]

    def _nothing(self, start: datetime, end: datetime) -> Markup:
        answer = self.answer
        if start == end:
            return self.text("empty.nothing_at", at=start)
        if answer.day is None:
            return self.text("empty.nothing")
        part = self.text(f"parts.{answer.part}") if answer.part else ""
        return self.text("empty.nothing_day", day=answer.day, part=part)

    def _told_anyway(self) -> list[str]:
        sessions = self.answer.sessions
        if len(sessions) == 1:
            return [self._card(sessions[0], long=False)]
        return self._lines(sessions[:8])

    def _lines_of_days(self, sessions: Sequence[Session]) -> list[str]:
        return [self.text("line_day", session=s, room=True) for s in sessions[:8]]

    def _nearby(self) -> list[str]:
        nearby = self.answer.nearby
        return [self.text("nearby", session=nearby)] if nearby else []

    # Buttons

    def _buttons(self) -> tuple[tuple[Button, ...], ...]:
        answer = self.answer
        rows: list[tuple[Button, ...]] = []
        if answer.intent in (Intent.AGENDA, Intent.REST) and answer.day in self.agenda.days:
            at = self.agenda.days.index(answer.day) if answer.day else 0
            beside = [d for k, d in enumerate(self.agenda.days) if abs(k - at) == 1]
            rows += _rows([self._day_button(d) for d in beside], 2)
        elif answer.reason is Reason.OUTSIDE:
            rows += _rows([self._day_button(d) for d in self.agenda.days[:8]], _DAY_BUTTONS)
        if answer.empty:
            rows.append((self._ask(),))
        return tuple(rows)

    def _today(self) -> tuple[Button, ...]:
        today = clock.local_day(self.answer.now, self.zone)
        day = today if today in self.agenda.days else self.agenda.event.start
        return (self._day_button(day),)

    def _ask(self) -> Button:
        return Button(self._label("button.ask"), data=ASK_ORGANIZERS)

    def _day_button(self, day: date) -> Button:
        return Button(self._label("button.day", day=day), data=day_data(day))

    def _session_button(self, session: Session) -> Button:
        return Button(self._label("button.session", session=session), data=session_data(session))

    def _label(self, key: str, **facts: object) -> str:
        return catalogue.text(key, self.language, zone=self.zone, **facts).unescape()


_TOLD_BY_LINE = frozenset({Intent.WHEN, Intent.END, Intent.WHERE, Intent.DURATION})


def _says(fields: Fields, intent: Intent) -> bool:
    return bool({
        Intent.WHO: fields.speakers,
        Intent.DRESS: fields.dress,
        Intent.BRING: fields.bring,
        Intent.MATERIALS: fields.materials,
    }.get(intent, True))  # fmt: skip


def _rows(buttons: Sequence[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))
