"""The catalogue: complete in both languages, sound as Telegram's HTML, the only source."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import meta

from bot.domain import clock
from bot.domain.agenda import Event, Material, Session
from bot.domain.now_board import Line, NowBoard
from bot.domain.people import Role
from bot.domain.presence import Call
from bot.rehearsal.api.text.formatted import formatted
from bot.texts import catalogue
from bot.texts.catalogue import LANGUAGES, sources, text
from bot.texts.rendered import MESSAGE_LIMIT
from tests.builders import ZONE, Stage, local, staged

NASTY = 'R&D <b> "A" & Co. 🙏'
NOW = datetime(2025, 11, 4, 2, tzinfo=UTC)
SESSION = Session(
    "s",
    NASTY,
    NOW + timedelta(minutes=15),
    NOW + timedelta(hours=2),
    room=NASTY,
    speakers=(NASTY, NASTY),
    dress=NASTY,
    bring=NASTY,
    description=NASTY,
    materials=(Material(NASTY, "https://example.org/?a=1&b=<2>"),),
)
BARE = Session("b", "Bare", NOW, NOW + timedelta(hours=1))
DAY = date(2025, 11, 4)
MISSED = ("blocked", "deleted", "never_started", "refused", "expired", "unknown", "cancelled")
ENTRY = SimpleNamespace(title=NASTY, at=NOW, to_come=True, retracted=False, delivered=3, total=4)
FULL: dict[str, Any] = (
    {
        "event": Event("e", NASTY, ZONE, DAY, DAY, place=NASTY, example=True),
        "person": SimpleNamespace(
            name=NASTY,
            position="P",
            agency="A",
            group="G",
            bus="1",
            room=NASTY,
            seat="A1",
            role=Role.ORGANIZER,
        ),
        "session": SESSION,
        "sessions": (SESSION, BARE, SESSION),
        "notes": [SimpleNamespace(day=DAY, title=NASTY, excerpt=NASTY)] * 5,
        "lines": [SimpleNamespace(name=NASTY, what=NASTY, why=NASTY)] * 3,
        "commands": [("jadwal", NASTY)],
        "handouts": {"s": (SimpleNamespace(title=NASTY),)},
        "links": [(NASTY, "https://example.org/?a=1&b=<2>")],
        "titles": [NASTY],
        "since": NOW,
        "b": NowBoard(
            NOW,
            [Line(SESSION, timedelta(minutes=5))],
            [Line(SESSION, -timedelta(minutes=5))],
            [(Call("c", NOW, session=SESSION), 1, 2), (Call("b", NOW, bus=NASTY), 1, 2)],
            waiting=2,
            failed=2,
            absent=2,
            blocked=2,
            until=NOW,
        ),
        "bars": [NASTY],
        "notices": [(NASTY, NOW)],
        "changes": [("changed", SESSION, BARE), ("cancelled", BARE, None)],
        "materials": [(SESSION, 2)],
        "counts": dict.fromkeys(MISSED, 2),
        "entries": [(1, ENTRY), (2, SimpleNamespace(**{**vars(ENTRY), "to_come": False}))],
        "names": [NASTY] * 3,
        "delay": timedelta(minutes=30),
        "left": timedelta(minutes=2),
        "corrected_at": NOW,
        "retracted_at": NOW,
        "day": DAY,
        "now": NOW,
        "digest_at": "05.30",
        "prompt_at": "20.30",
        "start": NOW,
        "end": NOW,
        "at": NOW,
        "made_at": NOW,
        "lost_at": NOW,
    }
    | dict.fromkeys(
        (
            "minutes",
            "count",
            "first",
            "last",
            "total",
            "done",
            "number",
            "more",
            "chat_id",
            "delivered",
            "parts",
            "files",
            "waiting",
        ),
        3,
    )
    | {name: [NASTY, NASTY] for name in MISSED}
)
EMPTY: dict[str, Any] = {
    "event": Event("e", "E", ZONE, DAY, DAY),
    "person": SimpleNamespace(
        name="N",
        position=None,
        agency=None,
        group=None,
        bus=None,
        room=None,
        seat=None,
        role=Role.AIDE,
    ),
    "session": BARE,
    "sessions": (BARE,),
    "notes": [SimpleNamespace(day=DAY, title=None, excerpt="x")],
    "minutes": None,
    "title": None,
    "question": None,
    "dress": None,
    "number": None,
    "counts": dict.fromkeys(MISSED, 0),
    "entries": [],
    "names": [],
    "handouts": {},
    "links": [],
    "notices": [],
    "b": NowBoard(NOW, [], [], [], waiting=0, failed=0, absent=0, blocked=0),
    "bars": [],
    "changes": [],
    "materials": [],
    "titles": ["x"],
} | dict.fromkeys(
    (
        "left",
        "failed",
        "read",
        "corrected_at",
        "retracted_at",
        "urgent_reason",
        "ask_read",
        "within",
        "too_old",
        "in_place",
        "quiet",
        "late",
        "example",
        "digest",
        "prompt",
        "chosen",
        "on",
        "waiting",
        "more",
        "blocked",
        "never_started",
        "refused",
        "unknown",
        "deleted",
    ),
    False,
)
OURS = (
    "privacy.",
    "general.",
    "reminder.",
    "note.",
    "schedule.",
    "broadcast.",
    "alert.",
    "what.",
    "why.",
    "kind.",
    "command.",
)
KEYS = sorted(key for key in sources("id") if key.startswith(OURS))


def variables(key: str, language: str) -> set[str]:
    environment = catalogue._environment()
    return meta.find_undeclared_variables(environment.parse(sources(language)[key]))


def rendered(key: str, language: str, facts: dict[str, Any]) -> str:
    named = {name: facts.get(name, FULL.get(name, NASTY)) for name in variables(key, language)}
    return str(text(key, language, zone=ZONE, **named))


def test_both_languages_say_the_same_things() -> None:
    assert sources("id").keys() == sources("en").keys()


def test_both_languages_are_given_the_same_facts() -> None:
    for key in sources("id"):
        assert variables(key, "id") == variables(key, "en"), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [FULL, EMPTY], ids=["full", "empty"])
def test_every_message_is_html_that_telegram_takes_whatever_the_facts(
    language: str, facts: dict[str, Any]
) -> None:
    for key in KEYS:
        html = rendered(key, language, facts)
        shown = formatted(html, "HTML", None)
        assert shown.visible, key
        assert len(shown.text) <= MESSAGE_LIMIT, key
        assert "\n\n\n" not in html, key
        assert "{" not in html, key
        assert all(line == line.rstrip() for line in html.splitlines()), key
        if NASTY[:4] in shown.text:
            assert NASTY in shown.text, f"{key}: a fact was not shown as it is"


@pytest.mark.parametrize("language", LANGUAGES)
def test_command_explanations_fit_into_the_menu(language: str) -> None:
    for key in KEYS:
        if key.startswith("command."):
            assert 3 <= len(rendered(key, language, FULL)) <= 256


def test_times_are_written_as_the_country_writes_them() -> None:
    indonesian = rendered("reminder.message", "id", FULL)
    english = rendered("reminder.message", "en", FULL)
    assert "09.15 WIB" in indonesian
    assert "15 menit" in indonesian
    assert "09:15 WIB" in english
    assert "15 min" in english
    assert "Selasa, 4 November 2025" in rendered("reminder.digest", "id", FULL)


@pytest.mark.parametrize(
    ("delta", "indonesian", "english"),
    [
        (timedelta(seconds=20), "1 menit", "1 minute"),
        (timedelta(minutes=90), "1 jam 30 menit", "1 hour 30 minutes"),
        (timedelta(days=2, hours=1), "2 hari 1 jam", "2 days 1 hour"),
    ],
)
def test_durations_in_words(delta: timedelta, indonesian: str, english: str) -> None:
    assert catalogue.duration_words(delta, "id") == indonesian
    assert catalogue.duration_words(delta, "en") == english


@pytest.mark.parametrize(
    ("code", "language"),
    [("en", "en"), ("en-GB", "en"), ("EN", "en"), ("id", "id"), ("jv", "id"), (None, "id")],
)
def test_the_nearest_language_we_speak(code: str | None, language: str) -> None:
    assert catalogue.language_or_default(code) == language


def test_a_text_that_stands_in_two_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "id").mkdir()
    for name in ("a", "b"):
        (tmp_path / "id" / f"{name}.yaml").write_text("same.key: words\n", encoding="utf-8")
    monkeypatch.setattr(catalogue, "_HERE", tmp_path)
    with pytest.raises(ValueError, match=r"b\.yaml: texts defined twice"):
        sources.__wrapped__("id")


# --- no word from anywhere else ----------------------------------------------------------------

AGENDA = """
event:
  id: e
  name: Съезд
  place: Дом
  timezone: Asia/Jakarta
  start: 2025-11-04
  end: 2025-11-05
  dress: Костюм
