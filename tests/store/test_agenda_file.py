"""Reading agenda.yaml: good files to an Agenda, bad ones to every problem with its line."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.agenda import Kind, Material
from bot.domain.problems import Problem
from bot.store.agenda_file import (
    AgendaFileError,
    parse_agenda,
    read_agenda,
    read_agenda_with_warnings,
)
from bot.store.agenda_schema import kind_of
from bot.texts.catalogue import LANGUAGES
from bot.texts.problems import problem_line

SHIPPED = Path(__file__).parents[2] / "data" / "mandala-magelang"

GOOD = """\
event:
  name: Orientasi
  timezone: Asia/Jakarta
  start: 2025-11-04
  end: 2025-11-05
sessions:
  - id: a
    title: Pembukaan
    start: 2025-11-04 08:00
    end: 2025-11-04 09:00
    room: Aula
  - id: b
    title: Materi
    start: 2025-11-05 09:00
    end: 2025-11-05 10:00
    room: Aula
"""


def problems(text: str | bytes, *, lenient: bool = False) -> list[tuple[int | None, str]]:
    """Line and code of everything found, errors and warnings."""
    return [(p.line, p.code) for p in found(text, lenient=lenient)]


def found(text: str | bytes, *, lenient: bool = False) -> tuple[Problem, ...]:
    content = text if isinstance(text, bytes) else text.encode()
    try:
        return parse_agenda(content, lenient=lenient)[1]
    except AgendaFileError as error:
        return error.problems


def test_the_shipped_event_is_sound_and_says_that_it_is_an_example() -> None:
    agenda, warnings = read_agenda_with_warnings(SHIPPED)
    assert warnings == ()
    assert agenda.event.example
    assert len(agenda.days) == 4
    assert 30 <= len(agenda.sessions) <= 40
    assert all(s.room for s in agenda.sessions)
    assert all(s.question for s in agenda.sessions if s.kind.learning)


def test_a_folder_and_its_bare_file_give_the_same_agenda() -> None:
    assert read_agenda(SHIPPED) == read_agenda(SHIPPED / "agenda.yaml")


def test_every_field_arrives_as_written() -> None:
    agenda = parse_agenda(b"""
event:
  id: o25
  name: Orientasi Mahasiswa
  short_name: Orientasi
  organizer: Panitia
  place: Kampus
  address: Jl. Contoh 1
  latitude: -7.05
  longitude: 110.4
  timezone: asia/jakarta
  start: 2025-11-04
  end: 2025-11-04
  example: yes
  dress: Putih
  digest_at: 05.15
  prompt_at: 20:30
  version: 7
  reflection_questions: Apa kabar?
sessions:
  - id: 1
    title: Yes
    start: 2025-11-04T08:00:30
    end: 2025-11-04 24:00
    kind: coffee break
    room: 101
    speakers: [Dekan, Rektor]
    description: |
      Baris satu
      Baris dua
    dress: Batik
    bring: Pena
    aliases: pembukaan
    question: Mengapa?
    materials: [{title: Salindia, url: "https://example.org/a"}]
