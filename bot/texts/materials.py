"""Materials of sessions as people find them, and as organizers add and remove them."""

from collections.abc import Iterator, Sequence
from datetime import date

from markupsafe import Markup

from bot.domain.agenda import Agenda, Session
from bot.domain.materials import LINK, Handout, Handouts
from bot.texts.answers import source_line
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_PAGE = 15
_IN_NOTICE = 8
_ICONS = {"photo": "🖼", "video": "🎬", "voice": "🎙", "audio": "🎧"}


def list_data(session: Session) -> str:
    """Callback data of the button to the materials of a session."""
    return f"mt:s:{session.ref}"


def count(session: Session, handouts: Handouts) -> int:
    """How many materials the session has, those of the event's file among them."""
    return len(session.materials) + len(handouts.get(session.id, ()))


def card_button(
    session: Session, handouts: Handouts, language: str, *, titled: bool = False
) -> tuple[Button, ...]:
    """The button with the number of them; none where there are none.

    Args:
        titled: with the name of the session, where it stands among others.
    """
    number = count(session, handouts)
    if not number:
        return ()
    label: str = text("material.button_card", language, count=number)
    if titled:
        label = f"{label} {session.title}"[:60]
    return (Button(label, list_data(session)),)


def overview(
    agenda: Agenda, handouts: Handouts, page: int, language: str, *, organizer: bool, day: date
) -> Rendered:
    """Sessions that have any, by pages; organizers may add to a session of ``day``."""
    having = [s for s in agenda.sessions if count(s, handouts)]
    pages = max(1, -(-len(having) // _PAGE))
    page = min(page, pages - 1)
    rows: list[tuple[Button, ...]] = [
        (Button(_session_label(agenda, s, handouts, language), list_data(s)),)
        for s in having[page * _PAGE : (page + 1) * _PAGE]
    ]
    turns = [(page - 1, "◀"), (page + 1, "▶")]
    rows.append(tuple(Button(sign, f"mt:l:{to}") for to, sign in turns if 0 <= to < pages))
    if organizer:
        rows.append((Button(text("material.button_add", language), f"mt:d:{day}"),))
    html = text("material.overview", language, count=len(having), page=page + 1, pages=pages)
    return Rendered(html, tuple(row for row in rows if row))


def sessions_of_day(agenda: Agenda, handouts: Handouts, day: date, language: str) -> Rendered:
    """Where an organizer may add: the sessions of a day."""
    rows: list[tuple[Button, ...]] = [
        (Button(_session_label(agenda, s, handouts, language), list_data(s)),)
        for s in agenda.on_day(day)[:90]
    ]
    at = agenda.days.index(day) if day in agenda.days else 0
    near = [*agenda.days[max(0, at - 1) : at], *agenda.days[at + 1 : at + 2]]
    rows.append(
        tuple(Button(text("change.short_day", language, day=d), f"mt:d:{d}") for d in near)
    )
    html = text("material.choose_session", language, day=day)
    return Rendered(html, tuple(row for row in rows if row))


def of_session(
    agenda: Agenda,
    session: Session,
    handouts: Sequence[Handout],
    language: str,
    *,
    organizer: bool,
) -> Rendered:
    """Its links in the text, its files as buttons that send them at once."""
    links = [(each.title, each.url) for each in session.materials]
    links += [(each.title, each.address) for each in handouts if each.kind == LINK]
    html = text(
        "material.of_session",
        language,
        zone=agenda.timezone,
        s=session,
        links=links,
        files=sum(each.kind != LINK for each in handouts),
    )
    html = Markup("\n\n").join([html, source_line(agenda, language)])
    return Rendered(html, tuple(_rows(session, handouts, language, organizer=organizer)))


def _rows(
    session: Session, handouts: Sequence[Handout], language: str, *, organizer: bool
) -> Iterator[tuple[Button, ...]]:
    for each in handouts:
        remove = (Button(f"🗑 {each.title}"[:50], f"mt:x:{each.id}"),) if organizer else ()
        if each.kind == LINK:
            yield remove
        else:
            yield (_file_button(each.id, each.title, each.kind), *remove)
    if organizer:
        yield (Button(text("material.button_add", language), f"mt:a:{session.ref}"),)
        untold = sum(each.told_at is None for each in handouts)
        if untold:
            yield (_tell_button(session, untold, language),)


def added(session: Session, title: str, untold: int, language: str) -> Rendered:
    """What was kept, for whoever sent it."""
    html = text("material.added", language, s=session, title=title)
    rows = (
        (_tell_button(session, untold, language),),
        (Button(text("material.button_all", language), list_data(session)),),
    )
    return Rendered(html, rows)


def removed(handout_id: int, title: str, language: str) -> Rendered:
    """It is gone; the way back."""
    undo = Button(text("material.button_undo", language), f"mt:u:{handout_id}")
    return Rendered(text("material.removed", language, title=title), ((undo,),))


def notice(
    agenda: Agenda, session: Session, told: Sequence[tuple[int, str]], language: str
) -> Rendered:
    """What participants are told: numbers and titles of what is new for the session."""
    titles = [title for _, title in told[:_IN_NOTICE]]
    html = text(
        "material.notice",
        language,
        zone=agenda.timezone,
        s=session,
        titles=titles,
        more=len(told) - len(titles),
        source=source_line(agenda, language),
    )
    return Rendered(html, ((Button(text("material.button_open", language), list_data(session)),),))


def _file_button(number: int, title: str, kind: str) -> Button:
    return Button(f"{_ICONS.get(kind, '📄')} {title}"[:60], f"mt:f:{number}")


def _tell_button(session: Session, count: int, language: str) -> Button:
    return Button(text("material.button_tell", language, count=count), f"mt:t:{session.ref}")


def _session_label(agenda: Agenda, session: Session, handouts: Handouts, language: str) -> str:
    return text(
        "material.session",
        language,
        zone=agenda.timezone,
        s=session,
        count=count(session, handouts),
    ).unescape()[:60]
