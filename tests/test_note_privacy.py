"""Nobody reads another's private note: every command, button, document and export is tried.

The table below says who may read what. Every reader uses everything the bot has, with the numbers
of other people's notes wherever a number can stand; what then reached their phone is compared with
the table. A new command or button is tried by itself; one whose data has a new form fails here
until it is said what to try.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bot import exporting
from bot.config import Settings
from bot.domain.commitments import Standing
from bot.domain.notes import Place, fingerprint
from bot.domain.people import Role
from bot.rehearsal.world import User
from bot.store import people
from bot.store.agenda_file import read_agenda
from bot.store.tables import AnonymousNote, Attachment, Commitment, Note, Rating
from tests import pressing
from tests.acting import press_data, silence
from tests.builders import EVENT, TOKEN, Stage
from tests.documents.reading import pdf_words
from tests.handlers.test_booklets import store
from tests.kept_notes import consents, everything, written

TALK = "d1-arah-pembangunan"
KINDS = ("private", "version", "file", "named", "withdrawn", "deleted", "nameless", "organizers",
         "plan", "sharedplan")  # fmt: skip
"""A word that stands only in: a private note, what it said before, the name of its file, a note
shared with name, one taken back, a shared one deleted since, one given without name; in a private
note of an organizer; in a private commitment, in a shared one."""
SHARED = {"named", "nameless", "sharedplan"}

_FEW = 4
MAY_READ: dict[tuple[str, str], set[str]] = {
    ("participant", "p29"): set(),
    ("aide of the writer", "p28"): set(),
    ("organizer no more", "o2"): set(),
    ("organizer", "o2"): SHARED,
}
"""Who may read which; they try all."""
OWN = {"private", "version", "file", "named", "withdrawn", "plan", "sharedplan"}
"""What their writer reads: so the words can be found where they may be."""


def _word(kind: str) -> str:
    return f"rahasia{kind}zq"


async def _notes(stage: Stage) -> dict[str, Note]:
    """The notes of the table, shared as their names say."""
    owner, organizer = await stage.user("p30"), await stage.user("o1")
    await consents(stage, owner, organizer)
    found = {"private": await written(stage, owner, _word("version"), session_id=TALK)}
    await press_data(stage, owner, f"n:e:{found['private'].id}")
    await stage.say(owner, _word("private"))
    owner.send_document(b"isi", f"{_word('file')}.pdf", caption="/refleksi berkas")
    await stage.calm()
    [file] = await everything(stage, Attachment)
    found["file"] = next(n for n in await everything(stage, Note) if n.id == file.note_id)
    for kind in ("named", "withdrawn", "deleted", "nameless"):
        found[kind] = await written(stage, owner, _word(kind), session_id=TALK)
        if kind != "nameless":
            await press_data(stage, owner, f"n:n:{found[kind].id}:0")
    await press_data(stage, owner, f"n:p:{found['withdrawn'].id}:0")
    await press_data(stage, owner, f"n:x:{found['deleted'].id}:0")
    mark = fingerprint(_word("nameless"))
    await press_data(stage, owner, f"n:A:{found['nameless'].id}:{mark}")
    found["organizers"] = await written(stage, organizer, _word("organizers"), session_id=TALK)
    await _beside_notes(stage, private=found["private"].id or 0, shared=found["named"].id or 0)
    return found


async def _beside_notes(stage: Stage, *, private: int, shared: int) -> None:
    """Two commitments of the writer, under numbers that are tried, and a rating."""
    number, now = (await stage.person("p30")).id or 0, stage.clock.now()
    for plan, kind in ((private, "plan"), (shared, "sharedplan")):
        kept = Commitment(
            id=plan,
            person_id=number,
            what=_word(kind),
            due_on=date(2025, 12, 1),
            shared=plan == shared,
            created_at=now,
            updated_at=now,
        )
        await store(stage, kept)
    await store(stage, Rating(person_id=number, session_id=TALK, value=4, rated_at=now))


async def _use_everything(
    stage: Stage, reader: User, notes: dict[str, Note], key: str, *, quick: bool
) -> None:
    """Commands with words, alone and then answered; then every button.

    Args:
        quick: of each button only ``_FEW`` ways, of documents one.
    """
    for name in pressing.commands():
        for words in (f"/{name} rahasia", f"/{name}", "rahasia"):
            reader.send_text(words)
    reader.send_voice(b"suara", caption="rahasia")
    reader.edit(reader.send_text("catatan rahasia?")["message_id"], "rahasia siapa?")
    await silence(stage)
    for pattern in pressing.patterns():
        if pattern == r"me:x":
            continue  # last of all: it deletes what the reader has
        documents = pattern.startswith(("bk:", "er:"))
        tried = _data(pattern, notes, key)
        for data in tried[-1:] if quick and documents else tried[: _FEW if quick else None]:
            _press(reader, data)
        reader.send_text("/batal")
    await silence(stage)
    await press_data(stage, reader, "me:x")


def _press(reader: User, data: str) -> None:
    """Presses a button below the newest message that anybody could have forged."""
    place = reader.chat()
    number = 90_000 + len(place.messages)
    button = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    place.messages[number] = reader.inbox[0] | {"message_id": number, "reply_markup": button}
    reader.press(number, data)


def _data(pattern: str, notes: dict[str, Note], key: str) -> list[str]:
    """What is tried of a button: everything that could lead to one of these notes."""
    numbers = [str(note.id) for note in notes.values()]
    values = {
        Place.PATTERN: ["0", "a.0", f"s{_ref(TALK)}.0"] if ":l:" in pattern else ["0"],
        r"(\d{1,18})": numbers,
        r"([cmn]\d{1,18})": [f"{kind}{numbers[0]}" for kind in "cmn"],
        r"(\d{4}-\d\d-\d\d)": ["2025-11-04"],
        r"\d{4}-\d\d-\d\d": ["2025-11-04"],
        r"([a-z2-7]{8})": [_ref(TALK)],
        r"[a-z2-7]{8}": [_ref(TALK)],
        r"([0-9a-f]{8})": [fingerprint(_word("private"))],
        r"([0-9a-f]{16})": [key],
        r"(.*)": [f"n:v:{numbers[0]}:0"],
    }
    some = [str(notes[kind].id) for kind in ("file", "organizers")]
    return pressing.data_of(pattern, values, numbers=some)


def _ref(session_id: str) -> str:
    session = read_agenda(EVENT).find(session_id)
    assert session is not None
    return session.ref


def _reached(stage: Stage, reader: User) -> str:
    """Everything that the bot ever sent to this phone: messages, edits, pop-ups, files."""
    callbacks = stage.world.bot.callbacks
    parts = []
    for call in stage.world.calls:
        query = callbacks.get(str(call.params.get("callback_query_id")))
        if call.chat_id != reader.id and (query is None or query.user_id != reader.id):
            continue
        parts.append(json.dumps(call.params, default=str, ensure_ascii=False))
        parts += _files(stage, call.result)
    return "\n".join(parts)


def _files(stage: Stage, message: Any) -> Iterator[str]:
    document = message.get("document") if isinstance(message, dict) else None
    if document is not None:
        file = stage.world.files.get(document["file_id"])
        assert file is not None
        yield file.name
        yield from _inside(file.data)


def _inside(content: bytes) -> Iterator[str]:
    """The words of a file and of the files in it."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from _inside(archive.read(name))
    elif content.startswith(b"%PDF"):
        yield pdf_words(content)
    else:
        yield re.sub(r"<[^>]*>", "", content.decode("utf-8", "replace"))