""")[0]
    event, session = agenda.event, agenda.sessions[0]
    assert (event.id, event.name, event.short_name) == ("o25", "Orientasi Mahasiswa", "Orientasi")
    assert (event.organizer, event.place, event.address) == ("Panitia", "Kampus", "Jl. Contoh 1")
    assert (event.latitude, event.longitude) == (-7.05, 110.4)
    assert (event.timezone, event.example, event.dress) == ("Asia/Jakarta", True, "Putih")
    assert (event.start, event.end) == (date(2025, 11, 4), date(2025, 11, 4))
    assert (event.digest_at, event.prompt_at) == (time(5, 15), time(20, 30))
    assert (agenda.version, event.reflection_questions) == (7, ("Apa kabar?",))
    assert (session.id, session.title, session.room) == ("1", "Yes", "101")
    assert session.start == datetime(2025, 11, 4, 1, 0, 30, tzinfo=UTC)
    assert session.end == datetime(2025, 11, 4, 17, tzinfo=UTC)
    assert session.kind is Kind.BREAK
    assert session.speakers == ("Dekan", "Rektor")
    assert session.description == "Baris satu\nBaris dua"
    assert (session.dress, session.bring, session.question) == ("Batik", "Pena", "Mengapa?")
    assert session.aliases == ("pembukaan",)
    assert session.materials == (Material("Salindia", "https://example.org/a"),)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2025-11-04 08:00", "01:00"),
        ("2025-11-04T08:00", "01:00"),
        ('"2025-11-04 08.00"', "01:00"),
        ("2025-11-04T08:00:00+07:00", "01:00"),
        ("2025-11-04T08:00:00+0800", "00:00"),
        ("2025-11-04 08:00 +07", "01:00"),
        ("2025-11-04T01:00:00Z", "01:00"),
        ("2025-11-04T01:00:00.250Z", "01:00"),
    ],
)
def test_a_start_may_be_wall_time_of_the_event_or_carry_an_offset(written: str, utc: str) -> None:
    agenda = parse_agenda(GOOD.replace("2025-11-04 08:00", written).encode())[0]
    assert agenda.sessions[0].start.strftime("%H:%M") == utc


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("materi", Kind.TALK),
        ("Materi 2", Kind.TALK),
        ("istirahat", Kind.BREAK),
        ("makan siang", Kind.MEAL),
        ("upacara", Kind.CEREMONY),
        ("apel", Kind.ASSEMBLY),
        ("senam", Kind.EXERCISE),
        ("jalan-sehat", Kind.EXERCISE),
        ("ishoma", Kind.PRAYER),
        ("simulasi", Kind.SIMULATION),
        ("diskusi", Kind.DISCUSSION),
        ("refleksi", Kind.REFLECTION),
        ("perjalanan", Kind.TRAVEL),
        ("registrasi", Kind.REGISTRATION),
        ("TALK", Kind.TALK),
        ("xyzzy", None),
    ],
)
def test_kinds_are_known_by_indonesian_and_english_words(word: str, kind: Kind | None) -> None:
    assert kind_of(word) is kind


def _swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "line", "code"),
    [
        (_swap("09:00\n    room", "07:00\n    room"), 10, "ends_early"),
        (_swap("09:00\n    room", "08:00\n    room"), 10, "ends_early"),
        (_swap("2025-11-05 09:00", "2025-11-04 08:30"), 14, "room_overlap"),
        (_swap("room: Aula\n  - id: b", "room: Aula\n  - id: a"), 12, "duplicate_id"),
        (_swap("Asia/Jakarta", "Asia/Jakarata"), 3, "unknown_zone"),
        (_swap("end: 2025-11-05\n", "end: 2025-11-07\n"), 1, "empty_days"),
        (_swap("end: 2025-11-05\n", "end: 2025-11-04\n"), 14, "outside_event"),
        (_swap("end: 2025-11-05 10:00", "end: 2025-11-08 10:00"), 15, "outside_event"),
        (_swap("end: 2025-11-05\n", "end: 2025-11-03\n"), 5, "event_ends_early"),
        (_swap("end: 2025-11-05\n", "end: 2052-11-05\n"), 5, "event_too_long"),
        (_swap("2025-11-04\n", "2025-02-30\n"), 4, "no_such_date"),
        (_swap("2025-11-04\n", "0001-01-01\n"), 4, "no_such_date"),
        (_swap("2025-11-04\n", "besok\n"), 4, "bad_day"),
        (_swap("2025-11-04 08:00", "2025-02-30 08:00"), 9, "no_such_date"),
        (_swap("2025-11-04 08:00", "2025-11-04 25:00"), 9, "no_such_clock"),
        (_swap("2025-11-04 08:00", "2025-11-04 08:75"), 9, "no_such_clock"),
        (_swap("2025-11-04 08:00", "08:00"), 9, "bad_moment"),
        (_swap("2025-11-04 08:00", "2025-11-04 08:00+99:00"), 9, "bad_moment"),
        (_swap("title: Pembukaan", "title: ''"), 8, "empty"),
        (_swap("title: Pembukaan", "title:"), 8, "missing"),
        (_swap("title: Pembukaan", "title: [x]"), 8, "not_text"),
        (_swap("title: Pembukaan", 'title: "a\\a"'), 8, "bad_character"),
        (_swap("id: a", "id:"), 7, "missing"),
        (_swap("title: Pembukaan", "tittle: Pembukaan"), 8, "unknown_key"),
        (_swap("room: Aula", "location: Aula"), 11, "unknown_key"),
        (_swap("room: Aula", "kind: matery"), 11, "unknown_kind"),
        (_swap("room: Aula", "speakers: {a: b}"), 11, "not_list"),
        (_swap("room: Aula", "speakers: [a, [b]]"), 11, "not_text"),
        (_swap("room: Aula", "materials: [a]"), 11, "not_mapping"),
        (_swap("room: Aula", "materials: [{title: x, link: y}]"), 11, "unknown_key"),
        (_swap("room: Aula", "materials: [{title: x, url: 'ftp://x'}]"), 11, "bad_url"),
        (_swap("room: Aula", "materials: [{title: x, url: 'http://['}]"), 11, "bad_url"),
        (_swap("room: Aula", f"room: {'x' * 101}"), 11, "too_long"),
        (_swap("room: Aula", f"room: {'🎉' * 51}"), 11, "too_long"),
        (
            _swap("room: Aula", "speakers: [" + ", ".join(["x" * 190] * 20) + "]"),
            7,
            "card_too_long",
        ),
        (_swap("name: Orientasi", "name: Orientasi\n  example: maybe"), 3, "not_bool"),
        (_swap("name: Orientasi", "name: Orientasi\n  latitude: 95"), 3, "bad_coordinate"),
        (_swap("name: Orientasi", "name: Orientasi\n  latitude: nan"), 3, "bad_coordinate"),
        (_swap("name: Orientasi", "name: Orientasi\n  latitude: utara"), 3, "not_number"),
        (_swap("name: Orientasi", "name: Orientasi\n  latitude: 5"), 2, "half_coordinates"),
        (_swap("name: Orientasi", "name: Orientasi\n  map: {lat: 5}"), 3, "missing"),
        (_swap("name: Orientasi", "name: Orientasi\n  digest_at: pagi"), 3, "bad_clock"),
        (_swap("name: Orientasi", "name: Orientasi\n  digest_at: '24:00'"), 3, "no_such_clock"),
        (_swap("name: Orientasi", "name: Orientasi\n  version: 0"), 3, "not_number"),
        (_swap("name: Orientasi", "name: Orientasi\n  name: Lagi"), 3, "duplicate_key"),
        (_swap("  timezone: Asia/Jakarta\n", ""), 2, "missing"),
        (_swap("name: Orientasi", "name: Materi 1: Awal"), 2, "yaml_colon"),
        (_swap("  name:", "\tname:"), 2, "yaml_tab"),
        (_swap("name: Orientasi", "name: [Orientasi"), 3, "yaml_syntax"),
        (_swap("name: Orientasi", "name: *lain"), 2, "yaml_alias"),
        (_swap("name: Orientasi", "? [a]\n  : b"), 2, "yaml_key"),
        (_swap("Orientasi", "\x07"), 2, "bad_character"),
        (_swap("sessions:", "acara: 1\nsessions:"), 6, "unknown_key"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    change: Callable[[str], str], line: int, code: str
) -> None:
    wrong = found(change(GOOD))
    assert (line, code) in [(p.line, p.code) for p in wrong]
    assert any(p.is_error for p in wrong)
    for language in LANGUAGES:
        assert all(problem_line(p, language) for p in wrong)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(None, "empty_file")]),
        ("# nothing\n", [(None, "empty_file")]),
        ("{}", [(1, "empty_file")]),
        ("hello", [(None, "not_agenda")]),
        ("- a", [(1, "not_agenda")]),
        (b"event:\n  name: \xff", [(2, "not_utf8")]),
        ("[" * 100_000, [(1, "yaml_deep")]),
        ("event: {}\nsessions: []", [(1, "missing"), (2, "no_sessions")]),
        ("event: x\nsessions: y", [(1, "not_mapping"), (2, "not_list")]),
    ],
)
def test_a_file_that_is_no_agenda_is_named_so(
    text: str | bytes, expected: list[tuple[int | None, str]]
) -> None:
    assert problems(text) == expected


def test_everything_wrong_is_told_in_one_go() -> None:
    text = GOOD.replace("name: Orientasi", "nam: O").replace("title: Materi", "title: ''")
    text = text.replace("id: b", "id: a").replace("2025-11-05 10:00", "2025-11-05 08:00")
    assert problems(text) == [
        (2, "unknown_key"),
        (2, "missing"),
        (12, "duplicate_id"),
        (13, "empty"),
        (15, "ends_early"),
    ]


def test_a_missing_file_is_a_problem_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(AgendaFileError) as caught:
        read_agenda(tmp_path)
    assert [p.code for p in caught.value.problems] == ["no_file"]
    assert "agenda.yaml" in str(caught.value)


def test_a_file_too_large_to_be_one_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "agenda.yaml"
    path.write_bytes(b"#" * (5 * 1024 * 1024 + 1))
    with pytest.raises(AgendaFileError, match="too_big"):
        read_agenda(path)


def test_a_directory_in_place_of_the_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "agenda.yaml").mkdir()
    with pytest.raises(AgendaFileError, match="unreadable"):
        read_agenda(tmp_path)


def test_sessions_back_to_back_or_in_other_rooms_do_not_overlap() -> None:
    back_to_back = GOOD.replace("2025-11-05 09:00", "2025-11-04 09:00")
    assert "room_overlap" not in [code for _, code in problems(back_to_back)]
    elsewhere = GOOD.replace("2025-11-05 09:00", "2025-11-04 08:30").replace(
        "10:00\n    room: Aula", "10:00\n    room: Kelas"
    )
    assert "room_overlap" not in [code for _, code in problems(elsewhere)]


def test_a_long_session_is_compared_with_every_later_one_in_its_room() -> None:
    text = GOOD.replace("end: 2025-11-04 09:00", "end: 2025-11-05 12:00").replace(
        "  - id: b",
        "  - {id: c, title: C, start: 2025-11-04 10:00, end: 2025-11-04 11:00, room: aula}\n"
        "  - id: b",
    )
    assert problems(text) == [(12, "room_overlap"), (15, "room_overlap")]


def test_the_last_evening_may_run_past_midnight() -> None:
    assert problems(GOOD.replace("2025-11-05 10:00", "2025-11-06 01:00")) == []


def test_merged_and_repeated_yaml_parts_are_understood() -> None:
    text = GOOD.replace("  - id: a\n", "  - &first\n    id: a\n").replace(
        "  - id: b\n", "  - <<: *first\n    id: b\n"
    )
    assert [s.room for s in parse_agenda(text.encode())[0].sessions] == ["Aula", "Aula"]
    assert problems(GOOD + "---\nmore: 1\n") == [(17, "yaml_documents")]


def test_a_foreign_file_is_read_with_warnings() -> None:
    agenda, warnings = parse_agenda(
        b"""
