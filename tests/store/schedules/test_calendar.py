"""iCalendar: zones, whole days, repeated and cancelled events."""

from datetime import timedelta

import pytest

from bot.domain.agenda import Kind, Material
from tests.store.schedules.files import agenda_of, codes_of, imported, problems_of, rows_of, when

BERLIN = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
"""


def vevent(*lines: str, uid: str = "u1", title: str = "Acara") -> str:
    head = ("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", "DTSTAMP:20250101T000000Z")
    return "\n".join((*head, *lines, "END:VEVENT\n"))


def ics(*parts: str, head: str = "") -> str:
    text = (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//ID\n{head}{''.join(parts)}END:VCALENDAR\n"
    )
    return text.replace("\n", "\r\n")


def times(content: str, **options: str) -> list[str]:
    agenda = agenda_of(content, "a.ics", **options)
    return [when(agenda, s) for s in agenda.sessions]


def test_every_field_of_an_event_arrives() -> None:
    content = ics(
        vevent(
            "DTSTART;TZID=Asia/Makassar:20251104T090000",
            "DTEND;TZID=Asia/Makassar:20251104T103000",
            "LOCATION:Aula\\, Lantai 2",
            "DESCRIPTION:Baris satu\\n<b>Baris</b> dua",
            "CATEGORIES:Workshop,Umum",
            "URL:https://example.org/a",
            "ATTACH:https://example.org/b.pdf",
            'ATTENDEE;CN="Ada":invalid:nomail',
            "ATTENDEE;CN=Tamu:mailto:tamu@example.org",
            uid="460@x",
            title="Materi 1\\; Awal",
        ),
        head="X-WR-CALNAME:Orientasi\n",
    )
    found = imported(content, "a.ics")
    [session] = found.agenda.sessions
    assert rows_of(found.agenda) == [
        ("2025-11-04 09:00-10:30", "Materi 1; Awal", "Aula, Lantai 2")
    ]
    assert (session.id, session.kind, session.speakers) == ("460@x", Kind.WORKSHOP, ("Ada",))
    assert session.description == "Baris satu\nBaris dua"
    assert session.materials == (
        Material("example.org", "https://example.org/b.pdf"),
        Material("example.org", "https://example.org/a"),
    )
    assert (found.agenda.event.name, found.agenda.timezone) == ("Orientasi", "Asia/Makassar")
    assert (found.problems, found.zone_named) == ((), True)


def test_times_in_utc_are_shown_in_the_zone_of_the_calendar_or_the_one_given() -> None:
    event = vevent("DTSTART:20200918T110000Z", "DTEND:20200918T120000Z")
    assert times(ics(event, head="X-WR-TIMEZONE:Europe/Berlin\n")) == ["2020-09-18 13:00-14:00"]
    assert times(ics(event), zone="Europe/Berlin") == ["2020-09-18 13:00-14:00"]
    assert times(ics(event)) == ["2020-09-18 18:00-19:00"]
    assert codes_of(ics(event), "a.ics") == {"import_no_zone"}
    assert codes_of(ics(event, head="X-WR-TIMEZONE:Mars/Base\n"), "a.ics") == {
        "import_unknown_zone",
        "import_no_zone",
    }


def test_times_without_a_zone_are_wall_time() -> None:
    event = vevent("DTSTART:20251104T090000", "DURATION:PT45M")
    assert times(ics(event), zone="Asia/Jayapura") == ["2025-11-04 09:00-09:45"]


def test_a_zone_that_the_file_defines_itself_is_kept_over_the_change_of_clocks() -> None:
    events = [
        vevent(f"DTSTART;TZID=Europe/Berlin:202510{d}T090000", "DURATION:PT1H", uid=d)
        for d in ("25", "26")
    ]
    assert times(ics(BERLIN, *events)) == ["2025-10-25 09:00-10:00", "2025-10-26 09:00-10:00"]
    strange = ics(BERLIN, *events).replace("Europe/Berlin", "Unser Ort")
    assert times(strange, zone="Europe/Berlin") == [
        "2025-10-25 09:00-10:00",
        "2025-10-26 09:00-10:00",
    ]


def test_whole_days_are_midnight_to_midnight_and_told() -> None:
    content = ics(
        vevent("DTSTART;VALUE=DATE:20251104", uid="a"),
        vevent("DTSTART;VALUE=DATE:20251105", "DTEND;VALUE=DATE:20251107", uid="b"),
    )
    found = agenda_of(content, "a.ics")
    assert [s.duration for s in found.sessions] == [timedelta(days=1), timedelta(days=2)]
    assert times(content)[0] == "2025-11-04 00:00-00:00"
    assert (found.event.start.day, found.event.end.day) == (4, 6)
    assert "import_all_day" in codes_of(content, "a.ics")


def test_a_repeated_event_becomes_as_many_sessions_each_with_an_id_of_its_own() -> None:
    content = ics(
        BERLIN,
        vevent(
            "DTSTART;TZID=Europe/Berlin:20251024T090000",
            "DTEND;TZID=Europe/Berlin:20251024T100000",
            "RRULE:FREQ=DAILY;UNTIL=20251028T080000Z",
            "EXDATE;TZID=Europe/Berlin:20251025T090000",
        ),
        vevent(
            "RECURRENCE-ID;TZID=Europe/Berlin:20251027T090000",
            "DTSTART;TZID=Europe/Berlin:20251027T110000",
            "DURATION:PT1H",
            title="Acara, digeser",
        ),
    )
    found = agenda_of(content, "a.ics")
    assert times(content) == [
        "2025-10-24 09:00-10:00",
        "2025-10-26 09:00-10:00",
        "2025-10-27 11:00-12:00",
        "2025-10-28 09:00-10:00",
    ]
    ids = [s.id for s in found.sessions]
    assert ids == ["u1-20251024T0900", "u1-20251026T0900", "u1-20251027T0900", "u1-20251028T0900"]
    assert "import_repeated" in codes_of(content, "a.ics")


@pytest.mark.parametrize(
    ("rule", "code", "count"),
    [
        ("FREQ=WEEKLY;COUNT=3", "import_repeated", 3),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4", "import_repeated", 4),
        ("FREQ=DAILY", "import_rule_endless", 366),
    ],
)
def test_rules_of_repetition(rule: str, code: str, count: int) -> None:
    content = ics(vevent("DTSTART:20251104T090000", "DURATION:PT1H", f"RRULE:{rule}"))
    assert code in codes_of(content, "a.ics")
    assert len(agenda_of(content, "a.ics").sessions) == count


def test_dates_given_one_by_one_are_repetitions_too() -> None:
    content = ics(
        vevent("DTSTART:20251104T090000", "DURATION:PT1H", "RDATE:20251105T090000,20251107T130000")
    )
    assert [row[:16] for row in times(content)] == [
        "2025-11-04 09:00",
        "2025-11-05 09:00",
        "2025-11-07 13:00",
    ]


def test_what_is_cancelled_or_has_no_time_is_told_and_left_out() -> None:
    content = ics(
        vevent("DTSTART:20251104T090000", uid="a", title="Ada"),
        vevent("DTSTART:20251104T100000", "STATUS:CANCELLED", uid="b", title="Batal"),
        vevent(uid="c", title="Tanpa jam"),
        vevent("DTSTART:tomorrow", uid="d", title="Rusak"),
    )
    assert [s.title for s in agenda_of(content, "a.ics").sessions] == ["Ada"]
    told = {p.code: p.facts for p in problems_of(content, "a.ics")}
    assert told["import_cancelled"]["names"] == "Batal"
    lost = [p.facts["title"] for p in problems_of(content, "a.ics") if p.code == "import_no_start"]
    assert lost == ["Tanpa jam", "Rusak"]
    assert "import_no_end" in told


def test_files_of_careless_programs_are_read_all_the_same() -> None:
    sound = ics(vevent("DTSTART:20251104T090000", "DURATION:PT1H", title="Café"))
    variants = [
        sound.encode("cp1252"),
        sound.encode("utf-8-sig"),
        sound.replace("\r\n", "\r").encode(),
        sound.replace("PRODID:-//x//y//ID\r\n", "").encode(),
        sound.replace("VERSION", "X-ODD:anything\r\nVERSION", 1).encode(),
        sound.replace("Café", "Ca\r\n fé").encode(),
    ]
    for content in variants:
        assert rows_of(agenda_of(content, "a.ics")) == [("2025-11-04 09:00-10:00", "Café", None)]


def test_a_broken_or_empty_calendar_is_one_sentence() -> None:
    assert codes_of("BEGIN:VCALENDAR\nEND:VEVENT", "a.ics") <= {"import_ics", "import_no_sessions"}
    assert codes_of(ics(), "a.ics") == {"import_no_sessions"}
