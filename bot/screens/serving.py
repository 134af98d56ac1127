"""Pages for the projector: what a session's attendance looks like in the room.

A page opens only with the key in the link that organizers get from the bot. It shows nobody's
name, loads nothing from anywhere else, and asks this server for the state every two seconds.
"""

import hmac
import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import segno
from aiohttp import web

from bot.domain import invites, refusals
from bot.domain import presence as codes
from bot.listening import Listener
from bot.screens.calendars import Calendars
from bot.services import polls, presence, speaker_questions
from bot.services.desk import Desk
from bot.texts import polls as poll_texts
from bot.texts import presence as texts
from bot.texts import speaker_questions as question_texts
from bot.texts.catalogue import language_or_default, text

log = logging.getLogger(__name__)

_PAGE = Path(__file__).parent / "page"
_FILES = {"screen.css": "text/css", "screen.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Screens:
    """The server of these pages, in the bot's own process."""

    def __init__(
        self, desks: Sequence[Desk], *, host: str, port: int, url: str | None = None
    ) -> None:
        """Which of the events a page is of, its key says.

        Args:
            url: the address at which browsers reach it; None: ``host`` and ``port``.
        """
        self.desks = tuple(desks)
        self._url = url
        self._calendars = Calendars(desks)
        self._listener = Listener(self.app(), host=host, port=port)

    async def start(self) -> None:
        """Listens, and lets the desk know the address. Without it the bot does all the rest."""
        try:
            await self._listener.start()
        except OSError as error:
            where = self._listener.address
            log.error("no pages for the projector at %s: %s", where, error.strerror)
            # Another process of ours may serve them behind the same address.
            self._tell(self._url)
            return
        address = self._url or f"http://{self._listener.address}"
        self._tell(address)
        log.info("pages for the projector at %s", address)

    def _tell(self, address: str | None) -> None:
        for desk in self.desks:
            desk.screens, desk.reachable_at = address, self._url

    async def stop(self) -> None:
        """Stops listening."""
        await self._listener.stop()
        for desk in self.desks:
            desk.screens = desk.reachable_at = None

    def app(self) -> web.Application:
        """The addresses."""
        app = web.Application(middlewares=[self._refuse_the_rest])
        app.router.add_get("/layar/{ref:[a-z2-7]{8}}", self._page)
        app.router.add_get("/layar/{ref:[a-z2-7]{8}}/keadaan", self._state)
        app.router.add_get("/layar-berkas/{name}", self._file)
        app.router.add_get("/kalender/{token}.ics", self._calendars.answer)
        return app

    @web.middleware
    async def _refuse_the_rest(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Addresses that there are not."""
        if request.match_info.http_exception is not None:
            raise self._refusal(request)
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _page(self, request: web.Request) -> web.Response:
        self._admit(request)
        return _static("screen.html", "text/html")

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _FILES:
            raise self._refusal(request)
        return _static(name, _FILES[name])

    async def _state(self, request: web.Request) -> web.Response:
        desk, ref = self._admit(request)
        language = language_or_default(request.query.get("lang"))
        state = await self._look(desk, ref, language)
        if state is None:
            raise self._refusal(request)
        return web.json_response(state, headers=_HEADERS)

    def _admit(self, request: web.Request) -> tuple[Desk, str]:
        """The event and the session's reference.

        A wrong key and a session that is not there look the same.
        """
        ref, key = request.match_info["ref"], request.query.get("key", "")
        for desk in self.desks:
            event_id = desk.agenda.event.id
            right = codes.screen_key(desk.invite_secret, event_id=event_id, call_id=ref)
            if hmac.compare_digest(key.encode(), right.encode()):
                return desk, ref
        for desk in self.desks:
            desk.refusals.add(refusals.NOBODY, refusals.SCREEN, desk.now())
        raise self._refusal(request)

    def _refusal(self, request: web.Request) -> web.HTTPNotFound:
        """One sentence, the same whatever is wrong."""
        language = language_or_default(request.query.get("lang"))
        return web.HTTPNotFound(text=text("refusal.page", language), headers=_HEADERS)

    async def _look(self, desk: Desk, ref: str, language: str) -> dict[str, Any] | None:
        """Everything on the page as words, and the picture; None: no such session any more."""
        now = desk.now()
        session = desk.agenda.by_ref(ref)
        if session is None:
            return None
        call = await desk.db.read(presence.find, desk, ref)
        board = await desk.db.read(presence.board, call) if call is not None else None
        taking = call is not None and call.is_open(now) and now >= call.since
        counts = (len(board.present), len(board.expected)) if board is not None else None
        words = texts.screen(
            desk.agenda, session, call, language, now=now, counts=counts, username=desk.username
        )
        asked = await desk.db.read(speaker_questions.open_for_all, desk, session)
        poll = await desk.db.read(polls.on_wall, session)
        shown: dict[str, Any] = {
            "language": language,
            "words": words | {"asked": text("speaker.screen_title", language)},
            "code": None,
            "qr": None,
            "poll": poll_texts.on_screen(poll, language) if poll is not None else None,
            "questions": question_texts.on_screen(asked, language),
        }
        if call is not None and taking:
            shown |= {"code": presence.code(desk, call), "qr": _picture(desk, ref)}
        return shown


def _picture(desk: Desk, ref: str) -> str:
    start = codes.scan_code(
        desk.invite_secret, event_id=desk.agenda.event.id, call_id=ref, at=desk.now()
    )
    out = io.BytesIO()
    made = segno.make_qr(invites.link(desk.username, start), error="m")
    made.save(
        out, kind="svg", xmldecl=False, omitsize=True, border=4, light="#fff",
        svgclass=None, lineclass=None,
    )  # fmt: skip
    return out.getvalue().decode()


def _static(name: str, kind: str) -> web.Response:
    return web.Response(body=(_PAGE / name).read_bytes(), content_type=kind, charset="utf-8",
                        headers=_HEADERS)  # fmt: skip
