"""frab, pretalx, Pentabarf, FOSDEM: one schedule in all its dialects."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agenda import Kind, Material
from bot.store.schedules.frab import duration_of
from tests.store.schedules.files import (
    agenda_of,
    codes_of,
    day,
    event,
    frab,
    imported,
    pentabarf,
    problems_of,
    rows_of,
    when,
)

BERLIN = {"time_zone_name": "Europe/Berlin"}


def both(schedule: dict[str, Any]) -> list[tuple[Any, str]]:
    """The schedule as JSON and as XML, each with its file name."""
    return [(schedule, "schedule.json"), (pentabarf(schedule), "schedule.xml")]


def test_a_whole_event_arrives_the_same_from_json_and_xml() -> None:
    talk = event(
        "Ein <Titel> & mehr", "11:00", guid="g-1", id="7", date="2014-12-27T11:00:00+01:00",
        room="Saal 1", subtitle="Untertitel", track="Security", type="lecture", language="de",
        abstract="<p>Satz&nbsp;eins.</p><ul><li>a</li><li>b</li></ul>", description="Lang",
        persons=[{"id": 1, "public_name": "Ada"}, {"id": 2, "public_name": "Grace"}],
        links=[{"url": "https://example.org/x", "title": "Salindia"}],
        attachments=[{"url": "/media/a.pdf", "title": ""}], url="https://example.org/t/7",
        duration="01:30", logo="/logo.png",
    )  # fmt: skip
    for content, file in both(frab(day("2014-12-27", {"Saal 1": [talk]}), **BERLIN)):
        found = imported(content, file)
        [session] = found.agenda.sessions
        assert when(found.agenda, session) == "2014-12-27 11:00-12:30"
        assert (session.id, session.title, session.room) == ("g-1", "Ein <Titel> & mehr", "Saal 1")
        assert (session.kind, session.speakers) == (Kind.TALK, ("Ada", "Grace"))
        assert session.description == (
            "Untertitel\n\nSatz eins.\n\n- a\n- b\n\nLang\n\nSecurity · lecture · de"
        )
        assert session.materials == (
            Material("Salindia", "https://example.org/x"),
            Material("example.org", "https://example.org/media/a.pdf"),
            Material("example.org", "https://example.org/t/7"),
        )
        event_ = found.agenda.event
        assert (event_.name, event_.short_name) == ("Konferensi Contoh", "kc25")
        assert (event_.id, event_.timezone) == ("kc25", "Europe/Berlin")
        assert event_.start == event_.end == date(2014, 12, 27)
        assert found.zone_named
        [left_out] = found.problems
        assert (left_out.code, left_out.facts["fields"]) == ("import_left_out", "logo")


def test_only_day_and_clock_time_is_enough_with_the_zone_of_the_file_or_the_one_given() -> None:
    bare = frab(day("2024-02-03", {"H.1301": [event("A", "09:30", id=1)]}), **BERLIN)
    for content, file in both(bare):
        assert rows_of(agenda_of(content, file)) == [("2024-02-03 09:30-10:15", "A", "H.1301")]
    del bare["schedule"]["conference"]["time_zone_name"]
    for content, file in both(bare):
        found = imported(content, file)
        assert found.agenda.timezone == "Asia/Jakarta"
        assert not found.zone_named
        assert [p.code for p in found.problems] == ["import_no_zone"]
        brussels = imported(content, file, zone="Europe/Brussels")
        assert rows_of(brussels.agenda) == [("2024-02-03 09:30-10:15", "A", "H.1301")]
        assert brussels.agenda.timezone == "Europe/Brussels"
        assert brussels.problems == ()


def test_a_moment_in_utc_beside_the_wall_time_is_shown_as_on_the_wall() -> None:
    at = event("A", "10:30", date="2023-09-10T05:00:00+00:00")
    named = frab(day("2023-09-09", {"X": [at]}), time_zone_name="Asia/Kolkata")
    unnamed = frab(day("2023-09-10", {"X": [at]}))
    for schedule in (named, unnamed):
        for content, file in both(schedule):
            assert rows_of(agenda_of(content, file))[0][0] == "2023-09-10 10:30-11:15"


def test_offsets_alone_tell_local_time() -> None:
    talk = event("A", "11:00", date="2014-12-27T11:00:00+01:00")
    for content, file in both(frab(day("2014-12-27", {"X": [talk]}))):
        found = imported(content, file)
        assert rows_of(found.agenda)[0][0] == "2014-12-27 11:00-11:45"
        assert found.agenda.timezone == "Etc/GMT-1"
        assert [p.code for p in found.problems] == ["import_zone_guessed"]
        assert agenda_of(content, file, zone="Europe/Berlin").timezone == "Europe/Berlin"
    home = event("A", "11:00", date="2025-11-04T11:00:00+08:00")
    assert agenda_of(frab(day("2025-11-04", {"X": [home]}))).timezone == "Asia/Makassar"


NIGHT = [event("Late", "23:00"), event("Later", "00:30"), event("Latest", "03:15")]
AFTER = ["2014-12-27 23:00-23:45", "2014-12-28 00:30-01:15", "2014-12-28 03:15-04:00"]


@pytest.mark.parametrize(
    ("bounds", "conference"),
    [
        ({"day_start": "2014-12-27T11:00:00+01:00", "day_end": "2014-12-28T04:00:00+01:00"}, {}),
        ({"day_start": "2014-12-27T11:00:00+01:00"}, {}),
        ({}, {"day_change": "09:00:00"}),
        ({}, {}),
    ],
)
def test_a_day_runs_past_midnight(bounds: dict[str, str], conference: dict[str, str]) -> None:
    schedule = frab(day("2014-12-27", {"X": NIGHT}, **bounds), **conference, **BERLIN)
    for content, file in both(schedule):
        found = agenda_of(content, file)
        assert [when(found, s) for s in found.sessions] == AFTER


def test_what_begins_before_the_day_does_is_no_night() -> None:
    bounds = {"day_start": "2014-12-27T11:00:00", "day_end": "2014-12-27T22:00:00"}
    schedule = frab(day("2014-12-27", {"X": [event("Breakfast", "09:00")]}, **bounds), **BERLIN)
    assert rows_of(agenda_of(schedule))[0][0] == "2014-12-27 09:00-09:45"


def test_an_xsd_date_without_a_time_takes_the_clock_time() -> None:
    schedule = frab(day("2014-12-27", {"X": [event("A", "10:00", date="2014-12-27")]}), **BERLIN)
    for content, file in both(schedule):
        assert rows_of(agenda_of(content, file))[0][0] == "2014-12-27 10:00-10:45"


def test_a_moment_that_contradicts_the_wall_time_wins_and_is_told() -> None:
    talk = event("A", "10:00", date="2014-12-27T12:00:00+01:00")
    schedule = frab(day("2014-12-27", {"X": [talk]}), **BERLIN)
    for content, file in both(schedule):
        assert rows_of(agenda_of(content, file))[0][0] == "2014-12-27 12:00-12:45"
        assert codes_of(content, file) == {"import_clock_differs"}


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("00:45", 45), ("1:00:00", 60), ("01:30", 90), ("25:00", 1500), (45, 45), ("45", 45),
     ("PT1H30M", 90), ("P0DT0H45M0S", 45), ("", None), ("soon", None), ({"en": "00:20"}, 20),
     (None, None)],
)  # fmt: skip
def test_durations(written: object, minutes: int | None) -> None:
    wanted = None if minutes is None else timedelta(minutes=minutes)
    assert duration_of(written) == wanted


def test_ends_that_are_missing_or_wrong_are_guessed_and_told() -> None:
    rooms = {
        "X": [event("A", "10:00", duration=""), event("B", "11:15"),
              event("C", "12:00", duration="00:00"), event("D", "18:00", duration=None)],
        "Y": [event("E", "10:00", date="2025-11-04T10:00:00+07:00",
                    end="2025-11-04T09:00:00+07:00", duration=None)],
    }  # fmt: skip
    content = frab(day("2025-11-04", rooms), time_zone_name="Asia/Jakarta")
    found = imported(content)
    ends = {s.title: when(found.agenda, s)[-5:] for s in found.agenda.sessions}
    assert ends == {"A": "11:15", "B": "12:00", "C": "13:00", "D": "19:00", "E": "11:00"}
    told = {p.code: p.facts["count"] for p in found.problems}
    assert told == {"import_no_end": 3, "import_odd_end": 1}


def test_pretalx_codes_people_and_languages() -> None:
    talk = {
        "code": "ABC", "title": {"de": "Titel", "en": "Title"}, "start": "10:00",
        "date": "2025-11-04T10:00:00+07:00", "duration": "0:30",
        "persons": [{"code": "X", "name": "Ada"}, {"public_name": "Grace", "name": "G."},
                    {"full_public_name": "Edsger"}, "Barbara", {"code": "none"}, None],
        "type": {"en": "Workshop"}, "links": [{"title": "L", "url": "notes.html"}, "ftp://x/y"],
    }  # fmt: skip
    found = imported(frab(day("2025-11-04", {"X": [talk]})))
    [session] = found.agenda.sessions
    assert (session.id, session.title, session.kind) == ("ABC", "Title", Kind.WORKSHOP)
    assert session.speakers == ("Ada", "Grace", "Edsger", "Barbara")
    assert session.materials == (Material("L", "https://example.org/kc25/notes.html"),)
    assert "import_bad_link" in {p.code for p in found.problems}


def test_rooms_may_be_a_list_and_the_schedule_may_stand_alone() -> None:
    rooms = [{"name": "Aula", "events": [event("A")]}, {"name": "Lobi", "events": [event("B")]}]
    content = {
        "conference": {
            "title": "K", "timezone": "Asia/Makassar",
            "days": [{"date": "2025-11-04", "rooms": rooms}],
        }
    }  # fmt: skip
    assert {(t, r) for _, t, r in rows_of(agenda_of(content))} == {("A", "Aula"), ("B", "Lobi")}
    assert agenda_of(content).timezone == "Asia/Makassar"


@pytest.mark.parametrize(
    "content",
    [
        {"talks": [{"code": "A1", "title": {"en": "A"}, "start": "2025-11-04T09:00:00+07:00",
                    "end": "2025-11-04T09:30:00+07:00", "room": 5, "speakers": ["S1"]}],
         "rooms": [{"id": 5, "name": {"en": "Aula"}}],
         "tracks": [{"id": 5, "name": {"en": "Keynotes"}}],
         "speakers": [{"code": "S1", "name": "Ada"}]},
        [{"conf_key": 1, "name": "A", "kind": "talk", "room": "Aula", "authors": ["Ada"],
          "start": "2025-11-04T09:00:00+07:00", "end": "2025-11-04T09:30:00+07:00"}],
        {"sessions": [{"id": "77", "title": "A", "startsAt": "2025-11-04T09:00:00+07:00",
                       "endsAt": "2025-11-04T09:30:00+07:00", "roomId": 3, "speakers": ["u"]}],
         "speakers": [{"id": "u", "fullName": "Ada"}], "rooms": [{"id": 3, "name": "Aula"}]},
        {"days": {"2025-11-04": {"rooms": ["Aula"], "events": [
            {"code": "Q", "title": "A", "session_type": "Talk", "duration": 30, "rooms": ["Aula"],
             "start": "2025-11-04T09:00:00+07:00", "speakers": [{"name": "Ada"}]}]}}},
        {"schedule": {"2025-11-04": {"510": {"12": {
            "code": "Q", "title": "A", "speakers": [{"code": "S", "name": "Ada"}], "duration": 30,
            "slots": [{"id": 9, "room": {"id": 12, "name": {"en": "Aula"}}, "duration": 30,
                       "start": "2025-11-04T09:00:00+07:00", "end": None}]}}}}},
        [{"code": "Q", "title": "A", "speakers": [{"name": "Ada"}],
          "slot": {"room": {"en": "Aula"}, "start": "2025-11-04T09:00:00+07:00",
                   "end": "2025-11-04T09:30:00+07:00"}}],
    ],
    ids=["pretalx widget", "symposion", "sessionize", "europython", "slots", "slot"],
)  # fmt: skip
def test_plainer_lists_of_talks_are_found_wherever_they_stand(content: Any) -> None:
    found = agenda_of(content)
    [session] = found.sessions
    assert rows_of(found) == [("2025-11-04 09:00-09:30", "A", "Aula")]
    assert session.speakers == ("Ada",)


def test_events_that_cannot_be_read_are_told_each_and_the_rest_is_imported() -> None:
    rooms: dict[str, list[Any]] = {
        "X": [event("A"), event("No start", ""), event("", "14:00"), "nonsense",
              event("Odd", "25:99")],
    }  # fmt: skip
    content = frab(day("2025-11-04", rooms), **BERLIN)
    assert [s.title for s in agenda_of(content).sessions] == ["A", "…"]
    lost = [p.facts["title"] for p in problems_of(content) if p.code == "import_no_start"]
    assert lost == ["No start", "nonsense", "Odd"]
    assert "import_no_title" in codes_of(content)


def test_markup_within_fields_of_the_xml_is_no_loss() -> None:
    content = pentabarf(frab(day("2025-11-04", {"X": [event("TITLE", guid="g")]}), **BERLIN))
    content = content.replace(
        "TITLE</title>",
        "Ein <i>neuer</i> Titel</title><abstract><p>Satz <b>eins</b>.</p><p>Zwei.</p></abstract>"
        "<persons><person><name>Ada</name></person></persons><recording><license>CC</license>"
        "</recording><x:note xmlns:x='urn:x'>n</x:note>",
    )
    [session] = agenda_of(content, "s.xml").sessions
    assert (session.title, session.speakers) == ("Ein neuer Titel", ("Ada",))
    assert session.description == "Satz eins.\n\nZwei."
    [left_out] = problems_of(content, "s.xml")
    assert left_out.facts["fields"] == "note, recording"


def test_other_elements_for_the_same_things_are_read_too() -> None:
    content = """<schedule created="2014"><day date="2014-07-21"><entry id="1">
        <start>0930</start><duration>30</duration><room>C01</room><title>Breakfast</title>
        <speakers><speaker id="5"><name>Ada</name><profile>https://example.org/5</profile>
        <description>Lama.</description></speaker></speakers></entry></day></schedule>"""
    found = agenda_of(content, "s.xml", zone="Europe/Berlin")
    assert rows_of(found) == [("2014-07-21 09:30-10:00", "Breakfast", "C01")]
    assert found.sessions[0].speakers == ("Ada",)
    assert found.sessions[0].id == "1"


def test_in_xml_the_line_of_an_unreadable_event_is_told() -> None:
    rooms = {"X": [event("A"), event("No start", "")]}
    content = pentabarf(frab(day("2025-11-04", rooms), **BERLIN))
    [problem] = problems_of(content, "schedule.xml")
    assert problem.code == "import_no_start"
    assert problem.line is not None
    assert "No start" in content.splitlines()[problem.line - 1]


def test_ids_of_the_file_are_kept_and_made_one_where_they_are_not() -> None:
    rooms = {"X": [event("A", "09:00", guid="g"), event("B", "10:00", guid="g"),
                   event("C", "11:00", guid="x" * 300)]}  # fmt: skip
    content = frab(day("2025-11-04", rooms), **BERLIN)
    ids = [s.id for s in agenda_of(content).sessions]
    assert ids[:2] == ["g", "g-2"]
    assert len(ids[2]) <= 80
    assert "import_same_id" in codes_of(content)


def test_ids_made_of_titles_survive_another_time_and_room() -> None:
    def content(hour: str, room: str) -> dict[str, Any]:
        rooms = {room: [event("Pembukaan", hour), event("Kopi", "15:00")]}
        more = {room: [event("Kopi", "15:00"), event("Kopi", "17:00")]}
        return frab(day("2025-11-04", rooms), day("2025-11-05", more), **BERLIN)

    ids = [s.id for s in agenda_of(content("09:00", "X")).sessions]
    assert ids == ["pembukaan", "kopi-1104", "kopi-1105", "kopi-1105-2"]
    assert ids == [s.id for s in agenda_of(content("11:00", "Y")).sessions]


def test_texts_that_no_message_holds_are_shortened_and_told() -> None:
    long = "kata " * 2000
    talk = event("T" * 300, abstract=long, persons=[f"Person {n} " + "x" * 90 for n in range(60)])
    found = imported(frab(day("2025-11-04", {"R" * 200: [talk]}), **BERLIN))
    [session] = found.agenda.sessions
    assert len(session.title) <= 200
    assert session.title.endswith(" …")
    fields = {p.facts["field"] for p in found.problems if p.code == "import_shortened"}
    assert fields >= {"title", "room", "speakers"}


def test_rooms_with_several_sessions_and_days_without_any_are_written_into_the_event() -> None:
    rooms = {"Lobi": [event("A"), event("B", "10:15"), event("C", "10:30")], "Aula": [event("D")]}
    later = {"Aula": [event("E")]}
    content = frab(day("2025-11-04", rooms), day("2025-11-07", later), **BERLIN)
    found = imported(content)
    assert found.agenda.event.shared_rooms == ("Lobi",)
    assert found.agenda.event.free_days == (date(2025, 11, 5), date(2025, 11, 6))
    assert {p.code for p in found.problems} == {"import_shared_room", "import_free_days"}


def test_kinds_are_guessed_from_type_and_title() -> None:
    kinds = {
        ("Lunch break", "", ()): Kind.MEAL,
        ("Opening Ceremony", "", ("Ada",)): Kind.CEREMONY,
        ("Gala Dinner", "", ()): Kind.MEAL,
        ("Key-Signing Party introduction", "", ("Ada",)): Kind.TALK,
        ("Fun", "BoF (45 minutes)", ("Ada",)): Kind.DISCUSSION,
        ("(Coffee break)", "", ()): Kind.BREAK,
        ("Something", "", ()): Kind.OTHER,
    }
    for (title, sort, people), kind in kinds.items():
        content = frab(day("2025-11-04", {"X": [event(title, type=sort, persons=list(people))]}))
        assert agenda_of(content, zone="UTC").sessions[0].kind is kind, title


_TITLE = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=20
)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(_TITLE.map(lambda t: " ".join(t.split())).filter(bool), st.integers(0, 1439),
                  st.integers(5, 600), st.sampled_from(["Aula", "Lobi & <Taman>", "Zoom"])),
        min_size=1, max_size=12,
    ),
    st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "Asia/Kathmandu"]),
)  # fmt: skip
def test_sessions_in_are_sessions_out_at_their_local_times(
    rows: list[tuple[str, int, int, str]], zone: str
) -> None:
    rooms: dict[str, list[dict[str, Any]]] = {}
    for n, (title, minute, length, room) in enumerate(rows):
        at = f"{minute // 60:02d}:{minute % 60:02d}"
        span = f"{length // 60:02d}:{length % 60:02d}"
        rooms.setdefault(room, []).append(
            event(title.replace("&", "+"), at, duration=span, guid=f"g{n}")
        )
    bounds = {"day_start": "2025-11-04T00:00:00", "day_end": "2025-11-05T00:00:00"}
    schedule = frab(day("2025-11-04", rooms, **bounds), time_zone_name=zone)
    for content, file in both(schedule):
        found = agenda_of(content, file)
        assert len(found.sessions) == len(rows)
        for n, (_, minute, length, room) in enumerate(rows):
            session = found.find(f"g{n}")
            assert session is not None
            at = f"2025-11-04 {minute // 60:02d}:{minute % 60:02d}"
            assert when(found, session).startswith(at)
            assert session.duration == timedelta(minutes=length)
            assert session.room == room
