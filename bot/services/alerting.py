"""What organizers are told without having asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from bot.domain.notes import same_words
from bot.domain.outbox import OPEN, UNREACHABLE, Lane, Status
from bot.services.desk import Desk
from bot.store import deliveries, outbox, people, settings
from bot.store.tables import Outbox, Person
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_ANSWERED = "answered:"
_PASSED_ON = "alert:alert.question:"
_KEPT_OPEN = timedelta(days=14)
_LINES = 20
"""Failures listed in one message."""
_WORDS = 60
"""Characters of a name or reason in a line of them."""
_QUESTION = 3500
"""Characters of a question: with its heading it must fit into one message."""


def alert(
    db: Session,
    desk: Desk,
    template: str,
    *,
    key: str,
    who: Person | None = None,
    silent: bool = False,
    **facts: object,
) -> None:
    """Puts one message to every organizer into the outbox; once for each ``key``.

    ``silent``: their phones make no sound; nor do they in quiet hours, whatever it is about.
    """
    for organizer in people.organizers(db):
        named = facts if who is None else {**facts, "name": who.name}
        _alert_one(db, desk, organizer, template, key=key, facts=named, silent=silent)


def pass_on_question(
    db: Session, desk: Desk, person: Person, *, question: str, message_id: int
) -> None:
    """Puts a participant's question before the organizers; once for each message."""
    short = question if len(question) <= _QUESTION else question[:_QUESTION] + "…"

    def words(language: str) -> Rendered:
        facts: dict[str, Any] = {"name": person.name, "question": short, "chat_id": person.chat_id}
        done = Button(text("question.button_answered", language), f"qa:{person.id}:{message_id}")
        return Rendered(text("alert.question", language, **facts), ((done,),))

    show(db, desk, words, key=f"alert.question:{person.id}:{message_id}")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question to the organizers that nobody has marked as answered, as they were shown it."""

    person_id: int
    message_id: int
    html: str


def open_questions(db: Session, desk: Desk) -> list[OpenQuestion]:
    """Those of the last two weeks, the oldest first."""
    done = settings.named(db, _ANSWERED)
    found: dict[tuple[int, int], OpenQuestion] = {}
    for row in deliveries.keyed(db, _PASSED_ON, since=desk.now() - _KEPT_OPEN):
        _, _, person, message, last, *_ = row.key.split(":")
        if last == "done" or f"{_ANSWERED}{person}:{message}" in done or not row.payload:
            continue
        number = int(person), int(message)
        found.setdefault(number, OpenQuestion(*number, str(row.payload.get("text", ""))))
    return list(found.values())


def settle_question(
    db: Session, desk: Desk, organizer: Person, *, person_id: int, message_id: int
) -> bool:
    """It was answered, and all organizers see by whom; False: that was known."""
    name, now = f"{_ANSWERED}{person_id}:{message_id}", desk.now()
    if settings.kept(db, name) is not None:
        return False
    settings.keep(db, name, now.isoformat())
    edits = []
    prefix = f"{_PASSED_ON}{person_id}:{message_id}:"
    for row in deliveries.keyed(db, prefix):
        reader = people.get(db, row.person_id or 0)
        if not row.payload or reader is None:
            continue
        facts = {"name": organizer.name, "at": now}
        mark = text("question.answered_by", reader.language, zone=desk.zone, **facts)
        payload = {
            "text": f"{row.payload.get('text', '')}\n{mark}",
            "parse_mode": "HTML",
        }
        if row.status is Status.PENDING:
            row.payload = payload
            db.add(row)
        elif row.message_id is not None:
            edits.append(
                Outbox(
                    key=f"{prefix}done:{reader.id}",
                    lane=Lane.CHANGE,
                    kind="alert",
                    person_id=reader.id,
                    chat_id=row.chat_id,
                    method="editMessageText",
                    payload=payload | {"message_id": row.message_id},
                    created_at=now,
                    due_at=now,
                    ready_at=now,
                )
            )
    if edits:
        outbox.enqueue(db, edits)
    return True


def forget_question(db: Session, person: Person, *, text: str) -> None:
    """Questions of this person that repeat the text are kept no longer once they were sent."""
    for row in deliveries.keyed(db, f"alert:alert.question:{person.id}:"):
        if row.status not in OPEN and same_words(_asked(row), text):
            row.payload = {}
            db.add(row)


def _asked(row: Outbox) -> str:
    """The question without its heading, which names who asked."""
    html = str(row.payload.get("text", "")).partition("\n")[2]
    return Markup(html).striptags()  # noqa: S704  # to be compared, never shown


def show(db: Session, desk: Desk, words: Callable[[str], Rendered], *, key: str) -> None:
    """Puts something to decide before every organizer; once for each ``key``.

    Args:
        words: the message in a language.
    """
    rows = [
        _row(desk, organizer, words(organizer.language), key=key)
        for organizer in people.organizers(db)
    ]
    if rows:
        outbox.enqueue(db, rows)


def _alert_one(
    db: Session,
    desk: Desk,
    organizer: Person,
    template: str,
    *,
    key: str,
    facts: Mapping[str, object],
    silent: bool = False,
) -> None:
    shown = Rendered(text(template, organizer.language, zone=desk.zone, **facts))
    row = _row(desk, organizer, shown, key=f"{template}:{key}", silent=silent)
    outbox.enqueue(db, [row])


def _row(
    desk: Desk, organizer: Person, shown: Rendered, *, key: str, silent: bool = False
) -> Outbox:
    now = desk.now()
    return Outbox(
        key=f"alert:{key}:{organizer.id}",
        lane=Lane.CHANGE,
        kind="alert",
        person_id=organizer.id,
        chat_id=organizer.chat_id or 0,
        payload=shown.payload(silent=silent or desk.agenda.quiet(now)),
        created_at=now,
        due_at=now,
        ready_at=now,
    )


def report_failures(db: Session, desk: Desk) -> None:
    """Tells the organizers, once, of messages that did not reach somebody and will not any more.

    Of somebody who cannot be reached at all they hear once, not for each message. Announcements
    have a report of their own. While no organizer has joined, what there is to tell waits.
    """
    rows = deliveries.unreported(db, limit=1000)
    organizers = people.organizers(db)
    if not rows or not organizers:
        return
    told = _news(db, rows)
    for organizer in organizers if told else ():
        lines = [_line(db, row, organizer.language) for row in told[:_LINES]]
        _alert_one(
            db,
            desk,
            organizer,
            "alert.undelivered",
            key=str(told[-1].id),
            facts={"count": len(told), "lines": lines},
        )
    deliveries.reported(db, rows, now=desk.now())


def _news(db: Session, rows: Sequence[Outbox]) -> list[Outbox]:
    """The rows without those of people whom the organizers know to be out of reach."""
    told = []
    known: set[int] = set()
    for row in rows:
        if row.status not in UNREACHABLE or row.person_id is None:
            told.append(row)
        elif row.person_id not in known:
            known.add(row.person_id)
            person = people.get(db, row.person_id)
            since = person.blocked_at if person is not None else None
            if since is None or not deliveries.was_reported(db, row.person_id, since=since):
                told.append(row)
    return told


def _line(db: Session, row: Outbox, language: str) -> dict[str, str]:
    person = people.get(db, row.person_id) if row.person_id else None
    # What was too late failed before for another reason, which is not why it was not sent.
    words = None if row.status is Status.EXPIRED else row.error
    return {
        "name": _cut(person.name) if person else "?",
        "what": text(f"what.{row.kind}", language),
        "why": _cut(words) if words else text(f"why.{row.status.value}", language),
    }


def _cut(words: str) -> str:
    return words if len(words) <= _WORDS else words[: _WORDS - 1] + "…"
