"""The organizers' report: for organizers only, exact, and without anybody's private note."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from sqlmodel import col, select

from bot.domain.commitments import Standing
from bot.domain.document_orders import What
from bot.domain.notes import Sharing
from bot.domain.people import Role
from bot.domain.presence import How
from bot.rehearsal.world import User
from bot.services import ordering, reports
from bot.store.tables import AnonymousNote, Attendance, Commitment, Person, Rating, RollCall
from tests.acting import press_data
from tests.builders import Stage, buttons, last, texts
from tests.documents.reading import docx_words, pdf_words, rows, workbook
from tests.handlers.test_booklets import note, received, store

FIRST, SECOND = "d1-arah-pembangunan", "d1-kewirausahaan"
SESSION = "Materi 1: Arah Pembangunan Daerah"


@dataclass(frozen=True)
class Written:
    """What somebody wrote, and who may read it where."""

    words: str
    owner: str
    sharing: str
    in_report: bool


CASES = (
    Written("Privat-peserta", "p01", "private", False),
    Written("Privat-panitia", "o1", "private", False),
    Written("Dihapus-privat", "p01", "deleted", False),
    Written("Dihapus-bernama", "p02", "named, deleted", False),
    Written("Bagi-bernama", "p02", "named", True),
    Written("Bagi-tanpa-nama", "", "anonymous", True),
    Written("Rencana-privat", "p01", "plan", False),
    Written("Rencana-dibagi", "p02", "plan shared", True),
    Written("Rencana-dihapus", "p02", "plan shared, deleted", False),
)


async def _people(stage: Stage) -> Sequence[Person]:
    """The roster, by key."""
    query = select(Person).order_by(col(Person.key))
    return await stage.house.db.read(lambda db: list(db.exec(query).all()))


async def _filled(stage: Stage) -> None:
    """Every case once, and known figures."""
    people = {person.key: person.id or 0 for person in await _people(stage)}
    now = stage.clock.now()
    for case in CASES:
        gone = now if "deleted" in case.sharing else None
        owner = people.get(case.owner, 0)
        if case.sharing.startswith("plan"):
            row: Any = Commitment(
                person_id=owner, what=case.words, goal_id="asta-1", due_on=date(2026, 2, 1),
                standing=Standing.UNDER_WAY, shared="shared" in case.sharing,
                created_at=now, updated_at=now, deleted_at=gone,
            )  # fmt: skip
        elif case.sharing == "anonymous":
            row = AnonymousNote(key="k", session_id=FIRST, text=case.words)
        else:
            named = Sharing.NAMED if "named" in case.sharing else Sharing.PRIVATE
            row = note(owner, case.words, session_id=FIRST, sharing=named, deleted_at=gone)
        await store(stage, row)
    participants = [number for key, number in sorted(people.items()) if key.startswith("p")]
    await store(
        stage,
        *(note(n, f"privat {n}", session_id=FIRST) for n in participants[3:13]),
        *(note(n, "privat", session_id=SECOND) for n in participants[:4]),
        *(
            Rating(person_id=n, session_id=FIRST, value=value, rated_at=now)
            for n, value in zip(participants, (5, 5, 4, 4, 4, 2), strict=False)
        ),
        *(Rating(person_id=n, session_id=SECOND, value=1, rated_at=now) for n in participants[:3]),
    )


async def _ordered(stage: Stage, user: User, button: str) -> tuple[str, bytes]:
    await stage.say(user, "/laporan")
    await stage.press(user, button)
    return (await received(stage, user))[-1]


async def test_participants_can_neither_ask_for_the_report_nor_press_its_buttons(
    stage: Stage,
) -> None:
    await _filled(stage)
    user = await stage.user("p30")
    for command in ("/laporan", "/report"):
        assert "khusus panitia" in await stage.say(user, command)
    for form in ("pdf", "docx", "xlsx", "png"):
        assert "khusus panitia" in (await press_data(stage, user, f"er:{form}"))["text"]
    assert not await received(stage, user)
    assert "laporan" not in await stage.say(user, "/bantuan")


async def test_whoever_is_an_organizer_no_more_gets_none_that_was_promised(stage: Stage) -> None:
    chief = await stage.user("o1")
    person = await stage.person("o1")
    person.role = Role.PARTICIPANT
    await stage.house.db.write(lambda db: db.merge(person))
    now = stage.clock.now()
    await stage.house.db.write(ordering.place, person, what=What.REPORT, form="pdf", now=now)
    await stage.look()
    assert not await received(stage, chief)
    assert not await stage.house.db.read(ordering.waiting)


async def test_no_private_word_is_in_the_report_and_what_was_shared_is(stage: Stage) -> None:
    await _filled(stage)
    chief = await stage.user("o1")
    for button, form in (("PDF", "pdf"), ("Word", "docx"), ("Excel", "xlsx")):
        name, content = await _ordered(stage, chief, button)
        assert name == f"laporan-acara.{form}"
        if form == "xlsx":
            words = str([rows(sheet) for sheet in workbook(content)])
        else:
            words = pdf_words(content) if form == "pdf" else docx_words(content)
        for case in CASES:
            shown = case.in_report and (form != "xlsx" or case.sharing.startswith("plan"))
            assert (case.words in words) is shown, (form, case)
        assert "privat 1" not in words
        assert "privat1" not in words


async def test_each_word_is_in_its_owners_booklet_alone(stage: Stage) -> None:
    await _filled(stage)
    for key in ("p01", "p02", "o1"):
        user = await stage.user(key)
        await press_data(stage, user, "bk:zip")
        [(_, content)] = await received(stage, user)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            words = archive.read(archive.namelist()[0]).decode().replace("\\", "")
        for case in CASES:
            own = key == case.owner and "deleted" not in case.sharing
            assert (case.words in words) is own, (key, case)


async def test_the_figures_are_exact_and_few_people_are_withheld(stage: Stage) -> None:
    await _filled(stage)
    chief = await stage.user("o1")
    _, content = await _ordered(stage, chief, "Excel")
    book = workbook(content)
    assert book.sheetnames == [
        "Laporan acara", "Partisipasi per sesi", "Partisipasi per kelompok",
        "Penilaian per sesi", "Rencana yang dibagikan",
    ]  # fmt: skip
    figures = {row[0]: row[1] for row in rows(book["Laporan acara"]) if row[1] is not None}
    assert figures["peserta terdaftar"] == 32
    assert figures["peserta menulis catatan"] == 12
    assert figures["peserta menilai sesi"] == 6
    assert figures["rata-rata penilaian (1–5)"] == 4.0
    assert figures["catatan dibagikan"] == 2
    sessions = {row[1]: row[2:] for row in rows(book["Partisipasi per sesi"])}
    assert sessions[SESSION] == (12, 6)
    assert sessions["Materi 2: Kepemimpinan Kewirausahaan"] == ("kurang dari 5", "kurang dari 5")
    [head, rated] = rows(book["Penilaian per sesi"])
    assert rated == (SESSION, 6, 4.0, 4.0, 0, 1, 0, 3, 2)
    assert head[:4] == ("Sesi", "Menilai", "Rata-rata", "Median")
    for group in rows(book["Partisipasi per kelompok"])[1:]:
        assert group[2:] == ("kurang dari 5", "kurang dari 5")
    [_, plan] = rows(book["Rencana yang dibagikan"])
    assert plan[1] == "Rencana-dibagi"
    assert plan[5] == "berjalan"


async def test_the_summary_in_the_chat_and_the_charts_as_photos(stage: Stage) -> None:
    await _filled(stage)
    chief = await stage.user("o1")
    shown = await stage.say(chief, "/laporan")
    assert "12 dari 32 peserta" in shown
    assert "4,0 dari 5" in shown
    await stage.press(chief, "Grafik")
    photos = [message for message in chief.inbox if "photo" in message]
    assert 4 <= len(photos) <= 10
    await stage.say(chief, "/language")
    await stage.press(chief, "English")
    assert "12 of 32 participants" in await stage.say(chief, "/report")
    await stage.press(chief, "Word")
    words = docx_words((await received(stage, chief))[-1][1])
    assert "Participation by session" in words
    assert "fewer than 5" in words


async def test_announcements_are_counted_as_delivered(stage: Stage) -> None:
    chief = await stage.user("o1")
    await stage.user("p01")
    await stage.say(chief, "/umumkan")
    await stage.say(chief, "Bus berangkat pukul 13.00.")
    await stage.press(chief, "Kirim")
    await stage.step(stage.clock.instant + timedelta(minutes=1))
    _, content = await _ordered(stage, chief, "Excel")
    [_, line] = rows(workbook(content)["Jangkauan pengumuman"])
    assert line[0] == "Bus berangkat pukul 13.00."
    assert line[2:4] == (2, 2)


async def test_an_event_where_nothing_happened_yet_has_a_report(stage: Stage) -> None:
    chief = await stage.user("o1")
    assert "kurang dari 5" in await stage.say(chief, "/laporan")
    for button in ("PDF", "Word", "Excel", "Grafik"):
        await stage.press(chief, button)
        assert "belum berhasil" not in last(chief)
    assert len(await received(stage, chief)) == 3
    assert len(buttons(chief)) >= 4
    assert not any("gangguan" in text for text in texts(chief))


async def test_attendance_is_in_the_report_by_session_where_it_was_taken(stage: Stage) -> None:
    people = [
        person.id or 0 for person in await _people(stage) if person.role is not Role.ORGANIZER
    ]
    now = stage.clock.now()
    calls = {FIRST: people[:6], SECOND: []}
    for number, (session_id, there) in enumerate(calls.items()):
        await store(
            stage,
            RollCall(id=f"c{number}", session_id=session_id, opened_at=now),
            *(Attendance(call_id=f"c{number}", person_id=p, at=now, how=How.CODE) for p in there),
        )
    await store(stage, RollCall(id="bus", bus="Bus 1", opened_at=now))
    await store(stage, Attendance(call_id="bus", person_id=people[0], at=now, how=How.CODE))
    desk = stage.house.desk
    found = await desk.db.read(reports.gather, desk.agenda)
    called = [(each.session_id, each.present) for each in found.sessions if each.called]
    assert called == [(FIRST, 6), (SECOND, None)]
