"""Sealing: opens with its key and in its place alone; what is plain stays plain."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.store.database import Database
from bot.store.sealing import PLAIN_FILE, SEALED_FILE, SEALED_TEXT, Keyring, SealingError
from bot.store.tables import Dialogue
from bot.store.tables.columns import SealedJson, SealedText
from tests.stores import database_url

OLD, NEW = (os.urandom(32) for _ in range(2))
PLAIN, SEALED = Keyring(), Keyring([NEW])
WORDS = st.text() | st.text().map(lambda rest: SEALED_TEXT + rest)
CONTENTS = st.tuples(st.sampled_from([b"", SEALED_FILE, PLAIN_FILE]), st.binary()).map(b"".join)


@given(WORDS)
def test_what_is_stored_comes_back_with_a_key_and_without(words: str) -> None:
    for keyring in (PLAIN, SEALED):
        assert keyring.open(keyring.seal(words, "note.text"), "note.text") == words
    assert SEALED.open(PLAIN.seal(words, "note.text"), "note.text") == words


@given(CONTENTS)
def test_files_come_back_with_a_key_and_without(content: bytes) -> None:
    for keyring in (PLAIN, SEALED):
        stored = keyring.seal_bytes(content, "file")
        assert keyring.open_bytes(stored, "file") == content
        assert keyring.settled(stored)
    assert SEALED.open_bytes(PLAIN.seal_bytes(content, "file"), "file") == content


def test_sealed_words_are_nowhere_in_it_and_never_twice_the_same() -> None:
    first, second = (SEALED.seal("rahasia", "note.text") for _ in range(2))
    assert first != second
    assert "rahasia" not in first
    assert b"rahasia" not in SEALED.seal_bytes(b"rahasia", "file")


def test_all_keys_open_and_the_first_seals() -> None:
    turned = Keyring([NEW, OLD])
    old = Keyring([OLD]).seal("words", "note.text")
    assert turned.open(old, "note.text") == "words"
    assert SEALED.open(turned.seal("words", "note.text"), "note.text") == "words"
    back = Keyring([NEW], sealing=False)
    assert back.seal("words", "note.text") == "words"
    assert back.open(SEALED.seal("words", "note.text"), "note.text") == "words"


def test_without_its_key_elsewhere_or_changed_it_does_not_open() -> None:
    stored = SEALED.seal("words", "note.text")
    content = SEALED.seal_bytes(b"words", "file")
    for keyring, place in ((PLAIN, "note.text"), (Keyring([OLD]), "note.text"), (SEALED, "x.y")):
        with pytest.raises(SealingError):
            keyring.open(stored, place)
        with pytest.raises(SealingError):
            keyring.open_bytes(content, place)
    for damaged in (stored[:-1] + ("A" if stored[-1] != "A" else "B"), stored[:24]):
        with pytest.raises(SealingError):
            SEALED.open(damaged, "note.text")
    with pytest.raises(SealingError):
        SEALED.open_bytes(content[:-1] + bytes([content[-1] ^ 1]), "note.text")


def test_every_sealed_column_has_a_place_of_its_own() -> None:
    places = [
        (f"{table.name}.{column.name}", column.type.place)
        for table in Dialogue.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, SealedText | SealedJson)
    ]
    assert len(places) > 10
    assert all(place == name for name, place in places)


@pytest.mark.sqlite  # it reads the files
def test_two_stores_of_one_process_seal_with_their_own_keys(tmp_path: Path) -> None:
    stores = [
        Database(database_url(tmp_path, f"{name}.db"), keyring=keyring)
        for name, keyring in (("plain", PLAIN), ("sealed", SEALED))
    ]

    def put(db: Session) -> None:
        db.add(Dialogue(chat_id=1, details={"text": "rahasia"}))

    for store in stores:
        Dialogue.metadata.create_all(store.engine)
        store.write_now(put)
        found = store.read_now(lambda db: db.exec(select(Dialogue)).one())
        assert found.details == {"text": "rahasia"}
        assert found.slots == {}
        assert store.scrub_now()
        store.close()
    assert b"rahasia" in (tmp_path / "plain.db").read_bytes()
    assert b"rahasia" not in (tmp_path / "sealed.db").read_bytes()
