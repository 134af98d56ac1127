"""A person's calendar under an address of its own, for phones that subscribe to it.

The address is the key: it opens nothing but this calendar, and only as long as the person's
invite stands. It is in no log.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

from aiohttp import web

from bot.domain import calendars as tokens
from bot.domain.speaker_questions import Flood
from bot.services import calendars
from bot.services.desk import Desk
from bot.texts.calendar_file import agenda_ics
from bot.texts.catalogue import language_or_default, text

_OFTEN, _WITHIN = 30, timedelta(minutes=10)
"""Phones ask once in a quarter of an hour at most; what asks more often is no phone."""
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class _Given:
    """What a phone was given last: a later one differs in both."""

    etag: str
    at: datetime
    """Whole seconds."""


class Calendars:
    """Answers for one event."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._flood = Flood(_OFTEN, _WITHIN)
        self._given: dict[int, _Given] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """The calendar; 304 where the phone has it; 404 for a key that does not (any more) fit."""
        desk = self._desk
        claim = tokens.holder(
            request.match_info["token"], desk.invite_secret, event_id=desk.agenda.event.id
        )
        if claim is None:
            raise _refusal(request)
        person = await desk.db.read(calendars.holder, *claim)
        if person is None:
            raise _refusal(request)
        if not self._flood.allows(person.id, desk.now()):
            seconds = str(int(_WITHIN.total_seconds()))
            raise web.HTTPTooManyRequests(headers={**_HEADERS, "Retry-After": seconds})
        entries = await desk.db.read(calendars.of_person, desk, person)
        body = await asyncio.to_thread(agenda_ics, desk.agenda.event, entries)
        given = self._give(person.id or 0, body)
        headers = {
            **_HEADERS,
            "ETag": given.etag,
            "Last-Modified": format_datetime(given.at, usegmt=True),
        }
        if _has(request, given):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=body, content_type="text/calendar", charset="utf-8", headers=headers
        )

    def _give(self, person_id: int, body: bytes) -> _Given:
        """The mark of this content: since when it is so, as far as this process knows.

        Two contents never have the same second, so that a phone that goes by the time alone
        misses none.
        """
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        before = self._given.get(person_id)
        if before is None or before.etag != etag:
            now = self._desk.now().replace(microsecond=0)
            after = before.at + timedelta(seconds=1) if before else now
            before = self._given[person_id] = _Given(etag, max(now, after))
        return before


def _refusal(request: web.Request) -> web.HTTPNotFound:
    language = language_or_default(request.query.get("lang"))
    return web.HTTPNotFound(text=text("refusal.page", language), headers=_HEADERS)


def _has(request: web.Request, given: _Given) -> bool:
    """Whether the phone says that it has this content."""
    if "If-None-Match" in request.headers:
        marks = request.if_none_match or ()
        return any(mark.value in ("*", given.etag.strip('"')) for mark in marks)
    since = request.if_modified_since
    return since is not None and given.at <= since
