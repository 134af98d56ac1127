"""The promises, looked at after every step. Each check gives what is wrong, in words."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from bot.domain import clock
from bot.domain.outbox import OPEN, Status
from bot.domain.reminders import MERGE_WITHIN, session_of
from tests.builders import ZONE
from tests.simulation.ground import STRANGER, Attempt
from tests.simulation.model import Model
from tests.simulation.snapshot import Snapshot

_UNASKED = ("reminder", "digest", "prompt", "change", "broadcast")


def broken(model: Model, now: Snapshot, *, alone: bool) -> list[str]:
    """All promises that do not hold.

    Args:
        alone: nobody touched a phone in this step.
    """
    checks = (
        _notes(model, now),
        _commitments(model, now),
        _choices(model, now),
        _copies(model),
        _once(model),
        _reminders(model, now),
        _recipients(model, now),
        _ledger(model, now),
        _limits(model),
        _secrets(model),
        _unasked(model) if alone else iter(()),
    )
    return [words for check in checks for words in check]


def _notes(model: Model, now: Snapshot) -> Iterator[str]:
    for user in model.ground.world.users.values():
        fresh = model.acknowledged(user) & model.written.keys()
        model.promised |= fresh - model.taken_back
    for source in sorted(model.promised):
        piece = now.pieces.get(source)
        if piece is None:
            yield f"note {source} was acknowledged and is not in the store"
        elif not any(words in piece.text for words in model.written[source]):
            yield f"note {source} says something else in the store"


def _commitments(model: Model, now: Snapshot) -> Iterator[str]:
    stored = [one.what for one in now.commitments]
    for words, chat in model.commitments.items():
        if not any(words in what for what in stored):
            yield f"commitment {words!r} of {chat} was said to be saved and is not in the store"


def _choices(model: Model, now: Snapshot) -> Iterator[str]:
    for (chat, session_id), value in model.ratings.items():
        person = now.people.get(chat)
        if person and now.ratings.get((person.id or 0, session_id)) != value:
            yield f"rating {value} of {session_id} by {chat} was acknowledged and is lost"
    for chat, minutes in model.choices.items():
        person = now.people.get(chat)
        if person and person.reminder_minutes != minutes:
            yield f"choice {minutes} of {chat} became {person.reminder_minutes}"


def _copies(model: Model) -> Iterator[str]:
    """Of an announcement no phone has two; its author sees it in the preview as well."""
    counted = Counter((one.chat_id, one.text) for one in model.arrivals)
    for words, author in model.announced.items():
        for (chat, text), count in counted.items():
            if text == words and chat != author and count > 1:
                yield f"announcement {words!r} came {count} times to {chat}"


def _once(model: Model) -> Iterator[str]:
    """Anything else may come twice only where nobody can know whether it came."""
    attempts: dict[str, list[Attempt]] = {}
    for attempt in model.ground.attempts:
        attempts.setdefault(attempt.row.key, []).append(attempt)
    for key, tried in attempts.items():
        arrived = sum(attempt.arrived for attempt in tried)
        doubtful = sum(not _known(attempt) for attempt in tried)
        if arrived > 1 + doubtful:
            yield f"{key} came {arrived} times, {doubtful} of them unknown to the bot"


def _known(attempt: Attempt) -> bool:
    outcome = attempt.outcome
    if outcome is None or not attempt.sure:
        return False
    return outcome.status is not Status.UNKNOWN


def _reminders(model: Model, now: Snapshot) -> Iterator[str]:
    assert model.before is not None
    agendas = [*model.agendas, model.ground.house.desk.agenda]
    for attempt in _of_this_step(model):
        row = attempt.row
        if row.kind != "reminder" or not attempt.arrived:
            continue
        session_id = session_of(row.key) or ""
        found = [one for agenda in agendas if (one := agenda.find(session_id))]
        stamps = [f":{one.start:%Y%m%dT%H%MZ}" for one in found if not one.cancelled]
        if not any(stamp in row.key for stamp in stamps):
            yield f"{row.key} is stale at {attempt.at}"
            continue
        shown = {clock.local(one.start, ZONE).strftime("%H.%M") for one in found}
        if not any(text in str(row.payload.get("text")) for text in shown):
            yield f"{row.key} names another start than {shown}"
        if attempt.at < row.due_at:
            yield f"{row.key} left at {attempt.at}, before it was due"
        person_id = row.person_id or 0
        leads = {seen.special.get((person_id, session_id)) for seen in (model.before, now)}
        for seen in (model.before, now):
            leads |= {p.reminder_minutes for p in seen.people.values() if p.id == person_id}
        longest = max((lead for lead in leads if lead is not None), default=None)
        if row.key.startswith("snooze"):
            continue
        if longest is None:
            yield f"{row.key} was not wanted"
        elif attempt.at < min(one.start for one in found) - timedelta(minutes=longest) - (
            MERGE_WITHIN
        ):
            yield f"{row.key} is early at {attempt.at}"


def _recipients(model: Model, now: Snapshot) -> Iterator[str]:
    """What nobody asked for goes to members, before or after this step."""
    assert model.before is not None
    for attempt in _of_this_step(model):
        if not attempt.arrived:
            continue
        seen = [known.people.get(attempt.row.chat_id) for known in (model.before, now)]
        if not any(person and not person.removed and person.joined_at for person in seen):
            yield f"{attempt.row.key} went to {attempt.row.chat_id}, who is no member"


def _ledger(model: Model, now: Snapshot) -> Iterator[str]:
    phones = {(one.chat_id, one.message_id) for one in model.arrivals}
    for row in now.rows.values():
        if row.status is not Status.DELIVERED or row.method not in ("sendMessage", "copyMessage"):
            continue
        if (row.chat_id, row.message_id) not in phones:
            yield f"{row.key} is delivered in the ledger and on no phone"
    for attempt in model.ground.attempts:
        outcome = attempt.outcome
        if outcome is None or outcome.status is not Status.DELIVERED or not attempt.sure:
            continue
        row = now.rows.get(attempt.row.key)
        if row is not None and row.status in OPEN:
            yield f"{attempt.row.key} was delivered and is {row.status} in the ledger"


def _limits(model: Model) -> Iterator[str]:
    for call in model.ground.world.calls:
        if call.status == 429 and not call.fault:
            yield f"{call.method} to {call.chat_id} was over the limit at {call.monotonic:.3f}"


def _secrets(model: Model) -> Iterator[str]:
    texts = [*model.arrivals, *model.rewordings]
    for one in texts:
        if one.step != model.step:
            continue
        for secret, owner in model.secrets.items():
            if secret in one.text and one.chat_id != owner:
                yield f"{secret!r} of {owner} is on the phone of {one.chat_id}"


def _unasked(model: Model) -> Iterator[str]:
    """Where nobody did anything, all that comes is in the ledger; a stranger hears nothing."""
    organizers = {p.chat_id for p in (model.before.people if model.before else {}).values()
                  if p.role == "organizer"}  # fmt: skip
    came = Counter(one.chat_id for one in model.arrivals if one.step == model.step)
    sent: Counter[int] = Counter()
    for attempt in _of_this_step(model):
        if attempt.row.method in ("sendMessage", "copyMessage"):
            sent[attempt.row.chat_id] += attempt.arrived
    for chat, count in came.items():
        if chat == STRANGER:
            yield "a stranger got a message out of nothing"
        elif chat not in organizers and count != sent[chat]:
            yield f"{chat} got {count} messages, the ledger has {sent[chat]}"


def _of_this_step(model: Model) -> list[Attempt]:
    return [one for one in model.ground.attempts if one.step == model.step]
