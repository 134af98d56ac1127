"""One's own agenda: a day of it, clashes, stars, and the ways to a calendar."""

from collections.abc import Sequence
from datetime import date

from bot.domain.agenda import Session
from bot.domain.own_agenda import Clash, OwnAgenda
from bot.texts.answers import source_line
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_MOST_LINES = 24
_MOST_CLASHES = 5
_MOST_STARS = 6
_LONGEST_LABEL = 40


def day_list(own: OwnAgenda, day: date, language: str, *, subscribable: bool) -> Rendered:
    """The person's sessions of one local day, what clashes, and what can be done.

    Args:
        subscribable: whether phones can reach the bot's calendars.
    """
    agenda = own.agenda
    sessions = agenda.on_day(day)
    if len(sessions) > _MOST_LINES:  # one of many is no plan: those go that were not chosen
        sessions = tuple(s for s in sessions if s.id in own.starred or not own.offered(s))
    parts = [text("own.title", language, day=day), ""]
    parts += [_line(own, s, language) for s in sessions[:_MOST_LINES]]
    if len(sessions) > _MOST_LINES:
        parts.append(text("own.more", language, count=len(sessions) - _MOST_LINES))
    if not sessions:
        parts.append(text("own.empty", language))
    clashes = own.clashes(agenda.on_day(day))[:_MOST_CLASHES]
    if clashes:
        parts += ["", *(_clash(c, language, agenda.timezone) for c in clashes)]
    if not own.starred:
        parts += ["", text("own.hint", language)]
    parts += ["", source_line(agenda, language)]
    return Rendered("\n".join(parts), _buttons(own, day, sessions, language, subscribable))


def star_button(session: Session, language: str, *, starred: bool) -> Button:
    """Stars the session, or takes the star away."""
    key = "own.button_unstar" if starred else "own.button_star"
    return Button(text(key, language), f"fv:{session.ref}:{0 if starred else 1}")


def warning(session: Session, clashes: Sequence[Clash], language: str, *, zone: str) -> str:
    """What the session that was just starred clashes with."""
    lines = clash_lines(clashes, language, zone=zone)
    head = text("own.warning", language, s=session)
    return "\n".join([head, *lines, text("own.warning_after", language)])


def clash_lines(clashes: Sequence[Clash], language: str, *, zone: str) -> list[str]:
    """A line for each, with its day; the first few."""
    shown = clashes[:_MOST_CLASHES]
    lines = [text("own.clash_day", language, zone=zone, c=clash) for clash in shown]
    if len(clashes) > len(shown):
        lines.append(text("own.more", language, count=len(clashes) - len(shown)))
    return [str(line) for line in lines]


def link(address: str | None, language: str) -> str:
    """The address for a calendar that renews itself, in both its forms."""
    if address is None:
        return text("own.no_link", language)
    webcal = f"webcal://{address.partition('://')[2]}"
    return text("own.link", language, https=address, webcal=webcal)


def _line(own: OwnAgenda, session: Session, language: str) -> str:
    zone, starred = own.agenda.timezone, session.id in own.starred
    return text("own.line", language, zone=zone, s=session, starred=starred)


def _clash(clash: Clash, language: str, zone: str) -> str:
    return text("own.clash", language, zone=zone, c=clash)


def _buttons(
    own: OwnAgenda, day: date, sessions: Sequence[Session], language: str, subscribable: bool
) -> tuple[tuple[Button, ...], ...]:
    agenda = own.agenda
    stars = [s for s in sessions if s.id in own.starred][:_MOST_STARS]
    rows: list[tuple[Button, ...]] = [(_card(s, language, agenda.timezone),) for s in stars]
    if day in agenda.days:
        at = agenda.days.index(day)
        beside = [d for k, d in enumerate(agenda.days) if abs(k - at) == 1]
        rows.append(tuple(_turn(d, language) for d in beside))
    this_day = text("own.button_day", language, day=day)
    calendars = [
        Button(text("own.button_mine", language), "k:m"),
        *([Button(this_day, f"k:d:{day}")] if sessions else []),
    ]
    more = [Button(text("own.button_all", language), "k:a")]
    if subscribable:
        more.append(Button(text("own.button_link", language), "k:l"))
    return tuple(row for row in (*rows, tuple(calendars), tuple(more)) if row)


def _card(session: Session, language: str, zone: str) -> Button:
    label = text("own.button_session", language, zone=zone, s=session).unescape()
    short = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
    return Button(short, f"s:{session.ref}")


def _turn(day: date, language: str) -> Button:
    return Button(text("button.day", language, day=day).unescape(), f"ag:{day}")
