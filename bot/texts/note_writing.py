"""Messages around the writing of reflection notes."""

from collections.abc import Sequence
from datetime import date

from bot.domain.agenda import Agenda, Session
from bot.domain.files import LARGEST, File, Refusal
from bot.texts import prompts
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_MOST_CHOICES = 6
_MEGABYTE = 1024 * 1024


def ask(agenda: Agenda, language: str, *, session: Session | None, day: date) -> Rendered:
    """Asks for the text of a note."""
    question = prompts.question(agenda, session, language) if session else None
    return Rendered(text("note.ask", language, session=session, day=day, question=question))


def choose(language: str, sessions: Sequence[Session], day: date) -> Rendered:
    """Asks what the note is about: one of today's sessions, or the day."""
    rows = [(Button(session.title[:60], f"f:{session.ref}"),) for session in sessions]
    rows.append((Button(text("note.button_today", language), f"f:{day}"),))
    return Rendered(text("note.choose", language), tuple(rows))


def kept(
    language: str,
    *,
    note_id: int,
    session: Session | None,
    day: date,
    first: bool,
    ever_first: bool,
    stays_open: bool,
    doubtful: bool,
    choices: Sequence[Session],
    gone: bool,
) -> Rendered:
    """Says that a note, or a further piece of one, is stored.

    Args:
        doubtful: offers to take it back and answer it as a question.
        choices: sessions that the note may be about.
        gone: its session is no longer in the rundown.
    """
    html = text(
        "note.kept",
        language,
        session=session,
        day=day,
        first=first,
        ever_first=ever_first,
        stays_open=stays_open,
        choices=bool(choices),
        gone=gone,
    )
    rows = [(Button(s.title[:60], f"n:s:{note_id}:{s.ref}"),) for s in choices[:_MOST_CHOICES]]
    if doubtful:
        rows.append((Button(text("note.button_question", language), "n:q"),))
    return Rendered(html, tuple(rows))


def taken_back(language: str) -> Rendered:
    """Says that it is no note any more."""
    return Rendered(text("note.taken_back", language))


def assigned(language: str, session: Session) -> Rendered:
    """Says for which session the note is kept now."""
    return Rendered(text("note.assigned", language, session=session))


def file_refused(language: str, refusal: Refusal, file: File) -> Rendered:
    """Says why a file is not taken, and what to do."""
    if refusal is Refusal.PROGRAM:
        return Rendered(text("note.program", language, name=file.name))
    megabytes, limit = round(file.size / _MEGABYTE), LARGEST // _MEGABYTE
    html = text("note.too_large", language, name=file.name, megabytes=megabytes, limit=limit)
    return Rendered(html)


def file_trouble(
    language: str, trouble: str, attachment_id: int, *, retry: bool, ever_first: bool = False
) -> Rendered:
    """Says that a file is not on the disk; with ``retry`` a button tries again.

    Args:
        ever_first: it came with the first note of this person, which is kept.
    """
    html = text("note.file_trouble", language, trouble=trouble, ever_first=ever_first)
    button = Button(text("note.button_retry", language), f"n:f:{attachment_id}")
    return Rendered(html, ((button,),) if retry else ())
