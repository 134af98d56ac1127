"""Greeting, thanks, assent, a call for help, a person's own matters: what is not the agenda's."""

from collections.abc import Iterator, Sequence

from bot.domain.language.cues import ASKING_WORDS, FILLERS, Cues
from bot.domain.language.lexicon import HONORIFICS, MANNER_WORDS, SCHEDULE_NOUNS
from bot.domain.language.question import Intent
from bot.domain.language.tokens import Token

_DAYPARTS = frozenset({"pagi", "siang", "sore", "malam"})
_FEW_WORDS = 6
_ABOUT_ME = frozenset({"nama", "nomor", "data", "peran", "instansi", "akun", "biodata", "status"})

MINE = frozenset({
    "bus", "bis", "kamar", "kelompok", "kursi", "meja", "regu", "duduk", "menginap", "room",
    "seat", "group", "table",
})  # fmt: skip
"""What the roster may say of a person: "kamar saya nomor berapa"."""


def manners(cues: Cues) -> Intent | None:
    """Greeting, thanks, assent, a call for help: where the message is nothing else."""
    if cues.has("makasih") and not cues.mark and not cues.words & ASKING_WORDS:
        return Intent.THANKS
    if _helpless(cues):
        return Intent.HELP
    if cues.has("kabar") and not cues.foreign and not cues.noun:
        return Intent.GREETING
    praised = cues.has("ok") and any(t.suffixed for t in cues.tokens) and not cues.asking
    if praised and cues.words <= FILLERS | MANNER_WORDS | SCHEDULE_NOUNS:
        return Intent.ACK  # "mantap acaranya"
    if cues.words - FILLERS - MANNER_WORDS or cues.foreign[1:]:
        return None
    if cues.has("halo", "assalamualaikum", "waalaikumsalam", "selamat", "permisi", "salam"):
        return Intent.GREETING
    if cues.has("test"):
        return Intent.GREETING
    if cues.has("ok") and not cues.foreign and not cues.mark:
        return Intent.ACK
    return None


def _helpless(cues: Cues) -> bool:
    if cues.has("bantuan", "menu") and not (cues.foreign or cues.noun):
        return True
    if cues.has("siapa") and "namamu" in cues.raw:
        return True
    if cues.pair("siapa", "anda") or cues.pair("anda", "siapa"):
        return not cues.foreign
    able = cues.pair("bisa", "apa") or cues.pair("apa", "bisa") or cues.pair("apa", "yang")
    able = able or (cues.has("apa") and not (cues.foreign or cues.noun))
    return able and cues.has("anda", "bot") and cues.has("bisa")


def personal(cues: Cues) -> Intent | None:
    """The person's own matters, which are not in the agenda."""
    mine = cues.has("saya")
    if cues.has("pengaturan") and len(cues.foreign) < 2:
        return Intent.SETTINGS
    if cues.has("ubah") and cues.has("bahasa") and not cues.foreign:
        return Intent.SETTINGS
    if cues.has("profil") and not cues.foreign:
        return Intent.ME
    if (
        mine
        and not cues.unnamed
        and cues.raw & _ABOUT_ME
        and cues.asking
        and not set(cues.foreign) - _ABOUT_ME
    ):
        return Intent.ME
    few = len(cues.raw) <= (_FEW_WORDS if cues.asking else _FEW_WORDS // 2)
    if mine and {t.raw for t in cues.tokens} & MINE and few:
        return Intent.ME
    if cues.pair("siapa", "saya") or cues.pair("saya", "siapa"):
        return None if cues.foreign or cues.noun else Intent.ME
    if mine and "terdaftar" in cues.raw and cues.asking:
        return Intent.ME
    if mine and cues.has("catatan") and not cues.foreign:
        return Intent.NOTES
    return None


def greeting_end(tokens: Sequence[Token]) -> int:
    """How many words at the start are a greeting with a part of the day: "selamat pagi pak".

    A part of the day alone at the start greets where somebody is addressed or a comma follows.
    """
    at = 0
    while at < len(tokens) and tokens[at].word in (MANNER_WORDS | FILLERS) - {"ini", "itu", "di"}:
        at += 1
    if at >= len(tokens) or tokens[at].word not in _DAYPARTS or tokens[at].suffixed:
        return 0
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before in ("selamat", "halo", "met"):
        return at + 1
    if at and before not in HONORIFICS | {"assalamualaikum", "permisi"}:
        return 0
    if after is None:
        return at + 1
    return at + 1 if after.word in HONORIFICS | {"admin", "semua"} or after.gap == "," else 0


def addressed(tokens: Sequence[Token]) -> Iterator[int]:
    """Positions of "panitia" where the organizers are spoken to: "bapak/ibu panitia, ..."."""
    for at, token in enumerate(tokens):
        if token.word in FILLERS | MANNER_WORDS or token.raw in ("izin", "ijin"):
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.raw == "panitia" and (after is None or after.gap == "," or at == 0):
            yield at
        return
