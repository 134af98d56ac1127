"""What a message that names no session asks: of a time, of what is on, of what was spoken of."""

from dataclasses import replace
from itertools import pairwise

from bot.domain.language.cues import FILLERS
from bot.domain.language.days import UNITS
from bot.domain.language.lexicon import SCHEDULE_NOUNS
from bot.domain.language.message import Message
from bot.domain.language.question import FACETS, Act, Intent, Question

_FEW = 4


class Unnamed(Message):
    """The rules of messages without a name, and how every question is put together."""

    def _about_time(self, facet: Intent | None) -> Question:
        cues = self.cues
        order = cues.order()
        whole = cues.noun and self._whole_event()
        whole = whole or (facet is Intent.END and cues.has("semua"))  # "kapan selesai semua?"
        if facet and whole and self.when is None and not self.relation:
            return self._make(Act.ASK, facet, about_event=True)
        back = (self.relation and cues.has("ini", "itu", "sekarang")) or self._moves_on()
        if self.relation is Intent.AFTER or back:
            return self._moved(facet)
        if self.relation is Intent.BEFORE and self.slots.sessions:
            return self._make(Act.ASK, Intent.BEFORE, back=True)
        if self.relation is Intent.BEFORE and self.when is None and (cues.asking or cues.noun):
            return self._make(Act.ASK, Intent.BEFORE, order=Intent.NOW)
        if cues.has("boleh") and not (cues.noun or cues.has("apa", "tanya", "tahu")):
            return self._make(Act.OTHER, Intent.OTHER)  # leave is given by people
        called = cues.pair("dimana", "pak", "bu") and bool(cues.raw & {"bapak", "ibu"})
        called = called or cues.pair("pak", "dimana") or cues.pair("bu", "dimana")
        if called and not (cues.noun or self.slots.sessions):
            return self._make(Act.OTHER, Intent.OTHER)  # "di mana bapak sekarang?"
        bare_clock = cues.clock and order is Intent.NOW and not cues.noun
        if bare_clock and not cues.has("selesai", "sampai", "mulai"):
            return self._make(Act.OTHER, Intent.OTHER)  # "jam berapa sekarang?"
        if self.when is not None:
            return self._at_time(facet, order)
        if cues.words <= FILLERS | {"lagi", "apa", "ngapain"} and cues.has("lagi"):
            talk = cues.has("anda")
            return self._make(Act.OTHER if talk else Act.UNSURE, Intent.NOW, order=Intent.NOW)
        if picked := self._picked(facet):
            return picked
        several = len(self.slots.sessions) > 1 and cues.has("yang") and not cues.noun
        if order in (Intent.FIRST, Intent.LAST) and several:
            return self._make(Act.ASK, facet or Intent.CARD, order=order, back=True)
        if order is not None and (cues.asking or cues.noun or facet or self._only(order)):
            return self._make(Act.ASK, facet or order, order=order, about_event=cues.event)
        return self._without_time(facet)

    def _counted(self, facet: Intent | None) -> Question | None:
        """One of the day's by its number: "materi kedua", "sesi ke-3 besok"."""
        if self.slots.choices or not (self.cues.asking or len(self.tokens) < _FEW):
            return None
        for at, after in pairwise(self.cues.free):
            number = self.tokens[after].number or 0
            if after != at + 1 or number < 2 or self.tokens[at].word not in SCHEDULE_NOUNS:
                continue
            if after + 1 < len(self.tokens) and self.tokens[after + 1].word in UNITS:
                continue
            talks = self.tokens[at].word in ("materi", "sesi")
            return replace(self._make(Act.ASK, facet or Intent.CARD), nth=number, talks=talks)
        return None

    def _whole_event(self) -> bool:
        """Whether the event as a whole is meant: its dates, its length in days, its name."""
        cues = self.cues
        if cues.has("sesi", "materi", "pertama", "terakhir", "sekarang", "berikutnya"):
            return False
        dates = cues.pair("tanggal", "berapa") or cues.pair("berapa", "hari")
        return cues.event or dates or cues.pair("hari", "apa")

    def _only(self, order: Intent) -> bool:
        return order is Intent.NEXT and not self.cues.stating

    def _moves_on(self) -> bool:
        """ "terus?", "lalu apa?": what comes next."""
        cues = self.cues
        return cues.has("terus", "lalu") and cues.words <= FILLERS | {"apa", "ngapain", "lalu"}

    def _moved(self, facet: Intent | None) -> Question:
        suffixed = self.relation_at >= 0 and self.tokens[self.relation_at].suffixed
        pointing_back = self.cues.has("itu") or suffixed or self._moves_on()
        relation = self.relation or Intent.AFTER
        if pointing_back and self.slots.sessions and self.when is None:
            return self._make(Act.ASK, relation, back=True)
        if relation is Intent.BEFORE:
            return self._make(Act.OTHER, Intent.OTHER)
        return self._make(Act.ASK, facet or Intent.NEXT, order=Intent.NEXT)

    def _at_time(self, facet: Intent | None, order: Intent | None) -> Question:
        cues = self.cues
        asks_date = cues.pair("hari", "apa") or cues.pair("tanggal", "berapa")
        if asks_date and not cues.noun:
            return self._make(Act.OTHER, Intent.OTHER)  # "hari ini hari apa?"
        if cues.pair("ke", "berapa") or "keberapa" in cues.raw:
            return self._make(Act.ASK, Intent.AGENDA)  # "hari ini hari ke berapa?"
        if facet is None and cues.has("berapa") and not cues.noun:
            return self._make(Act.OTHER, Intent.OTHER)
        if cues.has("anda") and cues.has("ngapain") and not cues.noun:
            return self._make(Act.OTHER, Intent.OTHER)
        if cues.has("ok") and not (cues.mark or cues.noun or facet):
            return self._make(Act.OTHER, Intent.OTHER)
        if facet is None and order is None and self._elliptic():
            return self._follow_up()
        if not (cues.asking or cues.noun or (facet and not cues.stating)):
            hint = not cues.stating and cues.words <= FILLERS
            return self._make(Act.UNSURE if hint else Act.OTHER, Intent.AGENDA)
        if order in (Intent.FIRST, Intent.LAST):
            return self._make(Act.ASK, facet or order, order=order)
        if facet is None and cues.rest():
            return self._make(Act.ASK, Intent.REST)
        instant = self.when is not None and self.when.start == self.when.end
        return self._make(Act.ASK, facet or (Intent.AT if instant else Intent.AGENDA))

    def _elliptic(self) -> bool:
        """Whether there is a time and nothing else: "kalau lusa?", "sorenya?"."""
        return self.cues.words <= FILLERS | {"kalau", "bagaimana", "terus", "hari"}

    def _follow_up(self) -> Question:
        cues = self.cues
        if self.slots.intent == Intent.OVERVIEW:
            return self._make(Act.ASK, Intent.AGENDA)
        instant = self.when is not None and self.when.start == self.when.end
        beside = instant and self.slots.intent in (Intent.AFTER, Intent.BEFORE)
        if self.slots.intent and not beside:
            return self._make(Act.ASK, Intent(self.slots.intent), back=True)
        if cues.mark or cues.has("kalau", "bagaimana"):
            return self._make(Act.ASK, Intent.AGENDA)
        return self._make(Act.OTHER if cues.stating else Act.UNSURE, Intent.AGENDA)

    def _without_time(self, facet: Intent | None) -> Question:
        cues = self.cues
        if facet is not None:
            return self._facet_alone(facet)
        if cues.rest():
            return self._make(Act.ASK, Intent.REST)
        if cues.whole() and (cues.asking or not cues.stating):
            return self._make(Act.ASK, Intent.OVERVIEW)
        if self.forward > 0 and (cues.noun or cues.has("ngapain", "apa")):
            return self._make(Act.ASK, Intent.REST if cues.has("saja") else Intent.NEXT,
                              order=Intent.NEXT)  # fmt: skip
        if cues.noun and (cues.asking or cues.words <= SCHEDULE_NOUNS | FILLERS):
            return self._make(Act.ASK, Intent.AGENDA)
        if cues.has("ngapain") and not cues.stating:
            return self._make(Act.ASK, Intent.NOW, order=Intent.NOW)
        return self._make(Act.OTHER, Intent.OTHER)

    def _picked(self, facet: Intent | None) -> Question | None:
        """ "yang kedua" after a choice was offered, "yang kedua jam berapa" after a list."""
        number = next((t.number for t in self.tokens if t.number), None)
        number = 1 if self.cues.has("pertama") else number
        offered = self.slots.offered
        short = len(self.tokens) < 4 or (facet is not None and self.cues.has("yang"))
        if number and len(offered) > 1 and offered[number - 1 : number] and short:
            return self._make(Act.ASK, facet or Intent.CARD, back=True, picked=number)
        return None

    def _facet_alone(self, facet: Intent) -> Question:
        """A fact is asked and nothing is named: of what was spoken of, else of what is on."""
        cues = self.cues
        event = cues.noun and not cues.has("sesi", "materi")
        speaking = cues.has("pembicara", "pemateri", "narasumber", "mengisi", "oleh")
        if facet is Intent.WHO and not (speaking or self.slots.sessions):
            return self._make(Act.OTHER, Intent.OTHER)
        somebody = cues.raw & {"bapak", "ibu"} and not (cues.noun or self.slots.sessions)
        if somebody and facet is Intent.WHERE and not cues.has("ruang", "tempat", "lokasi"):
            return self._make(Act.OTHER, Intent.OTHER)  # "bapak di mana?"
        alone = cues.words - FILLERS <= {"dimana", "siapa", "anda", "lagi"}
        if alone and cues.has("saya", "anda"):
            return self._make(Act.OTHER, Intent.OTHER)
        if facet is Intent.WHO and not self.slots.sessions and cues.has("saja", "semua", "daftar"):
            return self._make(Act.ASK, facet, about_event=True)
        if self.slots.sessions and not (event and cues.has("semua")):
            return self._make(Act.ASK, facet, back=True)
        if event or (facet in (Intent.WHERE,) and cues.has("alamat", "lokasi", "tempat")):
            return self._make(Act.ASK, facet, about_event=True)
        if cues.words & {"saya", "anda", "pulang"} and facet is Intent.WHO:
            return self._make(Act.OTHER, Intent.OTHER)
        if cues.pair("jam", "berapa") and cues.words <= FILLERS | {"jam", "berapa"}:
            return self._make(Act.OTHER, Intent.OTHER)
        return self._make(Act.ASK, facet, order=Intent.NOW)

    def _make(
        self,
        act: Act,
        intent: Intent,
        *,
        order: Intent | None = None,
        back: bool = False,
        about_event: bool = False,
        absent: bool = False,
        picked: int = 0,
    ) -> Question:
        gathering = self.cues.has("kumpul", "masuk", "hadir") and intent in FACETS
        talks = self.cues.has("materi") and not self.cues.has("acara", "kegiatan", "sesi")
        return Question(
            self.text, act, intent, self.when, None, order, self.relation, self.anchor(),
            self._many(), back, about_event, self._following(), absent, gathering, talks, 0,
            picked, self.slots,
        )  # fmt: skip

    def _following(self) -> bool:
        """Whether the message takes up the question before: "kalau makan malam?"."""
        return self.cues.has("kalau") or (
            self.cues.row != [] and self.cues.words <= FILLERS | {"terus", "kalau"}
        )

    def _many(self) -> bool:
        cues = self.cues
        if self.mention and cues.has("jadwal") and not cues.clock:
            return True
        counted = cues.has("berapa") and (
            self.tokens[-1].word != "berapa" or cues.pair("ada", "berapa")
        )
        if self.mention and counted and cues.facet(named=True) is None:
            return True
        listed = cues.has("saja") and cues.has("apa", "kapan", "mana")
        return listed or cues.has("semua", "antara")
