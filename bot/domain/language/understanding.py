"""A typed message to a `Question`: tokens, times, names, then what is wanted of them."""

from dataclasses import replace
from datetime import datetime

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.language.common import COMMON
from bot.domain.language.cues import FILLERS
from bot.domain.language.implied import PRAYERS
from bot.domain.language.index import index_of
from bot.domain.language.lexicon import MANNER_WORDS, SCHEDULE_NOUNS
from bot.domain.language.manners import MINE, manners, personal
from bot.domain.language.mentions import Mention, Source
from bot.domain.language.message import Message
from bot.domain.language.question import FACETS, Act, Intent, Question, Slots
from bot.domain.language.tokens import clean

_SURE = 0.5
"""Share of the telling words that a name must account for, to answer rather than to ask."""
_FOREIGN, _COMMON = 0.7, 1.05
"""Weight of a word that is not understood, and of one that clearly means something else."""
_MEALS = frozenset({"makan", "makan_siang", "makan_malam", "sarapan", "rehat", "kopi"})
_NONE = Slots()
_HOSTS = frozenset({"panitia"})
_HELD = frozenset({
    "diadakan", "dilaksanakan", "diselenggarakan", "diselenggarain", "digelar", "held",
    "bertempat", "berlokasi",
})  # fmt: skip
_NEVER_SAID = frozenset({"adzan", "azan", "imsak", "imsakiyah", "cuaca", "hujan", "wifi"})
"""What a rundown does not tell, even where it has a prayer of that name."""


def understand(text: str, agenda: Agenda, now: datetime, slots: Slots | None = None) -> Question:
    """What ``text`` asks about ``agenda``. Never raises, whatever the text.

    Args:
        text: as typed, in Indonesian, light Javanese or English.
        agenda: the event; its words are gathered at the first call and kept with it.
        now: the present instant, aware; local words such as "besok" are read in the event's zone.
        slots: what this chat spoke of within the last ten minutes, if anything.
    """
    index = index_of(agenda)
    local = clock.local(now, agenda.timezone).replace(tzinfo=None)
    return _Reading(clean(text), index, local, slots or _NONE).question()


