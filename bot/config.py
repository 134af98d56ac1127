"""The settings. The only reader of the environment and of ``.env``."""

import hmac
import re
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from pydantic import AfterValidator, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url

_ROOT = Path(__file__).resolve().parents[1]
_STATE = _ROOT / "data/state"
_KEY_BYTES = 32
_URLSAFE = str.maketrans("-_", "+/")
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,100}")
_HOOK = re.compile(r"https://[^/\s]+|http://(127\.0\.0\.1|localhost)\b")
"""Telegram posts over TLS; a Bot API server on this machine may do without."""
_HOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


class SettingsError(Exception):
    """A setting is missing or malformed; the message is one line for the person who set it."""


def _checked_token(token: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError("is not a token as BotFather gives it (digits, a colon, letters)")
    return token


def _checked_url(url: str) -> str:
    if not re.match(r"https?://[^/\s]+", url):
        raise ValueError("must begin with http:// or https://")
    return url.rstrip("/")


def database_address(url: str) -> str:
    """The address as SQLAlchemy wants it; postgres:// and postgresql:// are the same to us.

    Raises:
        ValueError: it is of another kind.
    """
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
    if not re.match(r"sqlite://|postgresql\+psycopg://", url):
        raise ValueError("must be a sqlite:// or postgresql:// address")
    return url


def _checked_proxy(url: str | None) -> str | None:
    if url is not None and not re.match(r"https?://[^/\s]+", url):
        raise ValueError("must begin with http:// or https://")
    return url


def _note_keys(keys: SecretStr | None) -> tuple[bytes, ...]:
    """The keys in the setting: each 32 bytes in base64, either alphabet, commas between them.

    Raises:
        ValueError: one of them is not.
    """
    words = keys.get_secret_value().replace(",", " ").split() if keys else []
    try:
        found = [b64decode(word.translate(_URLSAFE), validate=True) for word in words]
    except ValueError:
        found = [b""]
    if any(len(key) != _KEY_BYTES for key in found):
        raise ValueError("must be keys as `mandala new-key` prints them, with commas between them")
    return tuple(found)


def _checked_keys(keys: SecretStr | None) -> SecretStr | None:
    _note_keys(keys)
    return keys


def _checked_folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"is not a folder: {path}")
    return path


