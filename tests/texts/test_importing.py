"""The difference between two agendas in lines for a terminal."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.agenda import Agenda
from bot.domain.changes import diff
from bot.texts.importing import changes_text, words
from tests.builders import ZONE, agenda, session

A = session("a", "2025-11-04 08:00", title="Apel", room="Aula")
B = session("b", "2025-11-04 10:00", title="Kopi")
OLD = agenda(A, B)


def told(new: Agenda, language: str = "id", old: Agenda = OLD) -> list[str]:
    return changes_text(diff(old, new), ZONE, language).splitlines()


def test_every_sort_of_change_has_its_words() -> None:
    day = timedelta(days=1)
    moved = replace(A, start=A.start + day, end=A.end + day, room=None, speakers=("Dekan",))
    event = replace(OLD.event, place="Balai", free_days=(date(2025, 11, 5),))
    off = replace(OLD, sessions=(A, replace(B, cancelled=True)))
    assert told(replace(OLD, sessions=(moved, B), event=event)) == [
        "  berubah   Apel: Sel, 4 Nov 08.00–09.00 menjadi Rab, 5 Nov 08.00–09.00, "
        "Aula menjadi tanpa ruang, speakers",
        "  acara     place: – menjadi Balai",
        "  acara     free_days: – menjadi 2025-11-05",
        "0 baru, 1 berubah, 0 hilang, 1 tetap.",
    ]
    assert told(off) == ["  hilang    Sel, 4 Nov 10.00–11.00  Kopi",
                         "0 baru, 0 berubah, 1 hilang, 1 tetap."]  # fmt: skip
    assert told(OLD, "en", off) == ["  on again  Tue, 4 Nov 10:00–11:00  Kopi",
                                    "1 new, 0 changed, 0 gone, 1 as before."]  # fmt: skip


def test_a_long_list_is_cut_and_counted() -> None:
    more = [session(f"s{n}", "2025-11-04 12:00") for n in range(60)]
    lines = told(replace(OLD, sessions=(A, B, *more)))
    assert len(lines) == 42
    assert lines[-2:] == ["  … dan 20 lagi", "60 baru, 0 berubah, 0 hilang, 2 tetap."]


def test_what_stands_in_a_file_cannot_steer_the_terminal() -> None:
    shown = words("import.bad_zone", "en", name="\x1b[2J<b>")
    assert "\N{REPLACEMENT CHARACTER}[2J<b>" in shown
