"""Whether a question is about sessions that were cancelled, which the agenda lists no more."""

from datetime import datetime

from bot.domain.agenda import Agenda, Session
from bot.domain.language.question import Act, Question
from bot.domain.language.resolving import resolve
from bot.domain.language.understanding import understand


def cancelled(question: Question, agenda: Agenda, now: datetime) -> tuple[Session, ...]:
    """The cancelled sessions that ``question`` names; none where it means what takes place.

    It is read again as if nothing had been cancelled: what it finds then must be cancelled, all
    of it. So "senam besok" hears of tomorrow's, while "senam" alone is the next that takes place.
    """
    if not agenda.cancelled:
        return ()
    whole = agenda.uncancelled
    asked = understand(question.text, whole, now)
    if asked.act is not Act.ASK or asked.mention is None or asked.relation is not None:
        return ()
    timed = asked.when is not None
    found = resolve(asked, whole, now).sessions if timed else asked.mention.sessions
    gone = {session.id: session for session in agenda.cancelled}
    ids = [whole.sessions[i].id for i in found]
    return tuple(gone[i] for i in ids) if all(i in gone for i in ids) else ()
