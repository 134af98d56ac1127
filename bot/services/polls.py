"""Quick polls: from the preview to the last vote.

What people get is a row of the outbox each; closing and opening again edits their messages by rows
too (``polling.post_next``). How it goes meanwhile is shown by ``scheduling/poll_board.py``.
"""

from enum import StrEnum

from sqlmodel import Session

from bot.domain import polls as domain
from bot.domain.agenda import Session as AgendaSession
from bot.domain.polls import Group, Sheet, State, View, Voted, Wording
from bot.services import audiences
from bot.services.audiences import Audience
from bot.services.desk import Desk
from bot.store import polls, recipients
from bot.store.tables import Person, Poll

WRITING = "poll"
"""The next message is the question and the options of a poll."""
_LISTED = 6


class Refusal(StrEnum):
    """Why nothing was done."""

    SENT = "poll.sent_already"
    GONE = "poll.gone"
    NOBODY = "poll.nobody"


def draft(
    db: Session,
    desk: Desk,
    *,
    author_id: int,
    wording: Wording,
    session: AgendaSession | None = None,
    instead: int | None = None,
) -> Sheet:
    """Keeps a poll that is not sent yet; ``instead`` of the draft with this number, if it is one.

    One that belongs to a session is for the session's people at first.
    """
    old = polls.get(db, instead) if instead is not None else None
    options = {"options": list(wording.options)}
    if old is not None and old.state is State.DRAFT:
        old.question, old.options = wording.question, options
        db.add(old)
        return _sheet(db, old)
    audience = audiences.of_session(db, session) if session is not None else Audience()
    poll = Poll(
        author_id=author_id,
        session_id=session.id if session is not None else None,
        question=wording.question,
        options=options,
        audience=str(audience),
        state=State.DRAFT,
        created_at=desk.now(),
    )
    return _sheet(db, polls.add(db, poll))


def look(db: Session, poll_id: int) -> Sheet | None:
    """The poll with this number, unless it was thrown away."""
    poll = polls.get(db, poll_id)
    return None if poll is None or poll.state is State.DROPPED else _sheet(db, poll)


def listed(db: Session) -> list[Sheet]:
    """The newest that were sent."""
    return [_sheet(db, poll) for poll in polls.recent(db, limit=_LISTED)]


def choose(
    db: Session, *, poll_id: int, audience: Audience | None = None, several: bool | None = None
) -> Sheet | Refusal:
    """Sets whom a draft is for, or whether several options may be chosen."""
    poll = _drafted(db, poll_id)
    if isinstance(poll, Refusal):
        return poll
    if audience is not None:
        poll.audience = str(audience)
    if several is not None:
        poll.several = several
    db.add(poll)
    return _sheet(db, poll)


def send(
    db: Session, desk: Desk, *, poll_id: int, board_message_id: int | None
) -> Sheet | Refusal:
    """Opens it, once however often it is pressed; the board of polls sees to the messages."""
    poll = _drafted(db, poll_id)
    if isinstance(poll, Refusal):
        return poll
    if not recipients.size(db, poll.audience):
        return Refusal.NOBODY
    poll.state, poll.opened_at, poll.posted = State.OPEN, desk.now(), False
    poll.board_message_id = board_message_id
    db.add(poll)
    db.flush()
    return _sheet(db, poll)


def drop(db: Session, *, poll_id: int) -> bool:
    """Throws a draft away; False if it is none any more."""
    poll = _drafted(db, poll_id)
    if isinstance(poll, Refusal):
        return False
    poll.state = State.DROPPED
    db.add(poll)
    return True


def turn(db: Session, desk: Desk, *, poll_id: int, turn: int) -> Sheet | Refusal:
    """Closes it or opens it again; of several who press the same button the first one does."""
    poll = polls.get(db, poll_id)
    if poll is None or poll.state not in (State.OPEN, State.CLOSED):
        return Refusal.GONE
    if poll.turn == turn:
        opening = poll.state is State.CLOSED
        poll.state = State.OPEN if opening else State.CLOSED
        poll.closed_at = None if opening else desk.now()
        poll.turn, poll.posted = turn + 1, False
        polls.drop_waiting(db, poll)
        db.add(poll)
        db.flush()
    return _sheet(db, poll)


def show_on_wall(db: Session, *, poll_id: int, shown: bool) -> Sheet | Refusal:
    """Whether the page for the projector shows it."""
    poll = polls.get(db, poll_id)
    if poll is None or poll.state not in (State.OPEN, State.CLOSED):
        return Refusal.GONE
    poll.on_wall = shown
    db.add(poll)
    return _sheet(db, poll)


