"""Reminders, digests, prompts and the settings of them, as messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.agenda import Agenda, Session
from bot.domain.materials import Handouts
from bot.domain.reminders import CHOICES, SNOOZES, Due
from bot.texts import prompts
from bot.texts.answers import source_line
from bot.texts.catalogue import text
from bot.texts.rendered import MESSAGE_LIMIT, Button, Rendered

_MOST_CARDS = 20
"""Buttons to session cards below one reminder: Telegram takes a hundred, a person reads few."""


def due_message(
    message: Due,
    agenda: Agenda,
    language: str,
    now: datetime,
    *,
    handouts: Handouts | None = None,
) -> Rendered:
    """What is due, as its reader gets it at ``now`` (UTC). ``handouts``: named in reminders."""
    if message.kind == "reminder":
        return _reminder(message, agenda, language, now, handouts or {})
    builders = {"digest": _digest, "prompt": prompts.prompt}
    return builders[message.kind](message, agenda, language, now)


def settings(
    agenda: Agenda, language: str, *, minutes: int | None, digest: bool, prompt: bool
) -> Rendered:
    """The person's choices with a button for each alternative."""
    html = text(
        "reminder.settings",
        language,
        minutes=minutes,
        digest=digest,
        prompt=prompt,
        digest_at=_wall(agenda.event.digest_at, language),
        prompt_at=_wall(agenda.event.prompt_at, language),
        after_sessions=agenda.event.session_prompts,
    )
    rows = (
        *_choice_rows(language, minutes, "p:m"),
        (Button(text("reminder.button_digest", language, on=digest), f"p:d:{int(not digest)}"),),
        (Button(text("reminder.button_prompt", language, on=prompt), f"p:p:{int(not prompt)}"),),
    )
    return Rendered(html, rows)


def session_choice(
    agenda: Agenda, session: Session, language: str, minutes: int | None
) -> Rendered:
    """The lead time of one session with a button for each alternative."""
    html = text(
        "reminder.for_session", language, zone=agenda.timezone, session=session, minutes=minutes
    )
    back = (Button(text("reminder.back", language), f"s:{session.ref}"),)
    return Rendered(html, (*_choice_rows(language, minutes, f"rs:{session.ref}"), back))


def _wall(wall: object, language: str) -> str:
    return f"{wall:%H.%M}" if language == "id" else f"{wall:%H:%M}"


def _choice_rows(
    language: str, minutes: int | None, prefix: str
) -> tuple[tuple[Button, ...], ...]:
    leads = tuple(
        Button(
            text("reminder.button_minutes", language, minutes=lead, chosen=lead == minutes),
            f"{prefix}:{lead}",
        )
        for lead in CHOICES
    )
    off = Button(text("reminder.button_off", language, chosen=minutes is None), f"{prefix}:off")
    return leads[:3], leads[3:], (off,)


def _reminder(
    message: Due, agenda: Agenda, language: str, now: datetime, handouts: Handouts
) -> Rendered:
    html, shown = _fitting(
        "reminder.message",
        language,
        message.sessions,
        zone=agenda.timezone,
        now=now,
        late=message.late(now),
        source=source_line(agenda, language),
        handouts=handouts,
    )
    rows = [
        (Button(f"{text('reminder.button_card', language)}: {s.title}"[:60], f"s:{s.ref}"),)
        for s in shown[:_MOST_CARDS]
    ]
    rows += [
        (Button(f"{text('material.button_open', language)}: {s.title}"[:60], f"mt:s:{s.ref}"),)
        for s in shown[:_MOST_CARDS]
        if handouts.get(s.id)
    ]
    first = message.sessions[0]
    again = tuple(
        Button(text("reminder.button_snooze", language, minutes=lead), f"z:{first.ref}:{lead}")
        for lead in SNOOZES
        if now + timedelta(minutes=lead) < first.start
    )
    return Rendered(html, (*rows, again) if again else tuple(rows))


def _digest(message: Due, agenda: Agenda, language: str, now: datetime) -> Rendered:
    html, _ = _fitting(
        "reminder.digest",
        language,
        message.sessions,
        zone=agenda.timezone,
        day=message.day,
        number=agenda.day_number(message.day),
        dress=agenda.event.dress,
        late=message.late(now),
        source=source_line(agenda, language),
    )
    return Rendered(html)


def _fitting(
    key: str, language: str, sessions: Sequence[Session], **facts: Any
) -> tuple[str, Sequence[Session]]:
    """The text with as many of the sessions as one message holds, and these sessions."""
    count = len(sessions)
    while True:
        shown = sessions[:count]
        html = text(key, language, sessions=shown, more=len(sessions) - count, **facts)
        if len(html) <= MESSAGE_LIMIT or count == 0:
            return html, shown
        count = min(count - 1, count * MESSAGE_LIMIT // len(html))
