"""Files that are not what they say, are too much, or mean harm; and importing once more."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.changes import diff
from bot.domain.problems import Severity
from bot.store.agenda_file import parse_agenda
from bot.store.event_writer import agenda_text
from bot.store.schedules.reading import ScheduleFileError, read_schedule
from bot.texts.catalogue import LANGUAGES, sources
from bot.texts.problems import problem_line
from tests.store.schedules.files import (
    Content,
    agenda_of,
    codes_of,
    day,
    event,
    frab,
    imported,
    pentabarf,
    problems_of,
    workbook,
)

SOUND = frab(
    day("2025-11-04", {"Aula": [event("A", guid="a"), event("B", "12:00", guid="b")]}),
    time_zone_name="Asia/Jakarta",
)
LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE schedule [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<schedule><conference><title>&b;</title></conference></schedule>"""
FETCHING = """<?xml version="1.0"?>
<!DOCTYPE schedule [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<schedule><conference><title>&a;</title></conference></schedule>"""
DEEP = "<schedule>" + "<a>" * 100_000


def bomb() -> bytes:
    """A workbook of 100 MB of zeros in 100 kB."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 100 * 1024 * 1024)
    return kept.getvalue()


def other_zip() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_empty"),
        (b" \r\n\t", "import_empty"),
        ("<!DOCTYPE html><html><body>404</body></html>", "import_html"),
        ("<html><head>", "import_html"),
        ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "import_html"),
        ("Jadwal: Selasa", "import_not_schedule"),
        (b"%PDF-1.7", "import_not_schedule"),
        (b"\xd0\xcf\x11\xe0old", "roster_old_excel"),
        (b"PK\x03\x04broken", "import_xlsx"),
        (other_zip(), "import_not_schedule"),
        ("{", "import_json"),
        ("[" * 100_000, "import_json"),
        ('{"n": ' + "9" * 5000 + "}", "import_json"),
        ("{}", "import_no_sessions"),
        ('{"schedule": {"conference": {"days": [{"rooms": {}}]}}}', "import_no_sessions"),
        ("[1, 2]", "import_no_sessions"),
        ("<schedule><day></schedule>", "import_xml"),
        ("<schedule", "import_xml"),
        ('<?xml version="1.0" encoding="klingon"?><schedule/>', "import_xml"),
        (DEEP, "import_not_schedule"),
        (LAUGHS, "import_entities"),
        (FETCHING, "import_entities"),
        ("<rss><channel/></rss>", "import_not_schedule"),
        ("<schedule/>", "import_no_sessions"),
    ],
    ids=lambda value: repr(value)[:24],  # of a zip the start alone: further on is the time
)
def test_a_file_that_is_no_schedule_gets_one_clear_sentence(content: Content, code: str) -> None:
    [problem] = problems_of(content, "x.dat")
    assert (problem.code, problem.is_error) == (code, True)
    for language in LANGUAGES:
        assert " — " in problem_line(problem, language)


def test_a_bomb_and_a_file_of_20_mb_are_not_even_unpacked(tmp_path: Path) -> None:
    assert codes_of(bomb(), "x.xlsx") == {"too_big"}
    assert codes_of(b"{" + b" " * 20 * 1024 * 1024, "x.json") == {"too_big"}
    with pytest.raises(ScheduleFileError) as caught:
        read_schedule(tmp_path / "nowhere.json")
    assert [p.code for p in caught.value.problems] == ["no_file"]


def test_a_schedule_of_years_is_no_event() -> None:
    content = frab(
        day("2020-01-01", {"X": [event("A")]}), day("2025-01-01", {"X": [event("B")]}),
        time_zone_name="UTC",
    )  # fmt: skip
    assert "import_too_long" in codes_of(content)


def test_dates_out_of_this_world_are_told_and_left_out() -> None:
    content = frab(
        day("0001-01-01", {"X": [event("A")]}), day("9999-12-31", {"X": [event("B")]}),
        day("2025-11-04", {"X": [event("C", duration="99:59")]}), time_zone_name="UTC",
    )  # fmt: skip
    assert [s.title for s in agenda_of(content).sessions] == ["C"]
    assert len([p for p in problems_of(content) if p.code == "import_no_start"]) == 2


def test_other_encodings_and_marks_before_the_text_are_read() -> None:
    xml = pentabarf(frab(day("2025-11-04", {"Café": [event("Crème")]}), time_zone_name="UTC"))
    for name in ("utf-8-sig", "utf-16", "iso-8859-1"):
        declared = xml.replace("utf-8", name.removesuffix("-sig"), 1)
        [session] = agenda_of(declared.encode(name), "s.xml").sessions
        assert (session.title, session.room) == ("Crème", "Café")
    [session, _] = agenda_of(json.dumps(SOUND).encode("utf-8-sig")).sessions
    assert session.title == "A"


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [json.dumps(SOUND), pentabarf(SOUND),
         "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:A"
         "\r\nDTSTART:20251104T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"]
    ),
    st.data(),
)  # fmt: skip
def test_a_damaged_file_is_imported_or_refused_but_never_breaks_the_import(
    text: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 60))
    put = data.draw(st.text(max_size=20))
    content = (text[:at] + put + text[at + gone :]).encode("utf-8", "replace")
    for problem in problems_of(content, "x.dat"):
        assert problem_line(problem, "id")


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8)
        | st.sampled_from(["10:00", "2025-11-04", "2025-11-04T10:00:00+07:00", "PT5M"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["title", "start", "date", "duration", "persons", "rooms", "days",
                             "links", "url", "conference", "schedule", "room", "events", "name"]),
            inner, max_size=5),
        max_leaves=15,
    ).filter(lambda tree: isinstance(tree, dict | list))
)  # fmt: skip
def test_any_json_is_imported_or_refused(tree: object) -> None:
    assert isinstance(codes_of(json.dumps(tree)), set)


def test_whatever_is_imported_is_an_agenda_that_may_be_loaded() -> None:
    rooms = {
        f"Ruang {n}": [
            event(
                f"Acara {n}.{m}", f"{8 + m:02d}:{n:02d}", duration="02:30", abstract="kata " * 900
            )
            for m in range(8)
        ]
        for n in range(5)
    }
    content = frab(day("2025-11-04", rooms), day("2025-11-09", rooms), time_zone_name="UTC")
    agenda = agenda_of(content)
    text = agenda_text(agenda, comment="x", heading=lambda n, d: f"{n} {d}")
    assert parse_agenda(text.encode()) == (agenda, ())


def test_a_second_import_keeps_ids_and_what_was_added_and_shows_what_moved() -> None:
    def content(hour: str, *more: str) -> bytes:
        rows = [["Senam", "06.00-07.00"], ["Kopi", "10.00-10.30"], ["Pembukaan", f"{hour}-09.30"]]
        rows += [[title, "15.00-15.30"] for title in more]
        return workbook(
            [["Hari", "Jam", "Acara"], *(["4 November 2025", at, t] for t, at in rows)]
        )

    first = agenda_of(content("08.00", "Kopi"), "r.xlsx")
    mine = replace(
        first,
        event=replace(first.event, name="Retret", digest_at=first.event.quiet_until),
        sessions=tuple(replace(s, dress="Batik", id=f"saya-{s.id}") for s in first.sessions),
    )
    again = agenda_of(content("09.00"), "r.xlsx", existing=mine)
    assert again.event == mine.event
    changes = diff(mine, again)
    assert [(c.id, c.shift) for c in changes.moved] == [("saya-pembukaan", timedelta(hours=1))]
    assert [s.id for s in changes.cancelled] == ["saya-kopi-1104-2"]
    assert not changes.added
    assert all(s.dress == "Batik" for s in again.sessions)


def test_the_days_of_an_existing_event_follow_its_sessions() -> None:
    old = agenda_of(SOUND)
    moved = frab(
        day("2025-11-06", {"Aula": [event("A", guid="a")]}),
        day("2025-11-08", {"Aula": [event("B", guid="b")]}),
        time_zone_name="Asia/Jakarta",
    )
    event_ = agenda_of(moved, existing=old).event
    assert (event_.start, event_.end) == (date(2025, 11, 6), date(2025, 11, 8))
    assert event_.free_days == (date(2025, 11, 7),)
    kept = agenda_of(
        moved, existing=replace(old, event=replace(old.event, keep_until=date(2025, 11, 5)))
    )
    assert kept.event.keep_until == date(2025, 11, 9), "a day after the event, as before"
    wide = replace(old.event, start=date(2025, 11, 3), free_days=(date(2025, 11, 3),))
    kept = agenda_of(SOUND, existing=replace(old, event=wide))
    assert (kept.event.start, kept.event.end) == (old.event.start, old.event.end)


def test_a_file_of_another_zone_arrives_in_that_of_the_existing_event() -> None:
    old = agenda_of(SOUND)
    elsewhere = frab(
        day("2025-11-04", {"Aula": [event("A", "11:00", guid="a")]}),
        time_zone_name="Asia/Makassar",
    )
    again = agenda_of(elsewhere, existing=old)
    assert again.timezone == "Asia/Jakarta"
    assert again.sessions[0].start == old.sessions[0].start


def test_every_finding_of_an_import_has_its_words_in_both_languages() -> None:
    folder = Path(__file__).parents[3] / "bot" / "store" / "schedules"
    written = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for language in LANGUAGES:
        codes = [key for key in sources(language) if key.startswith("check.import_")]
        assert codes
        for key in codes:
            code = key.removeprefix("check.import_")
            assert f'"{code}"' in written or f'"import_{code}"' in written, key


def test_warnings_do_not_stop_an_import() -> None:
    found = imported(frab(day("2025-11-04", {"X": [event("A", duration="")]})))
    assert {p.severity for p in found.problems} == {Severity.WARNING}
