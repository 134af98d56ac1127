"""Puts what a poll needs into the outbox, a batch at a time, and says whose message is old.

As with announcements (``posting.py``) who still needs a row is asked of the store each time, so
that a process that dies in between forgets nobody, latecomers are served by the same question,
and a key that is there already is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from bot.domain.outbox import Lane
from bot.domain.polls import State, View
from bot.services import polls as service
from bot.services.desk import Desk
from bot.store import outbox, people, polls
from bot.store.outbox import Letter
from bot.store.polls import Shown
from bot.store.tables import Poll
from bot.texts import polls as texts
from bot.texts.rendered import Rendered

BATCH = 250
_EDITS = "board"
"""The kind of rows that keep a message up to date: see ``store/deliveries.py``."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A message and what it should show."""

    chat_id: int
    message_id: int
    shown: Rendered


@dataclass(frozen=True, slots=True)
class Live:
    """How an open poll stands: its counts and the board of its author, if there is one."""

    poll_id: int
    counts: tuple[int, ...]
    board: Edit | None


def waiting(db: Session) -> bool:
    """Whether there may be something to post."""
    return bool(polls.unposted(db))


def post_next(db: Session, desk: Desk) -> bool:
    """The next batch of rows; False if nobody needs one."""
    for poll in polls.unposted(db):
        rows = _sends(db, desk, poll) if poll.state is State.OPEN else []
        rows += _edits(db, desk, poll) if poll.turn else []
        if rows:
            outbox.enqueue(db, rows)
            return True
        if not poll.posted and not polls.on_its_way(db, poll):
            poll.posted = True
            db.add(poll)
    return False


def unfinished(db: Session) -> bool:
    """Whether messages are on their way whose number is not known yet."""
    return any(not poll.posted for poll in polls.unposted(db))


def live(db: Session, desk: Desk) -> list[Live]:
    """Every poll that people may answer."""
    found = []
    for poll in polls.under_way(db):
        author = people.get(db, poll.author_id)
        board = None
        if poll.board_message_id and author is not None and author.chat_id and not author.removed:
            sheet = service.look(db, poll.id or 0)
            assert sheet is not None
            shown = texts.board(sheet, author.language)
            board = Edit(author.chat_id, poll.board_message_id, shown)
        found.append(Live(poll.id or 0, service.view(db, poll).counts, board))
    return found


def edits_for_voters(
    db: Session, *, poll_id: int, after: int, limit: int
) -> tuple[list[Edit], int | None]:
    """The messages of the next people who answered, and behind whom to go on; None: all are done.

    ``after`` is the id behind which to begin.
    """
    poll = polls.get(db, poll_id)
    if poll is None or poll.state is not State.OPEN:
        return [], None
    messages = polls.shown_to_voters(db, poll, after=after, limit=limit)
    edits = [
        Edit(each.chat_id, each.message_id, texts.message(shown, each.language))
        for each, shown in _seen(db, poll, messages)
    ]
    return edits, messages[-1].person_id if len(messages) == limit else None


def _sends(db: Session, desk: Desk, poll: Poll) -> list[Letter]:
    fresh = polls.without(db, poll, limit=BATCH)
    payloads: dict[str, dict[str, Any]] = {}
    view = service.view(db, poll) if fresh else None
    rows = []
    for person in fresh:
        assert view is not None
        if person.language not in payloads:
            silent = desk.agenda.quiet(desk.now())
            payloads[person.language] = texts.message(view, person.language).payload(silent=silent)
        row = _row(desk, polls.key(poll, 0), person.id, person.chat_id, payloads[person.language])
        rows.append(row)
    return rows


def _edits(db: Session, desk: Desk, poll: Poll) -> list[Letter]:
    messages = polls.outdated(db, poll, limit=BATCH)
    prefix = polls.key(poll, poll.turn)
    rows = []
    for each, shown in _seen(db, poll, messages):
        payload = texts.message(shown, each.language).payload() | {"message_id": each.message_id}
        row = _row(desk, prefix, each.person_id, each.chat_id, payload)
        row.kind, row.method = _EDITS, "editMessageText"
        rows.append(row)
    return rows


def _seen(db: Session, poll: Poll, messages: Sequence[Shown]) -> list[tuple[Shown, View]]:
    """Each message with the poll as its reader sees it."""
    if not messages:
        return []
    view = service.view(db, poll)
    own: Mapping[int, frozenset[int]] = polls.chosen(db, poll, [m.person_id for m in messages])
    return [(m, replace(view, own=own.get(m.person_id, frozenset()))) for m in messages]


def _row(desk: Desk, prefix: str, person_id: int, chat_id: int, payload: dict[str, Any]) -> Letter:
    now = desk.now()
    return Letter(
        key=f"{prefix}{person_id}",
        lane=Lane.BROADCAST,
        kind="poll",
        person_id=person_id,
        chat_id=chat_id,
        broadcast_id=None,
        method="sendMessage",
        payload=payload,
        created_at=now,
        due_at=now,
        ready_at=now,
    )
