"""Roll calls: what participants are asked, and what organizers see of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.agenda import Agenda, Session
from bot.domain.presence import SPOKEN, Call
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_PAGE = 8
_NAMES = 12
_SESSIONS = 30


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of a roll call. ``names`` are of those missing; ``code`` None: none is said."""

    present: int
    total: int
    late: int
    names: Sequence[str]
    code: str | None
    code_until: datetime
    number: int
    """Tells one round of reminders from the next."""
    screen: bool = False
    """Whether there is a page for the projector."""
    full: bool = True
    """Whether the reader runs the roll call; a coordinator only ticks people off."""


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on the roll; ``at`` None: not there."""

    id: int
    name: str
    at: datetime | None
    late: bool


def invitation(call: Call, agenda: Agenda, language: str) -> Rendered:
    """What those who have not answered are sent."""
    key = "presence.ask_aboard" if call.bus else "presence.ask_session"
    html = text(key, language, zone=agenda.timezone, s=call.session, bus=call.bus)
    return Rendered(html, ((_answer(call, language),),))


def invitation_by_aide(call: Call, agenda: Agenda, language: str, name: str) -> Rendered:
    """What the aide of somebody who has not answered is sent: nobody answers for another."""
    facts = {"s": call.session, "bus": call.bus, "name": name}
    return Rendered(text("presence.ask_aide", language, zone=agenda.timezone, **facts))


def complete(call: Call, total: int, language: str) -> Rendered:
    """What organizers are told once everybody is on the bus."""
    look = Button(text("presence.button_look", language), f"h:v:{call.id}")
    html = text("presence.complete", language, bus=call.bus, total=total)
    return Rendered(html, ((look,),))


def own(
    calls: Sequence[tuple[Call, datetime | None]],
    agenda: Agenda,
    language: str,
    *,
    led: Sequence[Call] = (),
) -> Rendered:
    """A participant's view: what is open, and whether they are recorded.

    Args:
        led: where the person, a coordinator, puts down others.
    """
    lead = [(_lead(call, language),) for call in led]
    if not calls:
        return Rendered(text("presence.none_open", language), tuple(lead))
    zone = agenda.timezone
    lines = [
        text("presence.own_line", language, zone=zone, s=call.session, bus=call.bus, at=at)
        for call, at in calls
    ]
    rows = [(_answer(call, language, named=len(calls) > 1),) for call, at in calls if at is None]
    html = "\n\n".join([text("presence.own", language), *lines])
    return Rendered(html, (*rows, *lead))


def _lead(call: Call, language: str) -> Button:
    name = call.session.title[:40] if call.session else str(call.bus)
    return Button(text("presence.button_lead", language, name=name), f"h:v:{call.id}")


def outcome(name: str, call: Call | None, agenda: Agenda, language: str, **facts: object) -> str:
    """One sentence: recorded, or why not."""
    session, bus = (call.session, call.bus) if call else (None, None)
    since = call.since if call else None
    zone = agenda.timezone
    return text(f"presence.{name}", language, zone=zone, s=session, bus=bus, since=since, **facts)


def sessions(
    agenda: Agenda,
    day: date,
    listed: Sequence[tuple[Session, bool]],
    language: str,
    *,
    buses: bool,
) -> Rendered:
    """A day's sessions to choose from; with each whether its roll call is open."""
    zone = agenda.timezone
    rows: list[tuple[Button, ...]] = [
        (Button(text("presence.pick", language, zone=zone, s=s, open=is_open), f"h:s:{s.ref}"),)
        for s, is_open in listed[:_SESSIONS]
    ]
    at = agenda.days.index(day) if day in agenda.days else 0
    near = [*agenda.days[max(0, at - 1) : at], *agenda.days[at + 1 : at + 2]]
    rows.append(tuple(Button(text("change.short_day", language, day=d), f"h:d:{d}") for d in near))
    if buses:
        rows.append((Button(text("presence.button_buses", language), "h:b"),))
    html = text("presence.choose", language, day=day, count=len(listed))
    return Rendered(html, tuple(row for row in rows if row))


def unopened(agenda: Agenda, session: Session, language: str) -> Rendered:
    """Before a session's roll call is opened."""
    html = text("presence.unopened", language, zone=agenda.timezone, s=session)
    begin = Button(text("presence.button_open", language), f"h:o:{session.ref}")
    return Rendered(html, ((begin,), (_back(agenda, session, language),)))


def buses(names: Sequence[tuple[str, str]], language: str) -> Rendered:
    """Buses to choose from: each name with its button's data."""
    rows = tuple((Button(f"🚌 {name[:50]}", data),) for name, data in names)
    back = (Button(text("presence.button_back", language), "h:l"),)
    return Rendered(text("presence.choose_bus", language), (*rows, back))


