"""Polls, their votes, and the messages that they are shown by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, literal
from sqlalchemy.orm import aliased
from sqlmodel import Session, cast, col, delete, func, or_, select

from bot.domain.outbox import OPEN, Status
from bot.domain.polls import State
from bot.store import recipients
from bot.store.recipients import Recipient
from bot.store.tables import Outbox, Person, Poll, PollVote


@dataclass(frozen=True, slots=True)
class Shown:
    """The message of one person's chat that shows a poll."""

    person_id: int
    chat_id: int
    message_id: int
    language: str


def key(poll: Poll, turn: int) -> str:
    """What the keys of this turn's rows begin with; a person's id follows."""
    return f"poll:{poll.id}:{turn}:"


def add(db: Session, poll: Poll) -> Poll:
    """Keeps it and gives it its number."""
    db.add(poll)
    db.flush()
    return poll


def get(db: Session, poll_id: int) -> Poll | None:
    """The poll with this number."""
    return db.get(Poll, poll_id)


def recent(db: Session, *, limit: int) -> Sequence[Poll]:
    """Those that were sent, the newest first."""
    sent = col(Poll.state).in_((State.OPEN, State.CLOSED))
    query = select(Poll).where(sent).order_by(col(Poll.opened_at).desc(), col(Poll.id).desc())
    return db.exec(query.limit(limit)).all()


def under_way(db: Session) -> Sequence[Poll]:
    """Those that people may answer, by number."""
    return db.exec(select(Poll).where(Poll.state == State.OPEN).order_by(col(Poll.id))).all()


def unposted(db: Session) -> Sequence[Poll]:
    """Those for which somebody may still need a row of the outbox, by number."""
    wanted = or_(col(Poll.state) == State.OPEN, ~col(Poll.posted))
    return db.exec(select(Poll).where(wanted).order_by(col(Poll.id))).all()


def on_wall(db: Session, session_id: str) -> Poll | None:
    """The newest that the page of this session shows."""
    query = (
        select(Poll)
        .where(
            col(Poll.on_wall),
            col(Poll.state).in_((State.OPEN, State.CLOSED)),
            or_(col(Poll.session_id).is_(None), col(Poll.session_id) == session_id),
        )
        .order_by(col(Poll.opened_at).desc(), col(Poll.id).desc())
    )
    return db.exec(query.limit(1)).first()


# ------------------------------------------------------------------------------------- votes


def counts(db: Session, poll: Poll) -> tuple[dict[int, int], int]:
    """Votes by option, and how many people answered."""
    of_it = PollVote.poll_id == poll.id
    query = select(PollVote.option, func.count()).where(of_it).group_by(col(PollVote.option))
    voters = select(func.count(func.distinct(PollVote.person_id))).where(of_it)
    return dict(db.exec(query).all()), db.exec(voters).one()


def chosen(db: Session, poll: Poll, persons: Collection[int]) -> dict[int, frozenset[int]]:
    """The options that each of these people chose; who chose none is missing."""
    query = select(PollVote.person_id, PollVote.option).where(
        PollVote.poll_id == poll.id, col(PollVote.person_id).in_(persons)
    )
    found: dict[int, set[int]] = {}
    for person, option in db.exec(query).all():
        found.setdefault(person, set()).add(option)
    return {person: frozenset(options) for person, options in found.items()}


def choose(
    db: Session, poll: Poll, *, person_id: int, options: Collection[int], now: datetime
) -> None:
    """From now on the person's choice is this."""
    own = (col(PollVote.poll_id) == poll.id, col(PollVote.person_id) == person_id)
    db.exec(delete(PollVote).where(*own))
    for option in options:
        db.add(PollVote(poll_id=poll.id or 0, person_id=person_id, option=option, at=now))


def votes(db: Session, poll: Poll) -> Sequence[tuple[int, int, str | None]]:
    """Person, option and the person's group, of every vote."""
    query = (
        select(PollVote.person_id, PollVote.option, Person.group)
        .join(Person, col(Person.id) == col(PollVote.person_id))
        .where(PollVote.poll_id == poll.id)
    )
    return db.exec(query).all()


# ---------------------------------------------------------------------------------- messages


def without(db: Session, poll: Poll, *, limit: int) -> list[Recipient]:
    """The first of its audience who have no row of it, by id."""
    return recipients.without_row(db, poll.audience, before=key(poll, 0), limit=limit)


def outdated(db: Session, poll: Poll, *, limit: int) -> list[Shown]:
    """The first whose message shows an earlier turn and for whom there is no row yet, by id."""
    row = aliased(Outbox)
    made = literal(key(poll, poll.turn)) + cast(col(Outbox.person_id), String)
    known = select(col(row.key)).where(col(row.key) == made)
    return _shown(db, poll, ~known.exists(), limit=limit)


def shown_to_voters(db: Session, poll: Poll, *, after: int, limit: int) -> list[Shown]:
    """The first messages of people who answered, from those with a greater id than ``after``."""
    answered = select(PollVote.person_id).where(PollVote.poll_id == poll.id)
    conditions = (col(Outbox.person_id).in_(answered), col(Outbox.person_id) > after)
    return _shown(db, poll, *conditions, limit=limit)


def reached(db: Session, poll: Poll) -> int:
    """How many have it."""
    query = select(func.count()).select_from(Outbox)
    return db.exec(query.where(*_sent(poll), Outbox.status == Status.DELIVERED)).one()


def on_its_way(db: Session, poll: Poll) -> bool:
    """Whether a row of it has not come to its end."""
    mine = col(Outbox.key).startswith(f"poll:{poll.id}:", autoescape=True)
    query = select(Outbox.id).where(col(Outbox.status).in_(OPEN), mine)
    return db.exec(query.limit(1)).first() is not None


def drop_waiting(db: Session, poll: Poll) -> None:
    """Deletes rows of it that have not begun to leave: the next turn makes them anew."""
    mine = col(Outbox.key).startswith(f"poll:{poll.id}:", autoescape=True)
    db.exec(delete(Outbox).where(mine, col(Outbox.status) == Status.PENDING))


def _sent(poll: Poll) -> tuple[ColumnElement[bool], ...]:
    first = col(Outbox.key).startswith(key(poll, 0), autoescape=True)
    return col(Outbox.kind) == "poll", first


def _shown(db: Session, poll: Poll, *conditions: ColumnElement[bool], limit: int) -> list[Shown]:
    query = (
        select(Outbox.person_id, Outbox.chat_id, Outbox.message_id, Person.language)
        .join(Person, col(Person.id) == col(Outbox.person_id))
        .where(
            *_sent(poll),
            Outbox.status == Status.DELIVERED,
            col(Outbox.message_id).is_not(None),
            col(Person.chat_id) == col(Outbox.chat_id),
            *conditions,
        )
        .order_by(col(Outbox.person_id))
    )
    found = db.exec(query.limit(limit)).all()
    return [Shown(who or 0, chat, message or 0, words) for who, chat, message, words in found]