def watched(db: Session, *, poll_id: int, author_id: int, message_id: int) -> None:
    """This message of its author's shows from now on how it goes."""
    poll = polls.get(db, poll_id)
    if poll is not None and poll.author_id == author_id:
        poll.board_message_id = message_id
        db.add(poll)


def vote(
    db: Session, desk: Desk, person: Person, *, poll_id: int, option: int, wanted: bool
) -> tuple[Voted, View | None]:
    """A person's press on an option; doing it again changes nothing.

    With one choice the new one replaces the old; with several ``wanted`` False takes it back.
    """
    poll = polls.get(db, poll_id)
    if poll is None or poll.state not in (State.OPEN, State.CLOSED):
        return Voted.GONE, None
    number = person.id or 0
    if not recipients.belongs(db, poll.audience, number):
        return Voted.NOT_YOURS, None
    if poll.state is State.CLOSED:
        return Voted.CLOSED, view(db, poll, number)
    if option >= len(poll.options["options"]):
        return Voted.GONE, None
    before = polls.chosen(db, poll, [number]).get(number, frozenset())
    after, voted = _after(before, option, several=poll.several, wanted=wanted)
    if after != before:
        polls.choose(db, poll, person_id=number, options=after, now=desk.now())
        db.flush()
    return voted, view(db, poll, number)


def open_for(db: Session, person: Person) -> list[View]:
    """What this person may answer now, the newest first."""
    number = person.id or 0
    found = [
        view(db, poll, number)
        for poll in polls.under_way(db)
        if recipients.belongs(db, poll.audience, number)
    ]
    return found[::-1]


def seen_by(db: Session, person: Person, poll_id: int) -> View | None:
    """A poll as this person sees it; None: it is not for them, or not sent."""
    poll = polls.get(db, poll_id)
    if poll is None or poll.state not in (State.OPEN, State.CLOSED):
        return None
    number = person.id or 0
    return view(db, poll, number) if recipients.belongs(db, poll.audience, number) else None


def on_wall(db: Session, session: AgendaSession) -> View | None:
    """What the page of this session shows."""
    poll = polls.on_wall(db, session.id)
    return view(db, poll) if poll is not None else None


def groups(db: Session, poll_id: int) -> tuple[View, list[Group]] | None:
    """What each group answered, nothing about fewer than five people; None: no such poll."""
    poll = polls.get(db, poll_id)
    if poll is None or poll.state not in (State.OPEN, State.CLOSED):
        return None
    rows = polls.votes(db, poll)
    groups = {person: group for person, _, group in rows}
    votes = [(person, option) for person, option, _ in rows]
    shown = view(db, poll)
    return shown, domain.by_group(votes, groups, options=len(shown.options))


def view(db: Session, poll: Poll, person_id: int | None = None) -> View:
    """The poll with its counts; as ``person_id`` sees it, who may be nobody."""
    by_option, voters = polls.counts(db, poll)
    options = tuple(map(str, poll.options["options"]))
    own = polls.chosen(db, poll, [person_id]) if person_id is not None else {}
    return View(
        poll.id or 0,
        poll.question,
        options,
        poll.state,
        poll.several,
        tuple(by_option.get(number, 0) for number in range(len(options))),
        voters,
        own.get(person_id or 0, frozenset()),
    )


def _after(
    before: frozenset[int], option: int, *, several: bool, wanted: bool
) -> tuple[frozenset[int], Voted]:
    if several and not wanted:
        return before - {option}, Voted.REMOVED
    if option in before:
        return before, Voted.ALREADY
    if several:
        return before | {option}, Voted.RECORDED
    return frozenset([option]), Voted.CHANGED if before else Voted.RECORDED


def _drafted(db: Session, poll_id: int) -> Poll | Refusal:
    poll = polls.get(db, poll_id)
    if poll is None or poll.state is State.DROPPED:
        return Refusal.GONE
    return poll if poll.state is State.DRAFT else Refusal.SENT


def _sheet(db: Session, poll: Poll) -> Sheet:
    audience = Audience.parse(poll.audience)
    drafted = poll.state is State.DRAFT
    count = recipients.size(db, poll.audience) if drafted else polls.reached(db, poll)
    return Sheet(
        view=view(db, poll),
        turn=poll.turn,
        on_wall=poll.on_wall,
        session_id=poll.session_id,
        audience=(audience.kind, audiences.name(db, audience)),
        reached=count,
    )