class _Reading(Message):
    """Decides what is asked, from the plainest messages to the most doubtful."""

    def question(self) -> Question:
        cues = self.cues
        if not self.tokens:
            return self._make(Act.OTHER, Intent.OTHER)
        named = self.mention is not None or self.when is not None
        if self.greeted and not named and cues.words <= FILLERS | MANNER_WORDS:
            return self._make(Act.GREETING, Intent.GREETING)
        alone = self.mention is None or cues.has("makasih")
        polite = manners(cues) if alone else None
        if polite and (self.when is None or cues.has("kabar")):
            return self._mannered(polite)
        if cues.has("pengingat"):
            own = bool(cues.foreign or self.mention or self.when)
            return self._make(Act.OTHER if own else Act.HELP, Intent.SETTINGS)
        if (not named or self._of_me()) and (intent := personal(cues)):
            return self._make(Act.ASK, intent)
        if cues.raw & _NEVER_SAID and not (self.mention and self.mention.exact):
            return self._make(Act.OTHER, Intent.OTHER)
        if cues.has("kenapa", "entah"):
            return self._make(Act.OTHER, Intent.OTHER)
        facet = cues.facet(named=self.mention is not None) or self._pointing()
        if self.mention is not None:
            return self._about_mention(self.mention, facet)
        if whole := self._of_event(facet):
            return whole
        if cues.foreign or cues.unnamed or (cues.person and cues.has("hadir", "masuk", "pulang")):
            return self._make(Act.OTHER, Intent.OTHER)
        if cues.absent:
            return self._absent(facet)
        return self._about_time(facet)

    def _of_me(self) -> bool:
        """ "saya kelompok berapa", although a session is called so."""
        mention = self.mention
        words = {self.tokens[at].word for at in mention.places} if mention else set()
        return bool(words) and words <= MINE and self.when is None

    def _of_event(self, facet: Intent | None) -> Question | None:
        """Who holds the event, and where it is held: what its file says of it as a whole."""
        cues, event = self.cues, self.index.agenda.event
        foreign = set(cues.foreign)
        if facet is Intent.WHO and foreign <= _HOSTS and not cues.person:
            hosts = bool(foreign) or cues.has("penyelenggara")
            asked = hosts and event.organizer is not None
            return self._make(Act.ASK, Intent.EVENT, about_event=True) if asked else None
        if facet is not Intent.WHERE or event.place is None:
            return None
        part = cues.has("sesi", "materi", "berikutnya", "terdekat", "pertama", "terakhir")
        held = cues.noun and bool(cues.raw & _HELD) and not (foreign or part)
        at_place = bool(foreign) and foreign <= self.index.place_words
        return self._make(Act.ASK, facet, about_event=True) if held or at_place else None

    def _pointing(self) -> Intent | None:
        """ "ruangannya?", "materinya ada?": of the session spoken of before."""
        cues = self.cues
        if self.mention is not None or self.when is not None or not self.slots.sessions:
            return None
        if not cues.words <= FILLERS | {"ruang", "tempat", "materi", "jam", "waktu", "mana"}:
            return None
        if any(t.word == "materi" and t.suffixed for t in self.tokens):
            return Intent.MATERIALS
        if cues.has("ruang", "tempat"):
            return Intent.WHERE
        return Intent.WHEN if any(t.suffixed for t in self.tokens) else None

    def _mannered(self, intent: Intent) -> Question:
        acts = {Intent.GREETING: Act.GREETING, Intent.HELP: Act.HELP}
        return self._make(acts.get(intent, Act.THANKS), intent)

    def _about_mention(self, mention: Mention, facet: Intent | None) -> Question:
        cues = self.cues
        asked = facet is not None or self.relation is not None
        if mention.weak and (not asked or cues.foreign or len(mention.groups) > 1):
            return self._make(Act.OTHER, Intent.OTHER)
        if mention.source is Source.SPEAKER and facet is Intent.WHO:
            facet = None
        if mention.source is Source.ROOM and facet is Intent.WHERE and not cues.noun:
            return self._make(Act.OTHER, Intent.OTHER)  # where a room is, no rundown tells
        if mention.source is Source.ROOM and facet is Intent.DRESS and "dipakai" in cues.raw:
            facet = None  # what a room is used for
        arriving = mention.source is Source.SPEAKER and cues.has("hadir")
        if arriving and facet is Intent.WHEN:  # no rundown tells when, but it tells what for
            arriving, facet = False, None
        if arriving or (facet is None and self._beside_the_point()):
            return self._make(Act.OTHER, Intent.OTHER)
        weight = max(mention.weight, self.index.rarest) if mention.exact else mention.weight
        if mention.source is Source.ROOM:
            weight = max(weight, 1.0) * self.index.rarest / 2
        against = sum(_COMMON if word in COMMON else _FOREIGN for word in cues.foreign)
        against = (against + len(cues.absent)) * self.index.rarest
        share = weight / (weight + against)
        if any(word in PRAYERS for word in cues.absent):
            return self._absent(facet)
        named = cues.noun and not cues.stating
        plain = mention.exact and not cues.stating and not cues.foreign
        looked_up = mention.source is not Source.SESSION and plain and not cues.has("di")
        fact = facet is not None and not (cues.stating and cues.has("saya", "kami"))
        wanted = cues.asking or named or looked_up or fact or self.relation is not None
        if not wanted and (cues.foreign or cues.stating or self._chatty()):
            timed = self.when is not None and not cues.foreign and not cues.stating
            question = self._make(Act.UNSURE if timed else Act.OTHER, Intent.AGENDA)
            return replace(question, mention=mention if timed else None)
        vague = mention.source is not Source.SESSION or not cues.asking
        if facet is None and cues.foreign and vague:
            return self._make(Act.OTHER, Intent.OTHER)
        intent = self.relation or facet or self._default(mention)
        order = self._mention_order()
        question = self._make(Act.ASK, intent, order=order)
        question = replace(question, mention=mention, nth=self._nth(mention))
        if facet is None and cues.foreign and self.relation is None:
            return replace(question, act=Act.UNSURE)
        thin = len(mention.places) == 1 and not self.tokens[mention.places[0]].exact
        if share < _SURE or (thin and cues.foreign):
            doubtful = facet is not None and len(cues.foreign) < 3
            return replace(question, act=Act.UNSURE if doubtful else Act.OTHER)
        return question

    def _beside_the_point(self) -> bool:
        """Whether no fact is asked and the talk is of something else: "sudah makan siang?"."""
        cues = self.cues
        if (
            self._asks_for_dishes()
            or cues.has("boleh", "menu")
            or any(word in COMMON for word in cues.foreign)
        ):
            return True
        begun = cues.has("mulai", "selesai", "berlangsung", "lewat") or cues.noun
        return cues.has("sudah") and not begun and self.relation is None

    def _asks_for_dishes(self) -> bool:
        """ "sarapan apa": what there is to eat, which is in no rundown."""
        if self.mention is None or self.relation or self.cues.noun:
            return False
        places = self.mention.places
        after = max(places) + 1
        meals = all(self.tokens[at].word in _MEALS for at in places)
        return meals and after < len(self.tokens) and self.tokens[after].word == "apa"

    def _nth(self, mention: Mention) -> int:
        after = max(mention.places) + 1
        token = self.tokens[after] if after < len(self.tokens) else None
        return (token.number or 0) if token and token.ordinal and not self.taken[after] else 0

    def _chatty(self) -> bool:
        return self.mention is not None and self.mention.source is not Source.SESSION

    def _default(self, mention: Mention) -> Intent:
        if mention.source is not Source.SESSION or self._many():
            return Intent.AGENDA
        if not self.tokens or self.slots.intent not in FACETS or not self._following():
            return Intent.CARD
        return Intent(self.slots.intent)

    def _following(self) -> bool:
        """Whether the message takes up the question before: "kalau makan malam?"."""
        return self.cues.has("kalau") or (
            self.cues.row != [] and self.cues.words <= FILLERS | {"terus", "kalau"}
        )

    def _mention_order(self) -> Intent | None:
        order = self.cues.order()
        if order is None and self.relation_at >= 0 and self.relation is None:
            return Intent.NEXT if self.points_back() else None
        return None if order is Intent.NOW and not self.cues.has("sekarang") else order

    def _many(self) -> bool:
        cues = self.cues
        if self.mention and cues.has("jadwal") and not cues.clock:
            return True
        if self.mention and cues.has("berapa") and cues.facet(named=True) is None:
            return True
        listed = cues.has("saja") and cues.has("apa", "kapan", "mana")
        return listed or cues.has("semua", "antara")

    def _absent(self, facet: Intent | None) -> Question:
        cues = self.cues
        if not (cues.asking or facet or cues.noun) and (cues.stating or self.when):
            return self._make(Act.OTHER, Intent.OTHER)
        return self._make(Act.ASK, facet or Intent.CARD, absent=True)

    def _about_time(self, facet: Intent | None) -> Question:
        cues = self.cues
        order = cues.order()
        if facet and cues.noun and self.when is None and not self.relation and self._whole_event():
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
        somebody = cues.pair("dimana", "pak", "bu") and cues.raw & {"bapak", "ibu"}
        if somebody and not (cues.noun or self.slots.sessions):
            return self._make(Act.OTHER, Intent.OTHER)  # "di mana bapak sekarang?"
        bare_clock = cues.clock and order is Intent.NOW and not cues.noun
        if bare_clock and not cues.has("selesai", "sampai", "mulai"):
            return self._make(Act.OTHER, Intent.OTHER)  # "jam berapa sekarang?"
        if self.when is not None:
            return self._at_time(facet, order)
        if cues.words <= FILLERS | {"lagi", "apa", "ngapain"} and cues.has("lagi"):
            talk = cues.has("anda")
            return self._make(Act.OTHER if talk else Act.UNSURE, Intent.NOW, order=Intent.NOW)
        if picked := self._picked():
            return picked
        several = len(self.slots.sessions) > 1 and cues.has("yang") and not cues.noun
        if order in (Intent.FIRST, Intent.LAST) and several:
            return self._make(Act.ASK, facet or Intent.CARD, order=order, back=True)
        if order is not None and (cues.asking or cues.noun or facet or self._only(order)):
            return self._make(Act.ASK, facet or order, order=order, about_event=cues.event)
        return self._without_time(facet)

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
        pointing_back = self.cues.has("itu") or self._moves_on()
        if pointing_back and self.slots.sessions and self.when is None:
            return self._make(Act.ASK, Intent.AFTER, back=True)
        if self.relation is Intent.BEFORE:
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
        if self.slots.intent:
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

    def _picked(self) -> Question | None:
        """ "yang kedua" after a choice was offered."""
        number = next((t.number for t in self.tokens if t.number), None)
        number = 1 if self.cues.has("pertama") else number
        if number and self.slots.choices[number - 1 : number] and len(self.tokens) < 4:
            return self._make(Act.ASK, Intent.CARD, back=True, picked=number)
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
        return Question(
            self.text, act, intent, self.when, None, order, self.relation, self.anchor(),
            self._many(), back, about_event, self._following(), absent, gathering, 0, picked,
            self.slots,
        )  # fmt: skip
