"""What a message wants: the words of asking that are left when times and titles are taken out."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from bot.domain.language.index import AgendaIndex
from bot.domain.language.lexicon import (
    ASKING,
    HONORIFICS,
    KNOWN_CONCEPTS,
    SCHEDULE_NOUNS,
    SPELLINGS,
)
from bot.domain.language.question import Intent
from bot.domain.language.tokens import Token

SPELLINGS_READ = frozenset(SPELLINGS.values()) | {"entah", "setelah", "weekend", "sekarang"}
ASKING_WORDS = frozenset(
    line.partition(":")[0] for line in ASKING.split("\n") if line and line[0] != " "
)
_REQUESTS = frozenset({"minta", "info", "tolong", "lihat", "kirim", "tanya", "mohon", "tahu"})
_TRAILING = frozenset({"tidak", "belum", "apa", "kan"})
_POINTERS = frozenset({"ini", "itu", "sekarang", "tadi"})
_DOING = frozenset({
    "saya", "kami", "tidak", "sudah", "belum", "akan", "ikut", "hadir", "mau", "bisa", "masuk",
    "kumpul", "pakai", "ubah", "jalan", "bawa", "boleh", "jawab", "setelah",
    "lagi",
})  # fmt: skip
"""Words of statements: what somebody does, did, will do."""
PERSONS = frozenset({
    "wali", "walikota", "bupati", "gubernur", "wakil", "menteri", "presiden", "wapres", "kepala",
    "ketua", "sekda", "camat", "lurah", "kapolres", "dandim", "direktur", "rektor", "dekan",
    "kota", "daerah", "provinsi", "kabupaten", "dinas",
})  # fmt: skip
_THINGS = frozenset({
    "laptop", "alat", "tulis", "buku", "ktp", "charger", "tas", "handuk", "sepatu", "surat",
    "jaket", "topi", "botol", "baju", "obat",
})  # fmt: skip
"""What may have to be brought."""
_CLOTHES = frozenset({
    "batik", "kemeja", "jas", "dasi", "sepatu", "sandal", "celana", "rok", "kebaya", "peci",
    "pdh", "pdl", "psl", "psh", "khaki", "kaos", "topi", "jaket", "kopiah", "sarung", "rompi",
    "hijab", "kain",
})  # fmt: skip
_EVERYWHERE = frozenset({"foto", "kelompok"})
"""Parts of an event that are no session by themselves."""
FILLERS = frozenset({
    "oh", "ya", "sih", "dong", "deh", "nih", "tuh", "kok", "lho", "kan", "terus", "admin",
    "tolong", "mohon", "maaf", "permisi", "rekan", "ok", "halo", "selamat", "salam", "test",
    "kabar",
    "assalamualaikum", "waalaikumsalam", "makasih", "terima", "untuk", "anda", "yang", "di",
    "ini", "itu", "semua", "the", "saja", "dengan", "ada", "sudah", "saya", "kita", "kami",
    "atau", "dan", "juga", "dulu", "langsung", "lapar",
    "tetap", "balik", "posisi",
}) | HONORIFICS  # fmt: skip


class Cues:
    """The asking words of one message, without those taken by times and by names."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        free: Sequence[int],
        *,
        end: int,
        index: AgendaIndex,
    ) -> None:
        self.text = text
        self.end = end
        event = index.event_words
        self.clothes = _CLOTHES | index.dress_words
        self.things = _THINGS | index.bring_words
        self.event = any(tokens[i].word in event for i in free)
        if self.event:  # the event by its name is "the event"
            tokens = [t._replace(word="acara") if t.word in event else t for t in tokens]
        self.tokens = tokens
        self.free = free
        self.row = [tokens[i].word for i in free]
        self.words = frozenset(self.row)
        self.raw = frozenset(tokens[i].raw for i in free)
        self.pairs = frozenset(
            (tokens[i].word, tokens[k].word) for i, k in pairwise(free) if k == i + 1
        )

    def has(self, *words: str) -> bool:
        """Whether any of ``words`` is among the free words."""
        return any(w in self.words for w in words)

    def pair(self, first: str, *seconds: str) -> bool:
        """Whether ``first`` stands right before one of ``seconds``."""
        return any((first, second) in self.pairs for second in seconds)

    @cached_property
    def mark(self) -> bool:
        """Whether there is a question mark."""
        return "?" in self.text or "？" in self.text

    @cached_property
    def noun(self) -> bool:
        """Whether the schedule or a part of it is named: acara, jadwal, sesi."""
        return bool(self.words & SCHEDULE_NOUNS)

    @cached_property
    def foreign(self) -> tuple[str, ...]:
        """Words that are neither grammar nor the agenda's: other subjects."""
        things = self.things if self.has("bawa") else frozenset()
        if self.has("pakai", "baju", "pakaian", "dresscode"):
            things |= self.clothes
        told = self.free
        if "atau" in self.row[2:]:  # the other way it may be: "masih ada acara atau bebas?"
            told = self.free[: len(self.row) - 1 - self.row[::-1].index("atau")]
        unknown = (self.tokens[i] for i in told if i not in self.sort and self._strange(i))
        return tuple(t.word for t in unknown if t.raw not in things)

    @property
    def beside(self) -> tuple[str, ...]:
        """The foreign words without what it is asked whether to bring: "gowes bawa helm?"."""
        if not self.has("bawa") or self.has("apa", "boleh"):
            return self.foreign
        asked = self.free[self.row.index("bawa") :]
        brought = {self.tokens[i].word for i in asked if self._strange(i)}
        return tuple(word for word in self.foreign if word not in brought)

    def _strange(self, at: int) -> bool:
        token = self.tokens[at]
        return token.word in _EVERYWHERE or self._unknown(token)

    @cached_property
    def sort(self) -> range:
        """Positions of the sort of place in "di rumah sakit mana", which is no other subject."""
        words = [token.word for token in self.tokens]
        mana = self.free[-1] if self.free and words[self.free[-1]] == "mana" else 0
        begin = mana
        while begin and begin - 1 in self.free and not self.tokens[begin - 1].known:
            begin -= 1
        found = 0 < begin < mana and words[begin - 1] == "di"
        return range(begin, mana) if found else range(0)

    def _unknown(self, token: Token) -> bool:
        short = len(token.raw) < 2 or token.raw in PERSONS
        return not token.known and not short and token is not self.leave

    @cached_property
    def unnamed(self) -> bool:
        """Whether a word is the agenda's, but named nothing: "indah" beside no name."""
        return any(
            t.known and t.exact and t.number is None and t.word not in SPELLINGS_READ
            for t in (self.tokens[i] for i in self.free)
        )

    @cached_property
    def leave(self) -> Token | None:
        """A polite "izin" at the start: "izin bertanya", "mohon izin pak"."""
        for i in self.free[:3]:
            token = self.tokens[i]
            if token.raw in ("izin", "ijin"):
                return token
            if token.word not in FILLERS:
                return None
        return None

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """What events are made of, but this agenda has not: a prayer, a meal."""
        return tuple(w for w in self.row if w in KNOWN_CONCEPTS and w not in _EVERYWHERE)

    @cached_property
    def person(self) -> bool:
        """Whether an office holder is spoken of."""
        return bool(self.raw & PERSONS)

    @cached_property
    def asking(self) -> bool:
        """Whether it is put as a question or a request."""
        if self.mark or self.words & ASKING_WORDS or self.words & _REQUESTS:
            return True
        if not self.free:
            return False
        if self.pair("ada", "tidak") or (self.has("sudah") and self.has("belum")):
            return True
        if self.row[-2:-1] == ["tidak"] and self.row[-1] in SCHEDULE_NOUNS:
            return True  # "padat tidak acaranya"
        ends = self.free[-1] == self.end and len(self.tokens) > 1
        return ends and self.row[-1] in _TRAILING

    @cached_property
    def stating(self) -> bool:
        """Whether somebody tells what they do: "besok saya izin"."""
        return bool(self.words & _DOING) or self.person

    @cached_property
    def clock(self) -> bool:
        """jam berapa, hari apa, tanggal berapa."""
        return (
            (len(self.row) > 1 and self.row[-1] == "jam" and self.free[-1] == self.end)
            or self.pair("jam", "berapa")
            or self.pair("hari", "apa", "mana")
            or self.pair("tanggal", "berapa")
        )

    def facet(self, *, named: bool) -> Intent | None:
        """The one fact that is asked; ``named``: a session, speaker or room is named."""
        return self._of_things() or self._of_length() or self._of_place(named=named)

    def _of_things(self) -> Intent | None:
        if self.has("dresscode", "baju", "pakaian") or (
            self.has("pakai")
            and not self.has("ruang")
            and (
                self.has("apa")
                or ((self.asking or self.has("atau")) and bool(self.raw & self.clothes))
            )
        ):
            return Intent.DRESS
        left = self.pair("tidak", "bawa") or self.pair("belum", "bawa")
        if self.has("bawa", "perlengkapan") and not (self.has("siapa") or left):
            return Intent.BRING
        there = self.has("ada") and self.has("sudah", "belum")
        if self.has("slide", "unduh", "bahan", "file") or (
            self.has("materi") and (there or self.has("link", "minta", "kirim"))
        ):
            return Intent.MATERIALS
        return None

    def _of_length(self) -> Intent | None:
        units = self.pair("berapa", "jam", "menit") and not self.pair("jam", "berapa")
        long = self.pair("berapa", "lama") or units
        if self.pair("berapa", "hari", "minggu") and not self.clock:
            return Intent.COUNTDOWN if self.has("lagi") else Intent.DURATION
        if units and self.has("sampai") and not self.clock:
            return Intent.COUNTDOWN
        if (long and self.has("lagi", "sisa", "masih")) or self.pair("masih", "lama"):
            over = self.has("selesai", "sisa") or self.pair("masih", "berapa")
            return Intent.REMAINING if over else Intent.COUNTDOWN
        if self.has("sisa") and self.has("waktu", "berapa", "menit"):
            return Intent.REMAINING
        if self.has("lama") and self.has("lagi"):
            return Intent.COUNTDOWN
        if long or self.has("durasi") or (self.has("lama") and (self.mark or self.has("apa"))):
            return Intent.DURATION
        ends = self.has("selesai", "sampai")
        if ends and self.row.count("berapa") < 2 and (self.clock or self.has("kapan")):
            return Intent.END
        return None

    def _of_place(self, *, named: bool) -> Intent | None:
        when = self.clock or self.has("kapan")
        told = self.stating and not self.asking
        where = self.has("dimana") or (self.has("lokasi", "alamat") and not told)
        where = where or (self.has("mana") and self.has("ruang", "tempat", "sebelah"))
        where = where or bool(self.sort) or self.pair("lantai", "berapa")
        where = where or self.pair("ruang", "apa", "berapa") or self.pair("tempat", "apa")
        who = self.has("siapa", "pembicara", "pemateri", "narasumber", "oleh")
        if who and not when:
            return Intent.WHO
        if where and not when:
            return Intent.WHERE
        if when:
            return Intent.WHEN
        if named and self.has("ruang", "tempat") and not self.has("apa"):
            return Intent.WHERE
        if named and self.has("mulai", "waktu", "jam"):
            return Intent.WHEN
        if named and self.has("selesai") and not self.has("apa"):
            return Intent.END
        return None

    def order(self) -> Intent | None:
        """Now, next, first or last, where no session is named."""
        if self.has("sekarang") or self.pair("sedang", "berlangsung", "apa", "ngapain"):
            return Intent.NOW
        if self.pair("lagi", "apa", "ngapain", "berlangsung", "sesi", "acara", "materi"):
            return Intent.NOW
        begun = self.has("mulai", "selesai", "berlangsung") and self.has("sudah", "belum")
        if begun and self.noun and not (self.clock or self.has("kapan")):
            return Intent.NOW
        if self.pair("sampai", "mana"):
            return Intent.NOW  # "acara sudah sampai mana?"
        again = self.has("mulai", "masuk") and self.has("lagi") and self.has("jam", "kapan")
        coming = self.has("akan") and self.has("mulai") and not self.has("jam", "kapan")
        soon = bool(self.raw & {"sebentar", "bentar"}) and not (self.noun or self.has("apa"))
        if (self.has("berikutnya", "terdekat") and not soon) or again or coming:
            return Intent.NEXT
        if self.has("pertama"):
            return Intent.FIRST
        if self.has("terakhir"):
            return Intent.LAST
        this = any(self.pair(noun, "ini") or self.pair("ini", noun) for noun in SCHEDULE_NOUNS)
        if this and not self.has("semua"):
            return Intent.NOW
        if self.has("berlangsung") and self.has("apa"):
            return Intent.NOW
        return None

    def rest(self) -> bool:
        """Whether what is left of the day is asked: "masih ada acara lagi?", "apa lagi"."""
        left = self.has("masih", "sisa") and (self.noun or self.has("ada"))
        left = left or (self.has("berapa") and any(self.pair(n, "lagi") for n in SCHEDULE_NOUNS))
        return left or (self.has("sisa") and self.has("apa")) or self.pair("apa", "lagi")

    def whole(self) -> bool:
        """Whether the whole schedule is asked for."""
        if not self.noun:
            return False
        if self.has("semua", "lengkap", "susunan", "rundown"):
            return True
        return self.has("jadwal", "agenda") and not self.has("apa", "berapa")
