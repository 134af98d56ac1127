"""Every word a person sees, as whole messages: one Jinja template per message and language.

Templates live in ``bot/texts/<language>/<topic>.yaml`` as ``key: template``. The same keys with
the same variables stand in both languages (a test holds that). Values are escaped for Telegram's
HTML; write markup in the template only. Filters know the reader's language and the event's zone:

``{{ instant|clock }}`` 09.00 · ``{{ instant|clock_zone }}`` 09.00 WIB · ``{{ session|span }}``
09.00-10.30 · ``{{ day|long_day }}`` Selasa, 4 November 2025 · ``{{ day|short_day }}`` Sel, 4 Nov ·
``{{ instant|local_date }}`` the local day of an instant · ``{{ delta|duration }}`` 1 jam 30 menit.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date
from jinja2 import Environment, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bot.domain import clock

LANGUAGES = ("id", "en")
DEFAULT_LANGUAGE = "id"
_HERE = Path(__file__).parent
_LONG_DAY = {"id": "EEEE, d MMMM y", "en": "EEEE, d MMMM y"}
_SHORT_DAY = {"id": "EEE, d MMM", "en": "EEE, d MMM"}
_UNITS = {
    "id": (("hari", "hari"), ("jam", "jam"), ("menit", "menit")),
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes")),
}


def language_or_default(code: str | None) -> str:
    """The nearest language we speak to a tag such as ``en-GB``: Indonesian, unless English."""
    return "en" if (code or "").lower().split("-")[0] == "en" else DEFAULT_LANGUAGE


def duration_words(delta: timedelta, language: str) -> str:
    """Whole minutes, hours and days in words; under a minute counts as one minute."""
    minutes = max(1, round(delta.total_seconds() / 60))
    days, rest = divmod(minutes, 24 * 60)
    amounts = (days, *divmod(rest, 60))
    words = [
        f"{amount} {one if amount == 1 else many}"
        for amount, (one, many) in zip(amounts, _UNITS[language], strict=True)
        if amount
    ]
    return " ".join(words)


def clock_text(instant: datetime, zone: str, language: str) -> str:
    """Wall time of the event: ``09.00`` in Indonesian, ``09:00`` in English."""
    return clock.local(instant, zone).strftime("%H.%M" if language == "id" else "%H:%M")


@cache
def _day_text(day: date, language: str, pattern: str) -> str:
    return format_date(day, pattern, locale=language)


@pass_context
def _clock(context: Context, instant: datetime) -> str:
    return clock_text(instant, context["zone"], context["language"])


@pass_context
def _clock_zone(context: Context, instant: datetime) -> str:
    return f"{_clock(context, instant)} {clock.short_name(context['zone'], instant)}"


@pass_context
def _span(context: Context, timed: Any) -> str:
    return f"{_clock(context, timed.start)}–{_clock(context, timed.end)}"


@pass_context
def _local_date(context: Context, instant: datetime) -> date:
    return clock.local_day(instant, context["zone"])


@pass_context
def _long_day(context: Context, day: date) -> str:
    language = context["language"]
    return _day_text(day, language, _LONG_DAY[language])


@pass_context
def _short_day(context: Context, day: date) -> str:
    language = context["language"]
    return _day_text(day, language, _SHORT_DAY[language])


@pass_context
def _duration(context: Context, delta: timedelta) -> str:
    return duration_words(delta, context["language"])


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        clock=_clock,
        clock_zone=_clock_zone,
        span=_span,
        local_date=_local_date,
        long_day=_long_day,
        short_day=_short_day,
        duration=_duration,
    )
    return environment


@cache
def sources(language: str) -> Mapping[str, str]:
    """All templates of a language by key.

    Raises:
        ValueError: the same key stands in two files.
    """
    found: dict[str, str] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted((_HERE / language).glob("*.yaml")):
        texts = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506  # a safe loader
        if twice := found.keys() & texts.keys():
            raise ValueError(f"{path.name}: texts defined twice: {sorted(twice)}")
        found.update(texts)
    return found


@cache
def _template(key: str, language: str) -> Template:
    return _environment().from_string(sources(language)[key].strip())


def text(key: str, language: str, *, zone: str = "UTC", **facts: object) -> Markup:
    """The message ``key`` in ``language`` as Telegram HTML, trimmed.

    Args:
        key: name of the template.
        language: one of ``LANGUAGES``.
        zone: IANA name of the event's zone; every instant is shown in it.
        facts: the template's variables; strings among them are escaped.

    Raises:
        KeyError: no such text.
        jinja2.UndefinedError: the template needs a fact that is not given.
    """
    rendered = _template(key, language).render(facts, language=language, zone=zone)
    return Markup(rendered.strip())  # noqa: S704  # autoescape has done its work