class Settings(BaseSettings):
    """Everything that can be set from outside, under the same names in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    bot_token: Annotated[SecretStr, AfterValidator(_checked_token)]
    telegram_api_url: Annotated[str, AfterValidator(_checked_url)] = "https://api.telegram.org"
    database_url: Annotated[str, AfterValidator(database_address)] = (
        f"sqlite:///{_ROOT}/data/state/mandala.db"
    )
    event_dir: Annotated[Path, AfterValidator(_checked_folder)] = _ROOT / "data/mandala-magelang"
    event_dirs: Annotated[tuple[Path, ...], NoDecode] = ()
    """Several events in one bot, instead of the one in EVENT_DIR; empty: that one alone."""
    organizer_ids: Annotated[tuple[int, ...], NoDecode] = ()
    attachments_dir: Path | None = None
    """Where files of notes are kept; None: in the folder of everything else."""
    backup_dir: Path | None = None
    """Where backups are kept; None: in the folder below."""
    state_dir: Path | None = None
    """Where everything else is kept; None: beside the SQLite file, else in data/state."""
    backup_hour: int | None = 3
    """After which hour of the event's zone one is made each day; None: none is."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    """Lines for people, or a JSON object a line for whatever gathers logs."""
    invite_secret: SecretStr | None = None
    """Where invite codes come from; None: from the token."""
    notes_key: Annotated[SecretStr | None, AfterValidator(_checked_keys)] = None
    """What seals notes, attachments and the like in the store; the newest first. None: nothing."""
    proxy_url: Annotated[str | None, AfterValidator(_checked_proxy)] = None
    """An http:// proxy to Telegram."""
    web_port: int | None = None
    """Where pages for the projector are served; None: nowhere."""
    web_host: str = "127.0.0.1"
    """The address they are bound to; 0.0.0.0: every network of this machine."""
    web_url: Annotated[str | None, AfterValidator(_checked_proxy)] = None
    """The address at which browsers reach them, as behind a proxy; None: host and port."""
    webhook_url: str | None = None
    """Where Telegram posts updates; None: they are asked for by long polling."""
    webhook_secret: SecretStr | None = None
    """What Telegram shows with each update; None: derived from the token."""
    webhook_host: str = "127.0.0.1"
    webhook_port: int = 8080
    """Where the server for it listens, by plain HTTP behind a proxy that speaks TLS."""
    webhook_max_connections: int = 40
    """Most that Telegram may open at once, 1 to 100."""
    ops_host: str = "127.0.0.1"
    ops_port: int | None = None
    """Where /healthz, /readyz and /metrics are served; None: nowhere."""
    four_eyes: bool = False
    """Whether a second organizer must agree to what reaches everybody or leaves the house."""
    person_burst: int = 30
    """Messages and presses of one person that may follow each other at once; 0: any number."""
    person_per_minute: int = 30
    """The same on average; organizers have five times as much of both."""
    messages_per_second: int = 30
    """Telegram's limit over all chats; a Bot API server of one's own may allow more."""
    paid_messages_per_second: int = 0
    """The limit of announcements that are paid for in Telegram Stars, up to 1000; 0: none are."""
    chat_messages_per_second: float = 1.0
    """Telegram's limit in one chat, on average; a few may follow each other at once."""
    chat_messages_at_once: int = 5
    """How many may follow each other in one chat before that average counts."""
    group_messages_per_minute: int = 20
    """Telegram's limit in one group."""

    @field_validator("webhook_url")
    @classmethod
    def _reachable_by_telegram(cls, value: str | None) -> str | None:
        if value is not None and not _HOOK.match(value):
            raise ValueError("must begin with https:// and lead to this bot from the internet")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _as_telegram_allows(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _HOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 16 to 256 of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("webhook_max_connections")
    @classmethod
    def _as_many_as_telegram_opens(cls, value: int) -> int:
        if not 1 <= value <= 100:
            raise ValueError("must be between 1 and 100")
        return value

    @field_validator("web_port", "webhook_port", "ops_port")
    @classmethod
    def _a_port(cls, value: int | None) -> int | None:
        if value is not None and not 0 <= value <= 65535:
            raise ValueError("must be a port, such as 8090")
        return value

    @field_validator("backup_hour", mode="before")
    @classmethod
    def _an_hour_or_off(cls, value: object) -> object:
        if isinstance(value, str) and value.strip().lower() == "off":
            return None
        if value is not None and not (str(value).isdecimal() and int(str(value)) < 24):
            raise ValueError("must be an hour from 0 to 23, or off")
        return value

    @field_validator("event_dirs", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        if isinstance(value, str):
            value = tuple(Path(word.strip()) for word in value.split(",") if word.strip())
        if isinstance(value, tuple):
            return tuple(_checked_folder(Path(folder)) for folder in value)
        return value

    @field_validator("organizer_ids", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        if isinstance(value, str):
            words = value.replace(",", " ").split()
            if not all(word.isdecimal() for word in words):
                raise ValueError("must be Telegram ids (numbers) with commas between them")
            return tuple(int(word) for word in words)
        return value

    @field_validator("log_format", mode="before")
    @classmethod
    def _small(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("person_burst", "person_per_minute")
    @classmethod
    def _patient_enough(cls, value: int, info: ValidationInfo) -> int:
        if not (0 if info.field_name == "person_burst" else 1) <= value <= 10_000:
            raise ValueError("must be between 1 and 10000")
        return value

    @field_validator("messages_per_second", "chat_messages_at_once", "group_messages_per_minute")
    @classmethod
    def _within_telegrams_limits(cls, value: int) -> int:
        if not 1 <= value <= 1000:
            raise ValueError("must be between 1 and 1000")
        return value

    @field_validator("paid_messages_per_second")
    @classmethod
    def _within_what_is_sold(cls, value: int) -> int:
        if not 0 <= value <= 1000:
            raise ValueError("must be between 0 and 1000")
        return value

    @field_validator("chat_messages_per_second")
    @classmethod
    def _slow_enough_to_read(cls, value: float) -> float:
        if not 0.1 <= value <= 1000:
            raise ValueError("must be between 0.1 and 1000")
        return value

    def attachments_folder(self) -> Path:
        """Where files of notes are kept."""
        return self.attachments_dir or self.state_folder() / "attachments"

    def backup_folder(self) -> Path:
        """Where backups are kept."""
        return self.backup_dir or self.state_folder() / "backups"

    def state_folder(self) -> Path:
        """Where everything is kept that has no folder of its own."""
        if self.state_dir is not None:
            return self.state_dir
        url = make_url(self.database_url)
        beside = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        return Path(url.database or "").parent if beside else _STATE

    def secret(self) -> bytes:
        """The bytes that invite codes are derived from."""
        chosen = self.invite_secret or self.bot_token
        return chosen.get_secret_value().encode()

    def hook_secret(self) -> str:
        """What Telegram shows with each update by webhook."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        token = self.bot_token.get_secret_value().encode()
        return hmac.new(token, b"webhook", sha256).hexdigest()

    def note_keys(self) -> tuple[bytes, ...]:
        """Keys that notes are sealed with, 32 bytes each: the first seals, all of them open."""
        return _note_keys(self.notes_key)

    def secrets(self) -> list[str]:
        """Everything that must never be written anywhere, in each form it is used in."""
        given = (getattr(self, name) for name in type(self).model_fields)
        found = [value.get_secret_value() for value in given if isinstance(value, SecretStr)]
        found.append(self.bot_token.get_secret_value().partition(":")[2])
        found += (
            self.notes_key.get_secret_value().replace(",", " ").split() if self.notes_key else []
        )
        found += [self.hook_secret(), *(key.hex() for key in self.note_keys())]
        found.append(self.hook_secret())
        for url in (self.database_url, self.proxy_url or ""):
            written = re.match(r"[^/]*//[^/@]*:([^/@]*)@", url)
            found += [written[1], unquote(written[1])] if written else []
        return found


def load(**overrides: Any) -> Settings:
    """The settings of this process; ``overrides`` go before the environment.

    Raises:
        SettingsError: with one line that names the first wrong setting and never shows its value.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read ({type(error).__name__}).") from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]).upper()
    if first["type"] == "missing":
        return f"{name} is not set: put it into .env (see .env.example) or the environment."
    return f"{name} {first['msg'].removeprefix('Value error, ')}: see .env.example."