event: {name: Orientasi, place: Kampus, city: Depok}
sessions:
  - {title: Rehat, start: 2025-11-04T08:00:00+07:00, speaker: Dekan, location: Aula}
  - {title: Rehat, start: 2025-11-04 09:30, end: 2025-11-04 10:00, speaker: null, kind: zzz}
  - {title: Akhir, start: 2025-11-06 09:30, id: z}
  - {title: Lain, start: 2025-11-06 08:30, end: 2025-11-06 08:00, id: z, room: R}
""",
        lenient=True,
    )
    by_id = {s.id: s for s in agenda.sessions}
    assert set(by_id) == {"rehat", "rehat-2", "z", "z-2"}
    assert by_id["rehat"].speakers == ("Dekan",)
    assert by_id["rehat"].room == "Aula"
    assert by_id["rehat"].duration == timedelta(minutes=90)
    assert by_id["rehat-2"].speakers == ()
    assert by_id["rehat-2"].kind is Kind.OTHER
    assert by_id["z"].duration == timedelta(minutes=60)
    assert (agenda.event.start, agenda.event.end) == (date(2025, 11, 4), date(2025, 11, 6))
    assert agenda.timezone == "Asia/Jakarta"
    assert [(p.line, p.code) for p in warnings] == [
        (2, "unknown_key"),
        (2, "no_zone"),
        (2, "empty_days"),
        (4, "guessed_end"),
        (5, "unknown_kind"),
        (6, "guessed_end"),
        (7, "renamed_id"),
        (7, "ends_early"),
        (7, "guessed_end"),
    ]
    for language in LANGUAGES:
        assert all(problem_line(p, language) for p in warnings)


def test_a_foreign_file_needs_no_event_at_all() -> None:
    text = b"sessions: [{title: Kuliah, start: 2025-11-04 08:00}]"
    agenda = parse_agenda(text, file="kuliah.yaml", lenient=True)[0]
    assert agenda.event.name == "kuliah"
    assert agenda.days == (date(2025, 11, 4),)


def test_what_strict_reading_accepts_lenient_reading_takes_alike() -> None:
    content = (SHIPPED / "agenda.yaml").read_bytes()
    assert parse_agenda(content, lenient=True) == parse_agenda(content)


def test_a_thousand_sessions_are_checked_against_each_other() -> None:
    start = datetime(2025, 11, 4)
    sessions = [
        {
            "id": f"s{n}",
            "title": f"Sesi {n}",
            "start": (start + timedelta(minutes=10 * (n // 10))).isoformat(),
            "end": (start + timedelta(minutes=10 * (n // 10) + 10)).isoformat(),
            "room": f"R{n % 10}",
        }
        for n in range(1000)
    ]
    event = {"name": "K", "timezone": "UTC", "start": "2025-11-04", "end": "2025-11-04"}
    text = yaml.safe_dump({"event": event, "sessions": sessions})
    assert len(parse_agenda(text.encode())[0].sessions) == 1000


_SOUND = settings(derandomize=True, deadline=None, max_examples=150)


@_SOUND
@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b"a: &a [*a]\n<<: *a")
@example(b"event: &e {<<: *e, map: *e}\nsessions: [*e]")
def test_any_bytes_give_an_agenda_or_its_problems(content: bytes) -> None:
    for lenient in (False, True):
        assert all(problem_line(p, "id") for p in found(content, lenient=lenient))


_words = st.sampled_from(
    [
        *GOOD.split(),
        "\n",
        "  ",
        "\t",
        "[",
        "}",
        "&a",
        "*a",
        "<<:",
        "null",
        "2025-11-04 24:00",
        "🎉",
    ]
)


@_SOUND
@given(st.integers(0, len(GOOD)), st.integers(0, 30), st.lists(_words, max_size=6).map(" ".join))
def test_any_edit_of_a_good_file_gives_an_agenda_or_its_problems(
    at: int, gone: int, put: str
) -> None:
    edited = GOOD[:at] + put + GOOD[at + gone :]
    for lenient in (False, True):
        assert all(problem_line(p, "en") for p in found(edited, lenient=lenient))


_line = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co"]), max_size=60)
    .map(lambda text: " ".join(text.replace("\ufeff", "").split()))
    .filter(bool)
)


@st.composite
def _files(draw: st.DrawFn) -> dict[str, Any]:
    zone = draw(st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "UTC"]))
    moment = datetime(2025, 11, 4, 6)
    sessions = []
    for number in range(draw(st.integers(1, 6))):
        end = moment + timedelta(minutes=draw(st.integers(5, 120)))
        session: dict[str, Any] = {"id": f"s{number}", "title": draw(_line)}
        session |= {"start": moment.isoformat(), "end": end.strftime("%Y-%m-%d %H:%M")}
        session |= {"kind": draw(st.sampled_from([str(kind) for kind in Kind]))}
        session |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "room": _line,
                    "description": _line,
                    "question": _line,
                    "speakers": st.lists(_line, max_size=3),
                    "aliases": st.lists(_line, max_size=3),
                },
            )
        )
        sessions.append(session)
        moment = end
    event = {"id": "e", "name": draw(_line), "timezone": zone}
    return {"event": event | {"start": "2025-11-04", "end": "2025-11-04"}, "sessions": sessions}


@_SOUND
@given(_files(), st.booleans())
def test_a_written_file_reads_back_as_it_was(file: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(file, allow_unicode=True, default_flow_style=flow)
    agenda, warnings = parse_agenda(text.encode())
    assert warnings == ()
    assert (agenda.event.name, agenda.timezone) == (
        file["event"]["name"],
        file["event"]["timezone"],
    )
    for session, written in zip(agenda.sessions, file["sessions"], strict=True):
        assert session.title == written["title"]
        assert session.kind == written["kind"]
        for key in ("room", "description", "question"):
            assert getattr(session, key) == written.get(key)
        assert list(session.speakers) == written.get("speakers", [])
        assert list(session.aliases) == written.get("aliases", [])


def test_shared_places_and_days_off_are_named_by_the_event() -> None:
    text = GOOD.replace("end: 2025-11-05\n", "end: 2025-11-08\n", 1)
    text = text.replace(
        "2025-11-05 09:00\n    end: 2025-11-05", "2025-11-04 08:30\n    end: 2025-11-04"
    )
    assert {code for _, code in problems(text)} == {"room_overlap", "empty_days"}
    head = "  shared_rooms: [aula]\n  free_days: [2025-11-05, 2025-11-06/2025-11-08]\nsessions:"
    agenda = parse_agenda(text.replace("sessions:", head).encode())[0]
    assert agenda.event.free_days == tuple(date(2025, 11, day) for day in (5, 6, 7, 8))
    wrong = text.replace("sessions:", "  free_days: [besok]\nsessions:")
    assert "bad_day" in {code for _, code in problems(wrong)}