def _found(text: str) -> set[str]:
    return {kind for kind in KINDS if _word(kind) in text}


@pytest.mark.parametrize(("who", "expected"), MAY_READ.items(), ids=[who for who, _ in MAY_READ])
async def test_everything_the_bot_has_shows_only_what_the_table_allows(
    stage: Stage, who: tuple[str, str], expected: set[str]
) -> None:
    notes = await _notes(stage)
    reader = await stage.user(who[1])
    await consents(stage, reader)
    if who[0] == "organizer no more":
        await _is_now(stage, who[1], role=Role.PARTICIPANT)
    if who[0] == "aide of the writer":
        await _is_now(stage, who[1], role=Role.AIDE, aide_of="p30")
    before = await everything(stage, Note)
    [given] = await everything(stage, AnonymousNote)
    quick = who[0] not in ("participant", "organizer")
    await _use_everything(stage, reader, notes, given.key, quick=quick)
    reached = _reached(stage, reader)
    assert _found(reached) == expected
    assert "(4 dari 5)" not in reached, "another's rating"
    after = {note.id: note for note in await everything(stage, Note)}
    for note in before:
        kept = after[note.id]
        unchanged = (note.text, note.sharing, note.deleted_at)
        assert (kept.text, kept.sharing, kept.deleted_at) == unchanged
    plans = await everything(stage, Commitment)
    own = {p.what: (p.shared, p.standing, p.deleted_at) for p in plans if _found(p.what)}
    assert own == {
        _word(kind): (kind == "sharedplan", Standing.NOT_BEGUN, None)
        for kind in ("plan", "sharedplan")
    }
    writer = (await stage.person("p30")).id
    given = [r.value for r in await everything(stage, Rating) if r.person_id == writer]
    assert given == [4]


