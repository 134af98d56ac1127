"""Who may do what: every command, button and page is tried by everybody there can be.

The tables below say who may use what; a new command, button or page fails here until it is listed.
Whoever may not is told so in one sentence, changes nothing, and is seen by the organizers.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select as select_columns
from sqlmodel import SQLModel

from bot.domain.notes import Place
from bot.domain.people import Role
from bot.rehearsal.world import User
from bot.services import rosters
from bot.store import people
from bot.store.tables import Outbox, Refusal
from bot.texts.catalogue import text
from handlers.menus import COMMANDS
from tests import pressing
from tests.acting import silence
from tests.announcing import Hall
from tests.builders import Stage, last, plain, texts
from tests.kept_notes import everything
from tests.screening import screened

MEMBER_COMMANDS = """
    jadwal sekarang berikutnya besok agendaku materi lewat refleksi catatan komitmen pengingat
    presensi jajak acara buku dataku hapus bahasa bantuan batal start
"""
ORGANIZER_COMMANDS = """
    papan keadaan umumkan siaran komitmenbersama ubah peserta catatanbersama laporan statistik
"""
MEMBER_BUTTONS = """
    ev:l ev:s: fv: n:add: ag: k:m k:d: k:a k:l
    d: s: i: rs: z: p: f: n:l: n:by: n:find n:v: n:h: n:fs: n:e: n:x: n:u: n:sh: n:p: n:n:
    n:a: n:A: n:s: n:f: n:q r: c:l: c: c:t: c:z: c:s: c:x: c:u: c:add c:n: c:d: c:e: c:f:
    c:go: c:no: c:k: c:pp: c:pa: c:dd: c:gl: c:ga: keep tanya b:r: mt:l: mt:s: mt:f: ms:
    bk: h:a: h:i: q:a: q:n: q:s: q:v: l: pv:y: pv:n me:x me:X: me:no j:v: j:o: st:ok *
"""
ORGANIZER_BUTTONS = """
    o:l: o:by: o:v:n o:v:a c:o: b:go: b:no: b:stop: b:c: b:p: b:pa: b:ps: b:t: b:w: b:m:
    b:q: b:i: b:x: b:again: b:d: b:dg: b:u: b:n: b:e: b:eg: b:en: g:d: g:s: g:m: g:f: g:a:
    g:o: g:c: g:r: g:p: g:go: g:no: g:h g:file g:u: g:w: mt:d: mt:a: mt:x: mt:u: mt:t: nb:r
    nb:q qa: b:o: b:s: er:
    h:l h:d: h:s: h:o: h:v: h:c: h:n: h:t: h:x: h:f: h:p: h:b h:g: h:h: q:m: q:x: j:n j:l
    j:b: j:c: j:m: j:p: j:pa: j:ps: j:go: j:no: j:x: j:w: j:g: j:i: r:b r:l: r:p: r:n:
    fe: r:t: r:x r:i r:go: r:no:
    st:png st:q: up:r up:c up:m up:s:
"""
"""Buttons by the beginning of their data."""
PAGES = {
    "/layar/{ref}": True,
    "/layar/{ref}/keadaan": True,
    "/layar-berkas/{name}": False,
    "/kalender/{token}.ics": True,
}
"""Whether a page needs a key."""

STRANGER = plain(text("general.stranger", "id"))
NOT_ALLOWED = plain(text("general.not_allowed", "id"))


def _head(pattern: str) -> str:
    found = re.match(r"[\w:]*", pattern)
    assert found is not None
    return found[0] or "*"


def _listed(words: str) -> list[str]:
    return words.split()


def _organizers_patterns() -> list[str]:
    return [p for p in pressing.patterns() if _head(p) in _listed(ORGANIZER_BUTTONS)]


def _members_patterns() -> list[str]:
    return [p for p in pressing.patterns() if _head(p) in _listed(MEMBER_BUTTONS)]


def test_the_tables_name_every_command_and_every_button_once() -> None:
    named = _listed(MEMBER_COMMANDS) + _listed(ORGANIZER_COMMANDS)
    assert sorted(named) == sorted(pressing.commands())
    assert {c.id for c in COMMANDS if c.organizers} == set(_listed(ORGANIZER_COMMANDS))
    buttons = _listed(MEMBER_BUTTONS) + _listed(ORGANIZER_BUTTONS)
    assert len(buttons) == len(set(buttons))
    assert set(buttons) == {_head(pattern) for pattern in pressing.patterns()}


async def _busy(hall: Hall) -> dict[str, list[str]]:
    """Something of everything that organizers work on, so that each of their buttons has a use.

    Gives what to put into the data of buttons.
    """
    stage, organizer = hall.stage, hall.organizer
    session = stage.house.desk.agenda.sessions[1]
    await hall.send()
    await hall.compose()
    await stage.say(organizer, "/ubah")
    await stage.say(organizer, "diskusi mundur 15 menit")
    await stage.say(organizer, "/peserta")
    await stage.press(organizer, "Daftar baru")
    roster = "id,nama,jabatan,OPD,eselon,kelompok,no HP,peran\no1,Panitia,,,,,,panitia"
    organizer.send_document(roster.encode(), "daftar.csv")
    await hall.forge(organizer, f"h:o:{session.ref}")
    await hall.forge(organizer, f"mt:a:{session.ref}")
    organizer.send_document(b"x", "paparan.pdf")
    await hall.forge(hall.first, f"q:n:{session.ref}")
    await stage.say(hall.first, "Mengapa?")
    await stage.press(hall.first, "dengan nama")
    await hall.forge(organizer, f"q:m:{session.ref}:0")
    _, decide = hall.label("Tampilkan 1")
    key = decide.split(":")[2]
    await stage.say(organizer, "/jajak Pas?\nYa\nTidak")
    await stage.press(organizer, "Kirim ke")
    await stage.say(organizer, "/jajak Setuju?\nYa\nTidak")
    return {
        Place.PATTERN: ["0"],
        r"(\d{4}-\d\d-\d\d)": ["2025-11-05"],
        r"\d{4}-\d\d-\d\d": ["2025-11-05"],
        r"([a-z2-7]{8})": [session.ref],
        r"[a-z2-7]{8}": [session.ref],
        r"([a-z2-7]{8}(?:-\d{1,9})?)": [session.ref],
        r"([cmn]\d{1,18})": ["n1"],
        r"([0-9a-f]{8})": ["0" * 8],
        r"([0-9a-f]{16})": [key],
        r"(.*)": ["n:q"],
        r"(\d{1,18})": ["1"],
        r"-?\d{1,3}": ["15"],
    }


async def _leave(hall: Hall, *keys: str) -> list[User]:
    """Two who joined: the invite of the first is revoked, the second goes off the roster."""
    revoked, removed = [await hall.stage.user(key) for key in keys]

    def leave(db: Any) -> None:
        by_key = {person.key: person for person in people.everyone(db)}
        number, author = by_key[keys[0]].id or 0, by_key["o1"].id or 0
        now = hall.stage.clock.now()
        rosters.renew(db, person_id=number, author_id=author, now=now)
        by_key[keys[1]].removed = True
        db.add(by_key[keys[1]])

    await hall.stage.house.db.write(leave)
    await hall.stage.look()
    return [revoked, removed]


async def _make_aide(hall: Hall, key: str) -> None:
    def change(db: Any) -> None:
        person = next(p for p in people.everyone(db) if p.key == key)
        person.role, person.aide_of = Role.AIDE, "p01"
        db.add(person)

    await hall.stage.house.db.write(change)


def _press(stage: Stage, user: User, data: str) -> Any:
    """Below a message that there is; the button itself anybody could have forged."""
    return stage.world.press(user, user.chat(), user.inbox[-1], data, bot=None)


def _said(query: Any) -> str:
    assert query.answer is not None, f"{query.data}: the phone still waits"
    return str(query.answer.get("text", ""))


async def _rows(stage: Stage) -> dict[str, list[Any]]:
    """Everything in the store, but what the bot knows of its own work and of refusals."""

    def read(db: Any) -> dict[str, list[Any]]:
        found = {}
        for table in SQLModel.metadata.sorted_tables:
            if table.name in ("inbox", "setting", "refusal"):
                continue
            columns = [c for c in table.columns if c.name not in ("seen_at", "seen_before")]
            rows = db.execute(select_columns(*columns)).all()
            found[table.name] = sorted(map(repr, rows))
        found["outbox"] = [row for row in found["outbox"] if "alert.refused" not in row]
        return found

    return await stage.house.db.read(read)


async def test_a_participant_and_an_aide_press_every_organizers_button_and_nothing_changes(
    hall: Hall,
) -> None:
    values = await _busy(hall)
    await _make_aide(hall, "p05")
    before = await _rows(hall.stage)
    for user in (hall.first, hall.third):
        pressed = [
            _press(hall.stage, user, data)
            for pattern in _organizers_patterns()
            for data in pressing.data_of(pattern, values, numbers=["1", "2"])[:6]
        ]
        await silence(hall.stage)
        assert {_said(query) for query in pressed} == {NOT_ALLOWED}
    await hall.stage.look()
    after = await _rows(hall.stage)
    assert [name for name in before if before[name] != after[name]] == []
    topics = {row.what for row in await everything(hall.stage, Refusal)}
    handlers = Path(__file__).parents[2] / "handlers"
    guarded = {
        path.stem
        for path in handlers.glob("*.py")
        if "\n@organizers_only" in path.read_text(encoding="utf-8")
    }
    assert guarded - topics == {"announcements", "status"}, "which have no buttons"
    for topic in guarded:
        assert text(f"refusal.{topic}", "id")


async def test_members_are_answered_what_is_for_them_and_refused_the_rest(hall: Hall) -> None:
    values = await _busy(hall)
    await _make_aide(hall, "p05")
    for user in (hall.first, hall.third):
        for command in pressing.commands():
            user.send_text(f"/{command}")
        before = len(user.inbox)
        await silence(hall.stage)
        answers = [plain(words) for words in texts(user)[before:]]
        assert len(answers) == len(pressing.commands()), "each is answered once"
        for command, answer in zip(pressing.commands(), answers, strict=True):
            assert (answer == NOT_ALLOWED) == (command in _listed(ORGANIZER_COMMANDS)), command
        pressed = [
            _press(hall.stage, user, pressing.data_of(pattern, values, numbers=["1"])[0])
            for pattern in _members_patterns()
            if not pattern.startswith("me:")
        ]
        await silence(hall.stage)
        assert NOT_ALLOWED not in {_said(query) for query in pressed}


async def test_an_organizer_is_refused_nothing(hall: Hall) -> None:
    values = await _busy(hall)
    for command in pressing.commands():
        hall.organizer.send_text(f"/{command}")
    pressed = [
        _press(hall.stage, hall.organizer, pressing.data_of(pattern, values, numbers=["1"])[0])
        for pattern in pressing.patterns()
        if not pattern.startswith("me:")
    ]
    await silence(hall.stage)
    assert NOT_ALLOWED not in {_said(query) for query in pressed}
    assert NOT_ALLOWED not in {plain(words) for words in texts(hall.organizer)}
    assert await everything(hall.stage, Refusal) == []


async def test_strangers_revoked_members_and_people_off_the_roster_get_one_sentence(
    hall: Hall,
) -> None:
    values = await _busy(hall)
    revoked, removed = await _leave(hall, "p03", "p04")
    stranger = hall.stage.world.add_user(5, "Somebody")
    stranger.send_text("halo")
    await silence(hall.stage)
    before = await _rows(hall.stage)
    for user in (stranger, revoked, removed):
        heard = len(user.inbox)
        for command in pressing.commands():
            user.send_text(f"/{command}")
        pressed = [
            _press(hall.stage, user, pressing.data_of(pattern, values, numbers=["1"])[0])
            for pattern in pressing.patterns()
        ]
        await silence(hall.stage)
        assert {_said(query) for query in pressed} == {""}
        answers = [plain(words) for words in texts(user)[heard:]]
        assert len(answers) == len(pressing.commands()) + len(pressed)
        assert set(answers) == {STRANGER}
    after = await _rows(hall.stage)
    assert [name for name in before if before[name] != after[name]] == []


async def test_organizers_see_who_was_refused_what_without_a_word_of_it(hall: Hall) -> None:
    _, removed = await _leave(hall, "p03", "p04")
    stranger = hall.stage.world.add_user(5, "Somebody")
    stranger.send_text("rahasia saya")
    stranger.start("rahasia")
    removed.send_text("/jadwal")
    hall.first.send_text("/umumkan")
    await silence(hall.stage)
    await hall.stage.say(hall.organizer, "/peserta")
    shown = [plain(await hall.stage.press(hall.organizer, "🔒 Yang ditolak"))]
    while "→" in _labels(hall.organizer):
        shown.append(plain(await hall.stage.press(hall.organizer, "→")))
    words = "\n".join(shown)
    assert "Akun tak dikenal 5\npesan · 1× · Sel, 4 Nov, 12.00" in words
    assert "tautan undangan yang tidak berlaku · 1×" in words
    assert f"{(await hall.stage.person('p01')).name} (peserta)\n" in words
    gone = await hall.stage.house.db.read(people.get, removed.id - 1000)
    assert gone is not None
    assert f"{gone.name} (keluar dari daftar)\nperintah · 1×" in words
    assert "rahasia" not in words


def _labels(user: User) -> list[str]:
    keyboard = user.inbox[-1].get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in keyboard for button in row]


async def test_a_flood_costs_a_row_and_organizers_one_line_an_hour(hall: Hall) -> None:
    stranger = hall.stage.world.add_user(5, "Somebody")
    for number in range(100):
        stranger.send_text(f"halo {number}")
    await silence(hall.stage)
    await hall.stage.look()
    [row] = await everything(hall.stage, Refusal)
    assert (row.chat_id, row.what, row.count) == (5, "message", 100)
    assert [_told(user) for user in (hall.organizer, hall.colleague)] == [1, 1]
    assert "1 akun mencoba" in plain(last(hall.organizer))
    await hall.wait(minutes(20))
    stranger.send_text("/jadwal")
    await silence(hall.stage)
    await hall.stage.look()
    assert _told(hall.organizer) == 1
    await hall.wait(minutes(41))
    assert _told(hall.organizer) == 2
    await hall.wait(minutes(180))
    assert _told(hall.organizer) == 2
    alerts = [row for row in await everything(hall.stage, Outbox) if "alert.refused" in row.key]
    assert all(row.payload["disable_notification"] for row in alerts)


def _told(user: User) -> int:
    return sum("akun mencoba" in words for words in texts(user))


def minutes(count: int) -> float:
    """As seconds."""
    return timedelta(minutes=count).total_seconds()


async def test_what_was_counted_is_kept_when_the_bot_ends_and_goes_after_two_weeks(
    hall: Hall,
) -> None:
    stranger = hall.stage.world.add_user(5, "Somebody")
    stranger.send_text("halo")
    await hall.stage.calm()
    hall.stage.house.desk.refusals.add(5, "message", hall.stage.clock.now())
    await hall.stage.restart()
    assert [row.count for row in await everything(hall.stage, Refusal)] == [2]
    hall.stage.clock.instant += timedelta(days=15)
    await hall.stage.house.planner._keep_house()
    assert await everything(hall.stage, Refusal) == []


async def test_nobody_opens_a_page_without_its_own_key(tmp_path: Path) -> None:
    async with screened(tmp_path) as (stage, organizer, link):
        assert stage.house.screens is not None
        routes = stage.house.screens.app().router.resources()
        assert sorted(map(_path, routes)) == sorted(PAGES)
        base, _, query = link.partition("?")
        ref = base.rpartition("/")[2]
        other = next(s.ref for s in stage.house.desk.agenda.sessions if s.ref != ref)
        member = await stage.user("p01")
        person = await stage.person("p01")
        token = stage.house.desk.invite_code(person)
        author = await stage.person("o1")
        await stage.house.db.write(
            rosters.renew,
            person_id=person.id or 0,
            author_id=author.id or 0,
            now=stage.clock.now(),
        )
        assert member is not None
        sentence = {language: text("refusal.page", language) for language in ("id", "en")}
        tried = 0
        async with aiohttp.ClientSession() as client:
            for page in (f"/layar/{ref}", f"/layar/{ref}/keadaan"):
                address = f"{stage.house.desk.screens}{page}"
                async with client.get(f"{address}?{query}") as right:
                    assert right.status == 200
                for wrong in ("", "?key=", f"?key={token}", f"?key={'A' * 24}&lang=en"):
                    async with client.get(address + wrong) as answer:
                        assert answer.status == 404
                        assert await answer.text() == sentence["en" if "=en" in wrong else "id"]
                    tried += 1
                async with client.get(f"{address.replace(ref, other)}?{query}") as answer:
                    assert (answer.status, await answer.text()) == (404, sentence["id"])
                tried += 1
                async with client.post(f"{address}?{query}") as answer:
                    assert (answer.status, await answer.text()) == (404, sentence["id"])
            for nothing in ("/", "/layar", "/layar-berkas/serving.py", f"/kalender/{token}.ics"):
                async with client.get(f"{stage.house.desk.screens}{nothing}") as answer:
                    assert (answer.status, await answer.text()) == (404, sentence["id"])
        await stage.look()
        [row] = await everything(stage, Refusal)
        assert (row.chat_id, row.what, row.count) == (0, "screen", tried)
        assert "halaman layar dibuka tanpa kunci" in plain(last(organizer))
        await stage.say(organizer, "/peserta")
        await stage.press(organizer, "🔒 Yang ditolak")
        assert f"Tanpa akun\nhalaman layar · {tried}×" in plain(last(organizer))


def _path(route: Any) -> str:
    info = route.get_info()
    return str(info.get("formatter", info.get("path")))