sessions:
  - {id: a, title: Открытие, start: 2025-11-04 09:00, end: 2025-11-04 10:00, room: Зал, kind: talk}
  - {id: b, title: Обед, start: 2025-11-04 12:00, end: 2025-11-04 13:00, room: Сад, kind: meal}
  - {id: c, title: Спор, start: 2025-11-05 09:00, end: 2025-11-05 10:00, kind: discussion}
"""
ROSTER = "id,name,position,role\np1,Анна,Глава,participant\no1,Пётр,Автор,organizer\n"
_NAMES_OF_THINGS = re.compile(
    r"<[^>]*>|/[a-z]+|https?://\S+|&[a-z]+;|Bahasa Indonesia|English"  # languages name themselves
)


@pytest.fixture
def foreign_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every word of the catalogue in letters that are not Latin."""
    environment = catalogue._environment()

    def foreign(language: str) -> dict[str, str]:
        found = {}
        for key, template in sources(language).items():
            pieces = [
                re.sub(r"(<[^>]*>|/[a-z]+)|[A-Za-z]", lambda m: m.group(1) or "ж", piece)
                if kind == "data"
                else re.sub("[A-Za-z]", "ж", piece)
                if kind == "string"
                else piece
                for _, kind, piece in environment.lex(template.strip())
            ]
            found[key] = "".join(pieces)
        return found

    templates = {language: foreign(language) for language in LANGUAGES}
    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "sources", templates.__getitem__)
        patch.setattr(catalogue, "_day_text", lambda day, language, pattern: f"{day:%d.%m}")
        patch.setattr(clock, "short_name", lambda zone, instant: "час")
        patch.setattr(
            catalogue, "_UNITS", dict.fromkeys(LANGUAGES, (("д", "д"), ("ч", "ч"), ("м", "м")))
        )
        catalogue._template.cache_clear()
        yield
    catalogue._template.cache_clear()


