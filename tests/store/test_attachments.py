"""The folder of files: whole or not at all, each content once, nothing outside of it."""

import errno
import hashlib
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.store.attachments import Attachments
from bot.store.sealing import Keyring, SealingError
from tests.builders import TOKEN

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "attachments"


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_content_comes_back_and_is_kept_once(folder: Path) -> None:
    files = Attachments(folder)
    digest = files.put(b"suara")
    assert digest == hashlib.sha256(b"suara").hexdigest()
    assert files.put(b"suara") == digest
    assert files.get(digest) == b"suara"
    assert files.put(b"") != digest
    assert len(kept(folder)) == 2


def test_sealed_content_is_unreadable_on_the_disk(folder: Path) -> None:
    files = Attachments(folder, Keyring([bytes(32)]))
    digest = files.put(b"rahasia sekali")
    assert files.get(digest) == b"rahasia sekali"
    assert b"rahasia" not in kept(folder)[0].read_bytes()
    with pytest.raises(SealingError):
        Attachments(folder).get(digest)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64])
def test_only_a_digest_names_a_file(folder: Path, digest: str) -> None:
    with pytest.raises(FileNotFoundError):
        Attachments(folder).get(digest)


def test_a_full_disk_leaves_nothing_half_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Attachments(folder)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            files.put(b"isi")
    assert kept(folder) == []
    assert files.get(files.put(b"isi")) == b"isi"


def test_content_is_flushed_before_it_has_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    flush, rename = os.fsync, Path.replace

    def flushed(handle: int) -> None:
        order.append("flush")
        flush(handle)

    def renamed(path: Path, target: Any) -> Path:
        order.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", renamed)
    Attachments(folder).put(b"isi")
    assert order == ["flush", "rename", "flush", "flush"]


def test_what_no_row_speaks_of_is_deleted_once_it_is_old(folder: Path) -> None:
    files = Attachments(folder)
    used, unused, young = files.put(b"1"), files.put(b"2"), files.put(b"3")
    for digest in (used, unused):
        path = next(path for path in kept(folder) if path.name == digest)
        os.utime(path, (1000, 1000))
    nobody = partial(Attachments.drop_all_but, untouched_since=2000, used=lambda _: False)
    assert nobody(files, frozenset({used})) == 1
    assert {path.name for path in kept(folder)} == {used, young}
    assert nobody(Attachments(folder / "none"), frozenset()) == 0


def test_content_that_comes_again_is_young_again(folder: Path) -> None:
    files = Attachments(folder)
    digest = files.put(b"1")
    os.utime(kept(folder)[0], (1000, 1000))
    files.put(b"1")
    gone = files.drop_all_but(frozenset(), untouched_since=2000, used=lambda _: False)
    assert gone == 0
    assert files.holds(digest)


def test_who_gets_a_row_while_the_content_is_deleted_keeps_it(folder: Path) -> None:
    files = Attachments(folder)
    digest = files.put(b"1")
    seen = []

    def used(asked: str) -> bool:
        seen.append((asked, files.holds(asked)))
        return True

    files.drop([digest, "f" * 64, ""], used=used)
    assert seen == [(digest, False)], "asked once the file is out of the way"
    assert files.get(digest) == b"1"
    files.drop([digest], used=lambda _: False)
    assert kept(folder) == []


def test_a_deletion_that_was_cut_short_is_finished_or_undone(folder: Path) -> None:
    files = Attachments(folder)
    wanted, unwanted = files.put(b"1"), files.put(b"2")
    for path in kept(folder):
        path.rename(f"{path}.aside")
        os.utime(f"{path}.aside", (1000, 1000))
    files.drop_all_but(frozenset(), untouched_since=2000, used=lambda digest: digest == wanted)
    assert [path.name for path in kept(folder)] == [wanted]
    assert not files.holds(unwanted)


@pytest.mark.parametrize(
    ("database", "chosen", "folder"),
    [
        ("sqlite:////srv/mandala/mandala.db", None, "/srv/mandala/attachments"),
        ("sqlite:///:memory:", None, f"{ROOT}/data/state/attachments"),
        ("postgresql://db/mandala", None, f"{ROOT}/data/state/attachments"),
        ("postgresql://db/mandala", "/srv/files", "/srv/files"),
    ],
)
def test_where_files_are_kept(database: str, chosen: str | None, folder: str) -> None:
    settings = Settings(
        _env_file=None,
        bot_token=SecretStr(TOKEN),
        database_url=database,
        attachments_dir=None if chosen is None else Path(chosen),
    )
    assert settings.attachments_folder() == Path(folder)
