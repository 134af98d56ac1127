"""Answers in the terminal: one question, or JSON lines from standard input."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from re import sub
from typing import Any, TextIO

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.answers import Answer, answer
from bot.domain.language import Slots, understand
from bot.store.agenda_file import AgendaFileError, read_agenda_with_warnings
from bot.texts.answers import render
from bot.texts.problems import problem_line

REMEMBERED = timedelta(minutes=10)
_LANGUAGE = "id"


class Dialogues:
    """What each chat spoke of last, for ten minutes of the questions' own time."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[datetime, Slots]] = {}

    def recall(self, chat: str | None, now: datetime) -> Slots | None:
        """The slots of ``chat``, unless they are older than ten minutes at ``now``."""
        kept = self._kept.get(chat) if chat is not None else None
        if kept is None or abs(now - kept[0]) > REMEMBERED:
            return None
        return kept[1]

    def keep(self, chat: str | None, now: datetime, slots: Slots) -> None:
        """Remembers ``slots`` as of ``now``."""
        if chat is not None and slots != Slots():
            self._kept[chat] = (now, slots)


def run(
    event: Path,
    now: datetime | None,
    text: str | None,
    as_json: bool,
    stdin: TextIO,
    stdout: TextIO,
) -> int:
    """Answers ``text``, or every JSON line of ``stdin`` where it is None; gives an exit status.

    Args:
        event: event folder or a bare agenda.yaml.
        now: the moment of asking; naive is the event's local time, None the host's present.
        as_json: one JSON object a line instead of words.
    """
    try:
        agenda, warnings = read_agenda_with_warnings(event, lenient=True)
    except AgendaFileError as error:
        for problem in error.problems:
            print(problem_line(problem, _LANGUAGE), file=sys.stderr)
        return 1
    for problem in warnings:
        print(problem_line(problem, _LANGUAGE), file=sys.stderr)
    start = instant(now, agenda) if now else clock.system_now()
    dialogues = Dialogues()
    failed = False
    for asked in _asked(text, stdin):
        try:
            reply = _reply(asked, agenda, start, dialogues)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            failed = True
            reply = {"id": asked.get("id"), "error": str(error), "text": ""}
        line = json.dumps(reply, ensure_ascii=False) if as_json else reply["text"]
        print(line, file=stdout, flush=True)
    return 1 if failed else 0


def _asked(text: str | None, stdin: TextIO) -> Iterator[dict[str, Any]]:
    if text is not None:
        yield {"id": None, "text": text}
        return
    for line in stdin:
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
        except ValueError:
            asked = line.rstrip("\n")
        yield asked if isinstance(asked, dict) else {"id": None, "text": str(asked)}


def _reply(
    asked: dict[str, Any], agenda: Agenda, start: datetime, dialogues: Dialogues
) -> dict[str, Any]:
    given = asked.get("now")
    now = instant(datetime.fromisoformat(str(given)), agenda) if given else start
    chat = None if asked.get("chat") is None else str(asked["chat"])
    question = understand(str(asked["text"]), agenda, now, dialogues.recall(chat, now))
    found = answer(question, agenda, now)
    dialogues.keep(chat, now, found.slots)
    return {"id": asked.get("id"), **as_json_value(found, agenda)}


def instant(moment: datetime, agenda: Agenda) -> datetime:
    """``moment`` in UTC; without an offset it is the event's wall time."""
    if moment.tzinfo is None:
        return clock.localize(moment, agenda.timezone)
    return moment.astimezone(UTC)


def as_json_value(found: Answer, agenda: Agenda) -> dict[str, Any]:
    """An answer as JSON-able facts; times in ISO 8601 with the event's offset."""
    return {
        "kind": found.kind.value,
        "intent": found.intent.value,
        "sessions": [s.id for s in found.sessions],
        "fields": _fields(found, agenda),
        "choices": [s.id for s in found.choices],
        "overview": found.overview,
        "empty": found.empty,
        "time": _time(found, agenda),
        "text": plain(render(found, agenda, _LANGUAGE).html),
    }


def _fields(found: Answer, agenda: Agenda) -> dict[str, Any] | None:
    fields = found.fields
    if fields is None:
        return None
    return {
        "start": _iso(fields.start, agenda),
        "end": _iso(fields.end, agenda),
        "room": fields.room,
        "speaker": ", ".join(fields.speakers) or None,
        "duration": _minutes(fields.duration),
        "remaining": _minutes(fields.remaining),
        "countdown": _minutes(fields.countdown),
        "dress": fields.dress,
        "bring": fields.bring,
    }


def _time(found: Answer, agenda: Agenda) -> dict[str, Any] | None:
    if found.time is None:
        return None
    begin, end = found.time.start, found.time.end
    return {"text": found.time.text, "from": _iso(begin, agenda), "to": _iso(end, agenda)}


def _iso(moment: datetime, agenda: Agenda) -> str:
    return clock.local(moment, agenda.timezone).isoformat()


def _minutes(delta: timedelta | None) -> int | None:
    return None if delta is None else round(delta.total_seconds() / 60)


def plain(html: str) -> str:
    """Telegram HTML as words for a terminal."""
    return unescape(sub(r"<[^>]+>", "", html))