async def test_every_word_a_person_sees_comes_from_the_catalogue(
    tmp_path: Path, foreign_words: None
) -> None:
    (tmp_path / "agenda.yaml").write_text(AGENDA, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    async with staged(tmp_path, now=local("2025-11-04 08:40"), event=tmp_path) as stage:
        people = [await stage.user("p1"), await stage.user("o1")]
        for user in people:
            for words in ("/jadwal", "/sekarang", "/berikutnya", "/besok", "/pengingat",
                          "/bahasa", "/bantuan", "/catatan", "/batal", "/apa", "обед?",
                          "jam berapa mulai?", "/refleksi ура", "/catatan", "/umumkan",
                          "/batal", "/komitmen", "/komitmen ура",
                          "/komitmenbersama", "/start", "/start 1-1"):  # fmt: skip
                await stage.say(user, words)
            user.send_photo(b"x")
            await stage.calm()
            await _press_everything(stage, user)
        await stage.step(local("2025-11-05 09:30"))
        for user in people:
            for message in user.inbox:
                _no_latin(message.get("text") or message.get("caption") or "")
                for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                    for button in row:
                        _no_latin(button["text"])
        for query in stage.world.bot.callbacks.values():
            _no_latin((query.answer or {}).get("text") or "")


async def _press_everything(stage: Stage, user: Any) -> None:
    for message in list(user.inbox):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if "callback_data" in button:
                    try:
                        user.press(message["message_id"], button["callback_data"])
                    except ValueError:
                        continue  # an earlier press has changed the message
                    await stage.calm()


def _no_latin(shown: str) -> None:
    rest = _NAMES_OF_THINGS.sub("", shown)
    assert not re.search("[A-Za-z]", rest), f"not from the catalogue: {shown!r}"
