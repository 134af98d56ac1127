"""The road to Telegram: PTB's request object on one aiohttp session with kept-alive connections.

The URL holds the bot's token. It must not show in a log, an error or a traceback, so no error of
aiohttp leaves this module: each becomes one of Telegram's errors, without the original as cause
or context. Which one tells whether the call may have been carried out (see the classes below).
"""

import asyncio
import io
import logging
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.delivery.contact import Contact

OptionalSeconds = Any
"""Seconds, None for ever, or ``BaseRequest.DEFAULT_NONE``, whose class PTB keeps to itself."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NotSent(NetworkError):  # noqa: N818 - Telegram's errors are not called errors either
    """Nothing reached Telegram: no connection was made. Trying again is safe."""


class ServerFailure(NetworkError):  # noqa: N818
    """Telegram, or what stands before it, says itself that it failed (5xx)."""


class LostAnswer(NetworkError):  # noqa: N818
    """The connection broke after the call was sent: it may have been carried out."""


class LateAnswer(TimedOut, LostAnswer):
    """No answer in time after the call was sent: it may have been carried out."""


class AiohttpRequest(BaseRequest):
    """Calls of the Bot API over aiohttp. All timeouts are seconds, None waits for ever."""

    __slots__ = ("_contact", "_pool_size", "_proxy", "_session", "_timeouts")

    def __init__(
        self,
        *,
        pool_size: int = 256,
        proxy: str | None = None,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 10.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
        media_write_timeout: float | None = 30.0,
        contact: Contact | None = None,
    ) -> None:
        """Opens nothing yet.

        Args:
            pool_size: most connections at once; further calls wait, at most ``pool_timeout``.
            proxy: ``http://[user:password@]host:port``.
            media_write_timeout: ``write_timeout`` of calls with files.
            contact: is told of every answer and failure.

        Raises:
            ValueError: a proxy of a kind that aiohttp cannot use, such as SOCKS.
        """
        if proxy is not None and URL(proxy).scheme not in ("http", "https"):
            raise ValueError("the proxy must be an http:// or https:// address")
        self._pool_size = pool_size
        self._proxy = None if proxy is None else URL(proxy)
        self._timeouts = {
            "read": read_timeout,
            "write": write_timeout,
            "connect": connect_timeout,
            "pool": pool_timeout,
            "media": media_write_timeout,
        }
        self._session: aiohttp.ClientSession | None = None
        self._contact = contact or Contact()

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer unless a call says otherwise."""
        return self._timeouts["read"]

    async def initialize(self) -> None:
        """Opens the session; again is harmless."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool_size, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Closes every connection; again is harmless."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: OptionalSeconds = BaseRequest.DEFAULT_NONE,
        write_timeout: OptionalSeconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: OptionalSeconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: OptionalSeconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Makes one call; gives the HTTP status and the body.

        Raises:
            NotSent: it cannot have reached Telegram.
            LateAnswer: timed out after it was sent.
            LostAnswer: broken off after it was sent.
        """
        if self._session is None or self._session.closed:
            raise RuntimeError("this request object is not initialized")
        files = request_data is not None and request_data.contains_files
        timeout = _timeout(
            read=self._seconds("read", read_timeout),
            write=self._seconds("media" if files else "write", write_timeout),
            connect=self._seconds("connect", connect_timeout),
            pool=self._seconds("pool", pool_timeout),
            bounded=method == "POST",
        )
        failure: TelegramError
        try:
            body, headers = await _body(request_data)
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=timeout,
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                status, payload = response.status, await response.read()
            if status < HTTPStatus.INTERNAL_SERVER_ERROR:
                self._contact.answered(response.headers.get("Date"))
                return status, payload
            failure = _server_failure(status)
        except Exception as error:
            failure = _without_url(error)
        self._contact.failed()
        # Raised outside of the handler, so that no traceback leads back to the URL.
        raise failure

    def _seconds(self, name: str, given: OptionalSeconds) -> float | None:
        if given is BaseRequest.DEFAULT_NONE:
            return self._timeouts[name]
        return None if given is None else float(given)


def _timeout(
    *,
    read: float | None,
    write: float | None,
    connect: float | None,
    pool: float | None,
    bounded: bool,
) -> aiohttp.ClientTimeout:
    """aiohttp has no timeout for writing, so a call as a whole gets the sum of its parts."""
    waiting = None if pool is None or connect is None else pool + connect
    total = None if waiting is None or read is None or write is None else waiting + write + read
    return aiohttp.ClientTimeout(
        total=total if bounded else None, connect=waiting, sock_connect=connect, sock_read=read
    )


async def _body(data: RequestData | None) -> tuple[Any, dict[str, str] | None]:
    """The body and its headers; open files are read off the event loop."""
    if data is None:
        return None, None
    if not data.contains_files:
        return data.url_encoded_parameters().encode(), _FORM
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, await _file(content), filename=filename, content_type=kind)
    return form, None


async def _file(content: Any) -> io.BytesIO:
    """A copy that aiohttp may read in pieces and close; the caller's file can be sent again."""
    if isinstance(content, bytes):
        return io.BytesIO(content)
    read = await asyncio.to_thread(content.read)
    if content.seekable():
        content.seek(0)
    return io.BytesIO(read)


def _server_failure(status: int) -> TelegramError:
    """A 5xx, often a page of a proxy in front of Telegram: its text says nothing to us."""
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        return LateAnswer("Gateway Timeout (504)")  # a proxy gave up waiting: it may be done yet
    known = status in HTTPStatus.__members__.values()
    phrase = HTTPStatus(status).phrase if known else "Unknown HTTP status"
    return ServerFailure(f"{phrase} ({status})")


_NOT_SENT = (
    aiohttp.ClientConnectorError,  # refused, no route, name not found, TLS
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ConnectionTimeoutError,  # while connecting, or while waiting for the pool
    aiohttp.ClientConnectionResetError,  # found closed before the call was written in full
    aiohttp.ClientHttpProxyError,  # the proxy would not put us through
    aiohttp.InvalidURL,
)


def _without_url(error: Exception) -> TelegramError:
    """Telegram's error for one of aiohttp's; only the class name is kept."""
    if isinstance(error, TelegramError):
        return error
    name = type(error).__name__
    if isinstance(error, _NOT_SENT):
        return NotSent(f"nothing was sent: {name}")
    if isinstance(error, TimeoutError):
        return LateAnswer(f"no answer in time: {name}")
    if isinstance(error, aiohttp.ClientError | OSError):
        return LostAnswer(f"the answer was lost: {name}")
    logging.getLogger(__name__).error("unexpected failure of a call: %s", name)
    return LostAnswer(f"unexpected failure: {name}")