def ask_bus(bus: str, count: int, data: str, language: str) -> Rendered:
    """Before a bus's people are sent the button."""
    yes = Button(text("presence.button_send_aboard", language, count=count), data)
    back = Button(text("presence.button_back", language), "h:b")
    return Rendered(text("presence.ask_bus", language, bus=bus, count=count), ((yes,), (back,)))


def board(call: Call, tally: Tally, agenda: Agenda, language: str, *, is_open: bool) -> Rendered:
    """A roll call's figures and what can be done."""
    html = text(
        "presence.board",
        language,
        zone=agenda.timezone,
        s=call.session,
        bus=call.bus,
        opened_at=call.opened_at,
        since=call.since,
        t=tally,
        names=tally.names[:_NAMES],
        more=max(0, len(tally.names) - _NAMES),
        open=is_open,
    )
    return Rendered(html, tuple(_board_rows(call, tally, agenda, language, is_open=is_open)))


def _board_rows(
    call: Call, tally: Tally, agenda: Agenda, language: str, *, is_open: bool
) -> list[tuple[Button, ...]]:
    def button(name: str, data: str) -> Button:
        return Button(text(f"presence.button_{name}", language), data)

    rows: list[tuple[Button, ...]] = [(button("refresh", f"h:v:{call.id}"),)]
    ticks = (button("tick", f"h:t:{call.id}:a:0"), button("missing", f"h:t:{call.id}:m:0"))
    if not tally.full:
        return [*rows, ticks]
    if is_open and tally.names:
        rows.append((button("remind", f"h:n:{call.id}:{tally.number}"),))
    rows.append(ticks)
    last = [button("sheet", f"h:f:{call.id}")]
    if tally.screen:
        last.append(button("screen", f"h:p:{call.id}"))
    rows.append(tuple(last))
    if is_open:
        rows.append((button("close", f"h:c:{call.id}"),))
    elif call.session is not None:
        rows.append((button("reopen", f"h:o:{call.id}"),))
    back = _back(agenda, call.session, language) if call.session else button("back", "h:b")
    return [*rows, (back,)]


def ticking(
    call: Call, lines: Sequence[Line], page: int, agenda: Agenda, language: str, *, only: str
) -> Rendered:
    """Names to tick off by hand, eight a page. ``only``: ``a`` all, ``m`` those missing."""
    last = max(0, (len(lines) - 1) // _PAGE)
    page = min(page, last)
    shown = lines[page * _PAGE : (page + 1) * _PAGE]
    html = text(
        "presence.ticking",
        language,
        s=call.session,
        bus=call.bus,
        only=only,
        empty=not lines,
        page=page + 1,
        pages=last + 1,
    )
    zone = agenda.timezone
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                text("presence.tick", language, zone=zone, p=line),
                f"h:x:{call.id}:{line.id}:{int(line.at is None)}:{only}:{page}",
            ),
        )
        for line in shown
    ]
    turns = [
        Button(arrow, f"h:t:{call.id}:{only}:{to}")
        for arrow, to in (("←", page - 1), ("→", page + 1))
        if 0 <= to <= last
    ]
    rows += [tuple(turns)] if turns else []
    rows.append((Button(text("presence.button_back", language), f"h:v:{call.id}"),))
    return Rendered(html, tuple(rows))


def _answer(call: Call, language: str, *, named: bool = False) -> Button:
    if call.bus is not None:
        return Button(text("presence.button_aboard", language), f"h:i:{call.id}")
    title = call.session.title[:40] if call.session and named else None
    return Button(text("presence.button_present", language, title=title), f"h:a:{call.id}")


def _back(agenda: Agenda, session: Session, language: str) -> Button:
    return Button(text("presence.button_back", language), f"h:d:{agenda.day_of(session)}")


def screen(
    agenda: Agenda,
    session: Session,
    call: Call | None,
    language: str,
    *,
    now: datetime,
    counts: tuple[int, int] | None,
    username: str,
) -> dict[str, str]:
    """The words on the page for the projector, as plain text by the name of their place."""

    def say(name: str, **facts: object) -> str:
        key = f"presence.screen_{name}"
        return text(key, language, zone=agenda.timezone, **facts).unescape()

    present, total = counts or (0, 0)
    minutes = int(SPOKEN.total_seconds() // 60)
    status = ""
    if call is None:
        status = say("unopened")
    elif not call.is_open(now):
        status = say("closed")
    elif now < call.since:
        status = say("early", since=call.since)
    return {
        "event": agenda.event.short_name or agenda.event.name,
        "title": session.title,
        "when": say("when", s=session),
        "status": status,
        "scan": say("scan"),
        "type": say("type", username=username),
        "validity": say("validity", minutes=minutes),
        "count": say("count", present=present, total=total) if counts else "",
        "lost": say("lost"),
    }
