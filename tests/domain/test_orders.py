"""Changes to the rundown, in the words an organizer types."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agenda import Kind
from bot.domain.orders import Order, read_order
from bot.domain.rescheduling import Do
from tests.builders import agenda, local, session

NOW = local("2025-11-05 09:10")
AGENDA = agenda(
    session("opening", "2025-11-04 09:00", title="Pembukaan", kind=Kind.CEREMONY, room="Aula A"),
    session("lecture", "2025-11-05 09:00", 90, title="Kuliah Tata Kota", room="Aula A"),
    session("coffee", "2025-11-05 10:30", 15, title="Rehat Kopi", kind=Kind.BREAK),
    session("lunch", "2025-11-05 12:00", title="Makan Siang", kind=Kind.MEAL, room="Ruang Makan"),
    session("panel", "2025-11-05 13:00", title="Panel Wirausaha", room="Aula B"),
    session("gala", "2025-11-05 19:00", 120, title="Malam Keakraban", kind=Kind.SOCIAL),
    session("closing", "2025-11-06 14:00", title="Penutupan", kind=Kind.CEREMONY, room="Aula A"),
)


def _shift(text: str) -> tuple[tuple[str, ...], int, bool | None]:
    order = read_order(text, AGENDA, NOW)
    assert order is not None, text
    assert order.do is Do.SHIFT
    return order.sessions, order.minutes, order.following


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mundur 15 menit", (("lecture",), 15, None)),
        ("Mundur 15 menit.", (("lecture",), 15, None)),
        ("acara molor 10 mnt", (("lecture",), 10, None)),
        ("semua mundur setengah jam", (("lecture",), 30, True)),
        ("sesi ini saja diundur 1 jam 15 menit", (("lecture",), 75, False)),
        ("sesi berikutnya mundur 20 menit dan seterusnya", (("coffee",), 20, True)),
        ("majukan rehat kopi 10 menit", (("coffee",), -10, None)),
        ("makan siang dimundurkan seperempat jam", (("lunch",), 15, None)),
        ("makan siang mundur satu setengah jam", (("lunch",), 90, None)),
        ("tunda semua sesi sesudah makan siang 10 menit", (("panel",), 10, True)),
        ("Malam Keakraban maju 30 menit", (("gala",), -30, None)),
        ("delay lunch by 15 minutes", (("lunch",), 15, None)),
        ("penutupan besok diundur 45 menit", (("closing",), 45, None)),
        ("MUNDUR 5 MENIT SEMUANYA", (("lecture",), 5, True)),
    ],
)
def test_a_delay_is_read_with_its_session_and_its_reach(
    text: str, expected: tuple[tuple[str, ...], int, bool | None]
) -> None:
    assert _shift(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "apakah sesi ini mundur 15 menit?",
        "saya terlambat 15 menit",
        "jam berapa makan siang",
        "batal",
        "jadwal besok",
        "materinya jadi menarik",
        "kalau hujan, apel mundur 15 menit",
        "terima kasih",
        "mundur",
        "15 menit lagi",
        "",
        "mundur 0 menit",
        "x" * 5000 + " mundur 15 menit",
    ],
)
def test_questions_and_small_talk_are_no_orders(text: str) -> None:
    assert read_order(text, AGENDA, NOW) is None


def test_a_session_is_called_off_by_its_name_only() -> None:
    assert read_order("batalkan rehat kopi", AGENDA, NOW) == Order(Do.CANCEL, ("coffee",))
    assert read_order("Malam keakraban ditiadakan", AGENDA, NOW) == Order(Do.CANCEL, ("gala",))
    assert read_order("batalkan semua", AGENDA, NOW) is None


@pytest.mark.parametrize(
    ("text", "session_id", "room"),
    [
        ("penutupan pindah ke aula b", "closing", "Aula B"),
        ("Panel wirausaha dipindahkan ke ruang merapi", "panel", "Ruang Merapi"),
        ("move lunch to garden tent", "lunch", "Garden Tent"),
    ],
)
def test_another_room_is_written_as_the_agenda_writes_it(
    text: str, session_id: str, room: str
) -> None:
    assert read_order(text, AGENDA, NOW) == Order(Do.AMEND, (session_id,), room=room)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("penutupan jadi jam 3", "2025-11-06 15:00"),
        ("penutupan pindah ke jam 14.30", "2025-11-06 14:30"),
        ("penutupan mulai pukul 09.00", "2025-11-06 09:00"),
        ("malam keakraban jadi jam 8", "2025-11-05 20:00"),
        ("malam keakraban dimulai jam 8 pagi", "2025-11-05 08:00"),
        ("makan siang pindah ke 12.15", "2025-11-05 12:15"),
    ],
)
def test_a_new_hour_is_in_the_half_of_the_day_that_is_nearest(text: str, start: str) -> None:
    order = read_order(text, AGENDA, NOW)
    assert order is not None
    assert (order.do, order.start) == (Do.AMEND, local(start))


def test_after_the_last_session_of_a_day_nothing_is_moved_by_itself() -> None:
    order = read_order("mundur 15 menit", AGENDA, local("2025-11-05 22:00"))
    assert order is not None
    assert order.sessions == ()


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=120) | st.text("mundur 15 menit jamsetoke.,-?", max_size=60))
def test_any_text_is_read_or_left(text: str) -> None:
    order = read_order(text, AGENDA, NOW)
    assert order is None or all(AGENDA.find(session_id) for session_id in order.sessions)
    assert order is None or abs(timedelta(minutes=order.minutes)) < timedelta(days=60)
