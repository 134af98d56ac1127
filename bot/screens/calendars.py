"""A person's calendar under an address of its own, for phones that subscribe to it.

The address is the key: it opens nothing but this calendar, and only as long as the person's
invite stands. It is in no log.
"""

import asyncio
from collections.abc import Sequence
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
    """Answers for every event; which one it is the token says."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        self._desks = tuple(desks)
        self._flood = Flood(_OFTEN, _WITHIN)
        self._given: dict[tuple[str, int], _Given] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """The calendar; 304 where the phone has it; 404 for a key that does not (any more) fit."""
        token = request.match_info["token"]
        for desk in self._desks:
            claim = tokens.holder(token, desk.invite_secret, event_id=desk.agenda.event.id)
            if claim is not None:
                return await self._of(desk, request, *claim)
        raise _refusal(request)

    async def _of(
        self, desk: Desk, request: web.Request, person_id: int, generation: int
    ) -> web.Response:
        person = await desk.db.read(calendars.holder, person_id, generation)
        if person is None:
            raise _refusal(request)
        if not self._flood.allows((desk.mark, person_id), desk.now()):
            seconds = str(int(_WITHIN.total_seconds()))
            raise web.HTTPTooManyRequests(headers={**_HEADERS, "Retry-After": seconds})
        entries = await desk.db.read(calendars.of_person, desk, person)
        body = await asyncio.to_thread(agenda_ics, desk.agenda.event, entries)
        given = self._give((desk.mark, person_id), body, desk.now())
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

    def _give(self, whose: tuple[str, int], body: bytes, now: datetime) -> _Given:
        """The mark of this content: since when it is so, as far as this process knows.

        Two contents never have the same second, so that a phone that goes by the time alone
        misses none.
        """
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        before = self._given.get(whose)
        if before is None or before.etag != etag:
            now = now.replace(microsecond=0)
            after = before.at + timedelta(seconds=1) if before else now
            before = self._given[whose] = _Given(etag, max(now, after))
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