async def _is_now(stage: Stage, key: str, **facts: Any) -> None:
    """The roster says something else of this person."""

    def change(db: Any) -> None:
        person = next(each for each in people.everyone(db) if each.key == key)
        for name, value in facts.items():
            setattr(person, name, value)
        db.add(person)

    await stage.house.db.write(change)


async def test_whoever_wrote_them_reads_them(stage: Stage) -> None:
    notes = await _notes(stage)
    owner = await stage.user("p30")
    stage.world.calls.clear()
    for words in ("/catatan", "/catatan rahasia", "/dataku", "/komitmen"):
        await stage.say(owner, words)
    for kind, data in (("private", "n:h:{}:1:0"), ("file", "n:fs:{}")):
        await press_data(stage, owner, data.format(notes[kind].id))
    assert _found(_reached(stage, owner)) - {"deleted"} == OWN


async def test_strangers_and_people_off_the_roster_read_nothing(stage: Stage) -> None:
    notes = await _notes(stage)
    stranger = stage.world.add_user(5, "Somebody")
    stranger.send_text("halo")
    left = await stage.user("p29")

    await _is_now(stage, "p29", removed=True)
    await silence(stage)
    for reader in (stranger, left):
        for name in pressing.commands():
            reader.send_text(f"/{name} rahasia")
        for pattern in pressing.patterns():
            for data in _data(pattern, notes, "0" * 16)[:1]:
                _press(reader, data)
        await silence(stage)
        assert not _found(_reached(stage, reader))


async def test_exports_of_the_command_line_hold_only_what_is_shared(
    stage: Stage, tmp_path: Path
) -> None:
    await _notes(stage)
    await stage.user("p29")
    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        database_url=stage.house._settings.database_url,
        event_dir=EVENT,
    )
    for form in ("pdf", "docx", "xlsx"):
        out = tmp_path / f"report.{form}"
        exporting.report(settings, form=form, language="id", out=out)
        found = _found("\n".join(_inside(out.read_bytes())))
        assert found <= SHARED, form
        assert form == "xlsx" or "named" in found, "the words can be read where they are"


def test_a_button_whose_data_has_a_new_form_is_noticed() -> None:
    with pytest.raises(ValueError, match="say in values"):
        pressing.data_of(r"new:(\w+)", {}, numbers=["1"])
