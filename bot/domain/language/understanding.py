"""A typed message to a `Question`: tokens, times, names, then what is wanted of them."""

import re
from dataclasses import replace
from datetime import datetime

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.language.common import COMMON
from bot.domain.language.cues import FILLERS, PERSONS
from bot.domain.language.implied import PRAYERS
from bot.domain.language.index import index_of
from bot.domain.language.lexicon import MANNER_WORDS
from bot.domain.language.manners import MINE, manners, personal
from bot.domain.language.mentions import Mention, Source
from bot.domain.language.question import FACETS, Act, Intent, Question, Slots
from bot.domain.language.tokens import clean
from bot.domain.language.unnamed import Unnamed
from bot.domain.language.worn import asks_when_worn, worn

_SURE = 0.5
"""Share of the telling words that a name must account for, to answer rather than to ask."""
_FOREIGN, _COMMON = 0.7, 1.05
"""Weight of a word that is not understood, and of one that clearly means something else."""
_MEALS = frozenset({"makan", "makan_siang", "makan_malam", "sarapan", "rehat", "kopi"})
_CLAUSE = re.compile(r"(?<=[,;.!?\n])\s+")
_MOST_CLAUSES = 4
_NONE = Slots()
_SPEAKING = frozenset({"pembicara", "pemateri", "narasumber", "mengisi", "oleh", "yang"})
_HOSTS = frozenset({"panitia"})
_BUSY = frozenset({"bebas", "kosong", "luang", "padat", "sibuk", "penuh", "free", "busy"})
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
    whole = clean(text)
    question = _Reading(whole, index, local, slots or _NONE).question()
    if question.act is not Act.OTHER:
        return question
    clauses = _CLAUSE.split(whole)[:_MOST_CLAUSES]
    for clause in clauses if len(clauses) > 1 else ():
        reading = _Reading(clause, index, local, slots or _NONE)
        alone = reading.question()
        if alone.act is Act.ASK and reading.cues.asking and (alone.mention or reading.cues.noun):
            return alone  # "saya terlambat, sekarang sesi apa?"
    return question


class _Reading(Unnamed):
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
        if whole := self._worn() or self._of_event(facet) or self._of_place():
            return whole
        if self.when and cues.foreign and set(cues.foreign) <= _BUSY and cues.asking:
            return self._make(Act.ASK, Intent.AGENDA)  # "nanti malam bebas?"
        if cues.foreign or cues.unnamed or (cues.person and cues.has("hadir", "masuk", "pulang")):
            return self._make(Act.OTHER, Intent.OTHER)
        if cues.absent and not (facet is Intent.END and cues.absent == ("pulang",)):
            return self._absent(facet)
        return self._counted(facet) or self._about_time(facet)

    def _of_me(self) -> bool:
        """ "saya kelompok berapa", although a session is called so."""
        mention = self.mention
        words = {self.tokens[at].word for at in mention.places} if mention else set()
        return bool(words) and words <= MINE and self.when is None

    def _worn(self) -> Question | None:
        """ "batik hari apa?": what has nothing of it is no schedule of ours."""
        if self.when is not None or not asks_when_worn(self.cues):
            return None
        mention = worn(self.cues, self.index)
        if mention is None:
            return self._make(Act.OTHER, Intent.OTHER)
        return replace(self._make(Act.ASK, Intent.AGENDA), mention=mention)

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

    def _of_place(self) -> Question | None:
        """ "hotelnya apa namanya?": the event's place by what it is."""
        foreign = set(self.cues.foreign)
        called = "nama" in foreign and bool(foreign & self.index.place_words)
        if called and self.cues.asking and foreign <= self.index.place_words | {"nama"}:
            return self._make(Act.ASK, Intent.WHERE, about_event=True)
        return None

    def _pointing(self) -> Intent | None:
        """ "ruangannya?", "materinya ada?": of the session spoken of before."""
        cues = self.cues
        if self.mention is not None or self.when is not None or not self.slots.sessions:
            return None
        pointed = {"ruang", "tempat", "materi", "jam", "waktu", "mana", "selesai", "mulai"}
        if not cues.words <= FILLERS | pointed:
            return None
        if cues.has("selesai"):
            return Intent.END
        if any(t.word == "materi" and t.suffixed for t in self.tokens):
            return Intent.MATERIALS
        if cues.has("ruang", "tempat"):
            return Intent.WHERE
        asked = any(t.suffixed for t in self.tokens) or (cues.mark and cues.has("jam"))
        return Intent.WHEN if asked else None

    def _mannered(self, intent: Intent) -> Question:
        acts = {Intent.GREETING: Act.GREETING, Intent.HELP: Act.HELP}
        return self._make(acts.get(intent, Act.THANKS), intent)

    def _about_mention(self, mention: Mention, facet: Intent | None) -> Question:
        cues = self.cues
        if aside := self._aside(mention, facet):
            return aside
        if mention.source is Source.SPEAKER and facet is Intent.WHO:
            facet = None
        if (
            mention.source is Source.ROOM
            and facet is Intent.DRESS
            and cues.raw & {"dipakai", "dipake"}
        ):
            facet = None  # what a room is used for
        arriving = mention.source is Source.SPEAKER and cues.has("hadir")
        if arriving and cues.asking and not cues.foreign:
            arriving, facet = False, None  # no rundown tells when, but it tells what for
        if arriving or (facet is None and (self._beside_the_point() or self._wished_for())):
            return self._make(Act.OTHER, Intent.OTHER)
        weight = max(mention.weight, self.index.rarest) if mention.exact else mention.weight
        if mention.source is Source.ROOM:
            weight = max(weight, 1.0) * self.index.rarest / 2
        foreign = cues.beside
        against = sum(_COMMON if word in COMMON else _FOREIGN for word in foreign)
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
        bare = facet is Intent.WHO and not (mention.exact or cues.noun or cues.words & _SPEAKING)
        if share < _SURE or ((thin or bare) and foreign):  # "siapa atlet terbaik?"
            asked = facet is not None and len(foreign) < 3
            return replace(question, act=Act.UNSURE if asked else Act.OTHER)
        return question

    def _aside(self, mention: Mention, facet: Intent | None) -> Question | None:
        """Where what was named is not what is asked."""
        if facet is None and self.cues.noun and self.cues.has("sisa"):
            return self._make(Act.ASK, Intent.REST)  # "sisa agenda sampai penutupan"
        if mention.weak and (doubtful := self._doubtful(mention, facet)):
            return doubtful
        return self._make(Act.OTHER, Intent.OTHER) if self._untold(mention, facet) else None

    def _untold(self, mention: Mention, facet: Intent | None) -> bool:
        """Where a room is, or somebody is just now; who holds an office: what no rundown tells."""
        cues = self.cues
        if mention.source is Source.ROOM:
            return facet is Intent.WHERE and not cues.noun
        if mention.source is Source.SPEAKER and facet is Intent.WHERE:
            return cues.has("lagi", "sedang", "posisi") and not cues.has("ruang", "tempat")
        if mention.source is Source.SPEAKER and facet is None and cues.pair("ada", "di"):
            return not cues.noun  # "bupati ada di kantor?"
        offices = any(self.tokens[at].raw in PERSONS for at in mention.places)
        asked = mention.source is Source.SPEAKER and facet is Intent.WHO and not cues.noun
        return asked and offices and cues.words <= FILLERS | {"siapa", "sekarang"}

    def _doubtful(self, mention: Mention, facet: Intent | None) -> Question | None:
        """What everyday words alone name: it takes a plain question, and one session only."""
        cues = self.cues
        if cues.foreign or (facet is None and self.relation is None):
            return self._make(Act.OTHER, Intent.OTHER)
        if len(mention.groups) < 2:
            return None
        asked = facet is not None and cues.asking
        question = self._make(Act.UNSURE if asked else Act.OTHER, facet or Intent.OTHER)
        return replace(question, mention=mention)

    def _beside_the_point(self) -> bool:
        """Whether no fact is asked and the talk is of something else: "sudah makan siang?"."""
        cues = self.cues
        if (
            self._asks_for_dishes()
            or self._asks_for_parts()
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
        after = max(self.mention.places) + 1
        return self._meals_only() and after < len(self.tokens) and self.tokens[after].word == "apa"

    def _wished_for(self) -> bool:
        """ "kopi dong", "salat dulu ya": ordered or said, not asked for."""
        cues = self.cues
        wished = cues.has("dulu") or (cues.has("dong") and self._meals_only())
        return wished and not cues.asking

    def _asks_for_parts(self) -> bool:
        """ "doorprizenya apa saja": what there is at one session, which is in no rundown."""
        mention = self.mention
        if mention is None or len(mention.sessions) > 1 or self.cues.noun or self.when:
            return False
        listed = self.cues.pair("apa", "saja")
        return listed and any(self.tokens[at].suffixed for at in mention.places)

    def _meals_only(self) -> bool:
        places = self.mention.places if self.mention else ()
        return all(self.tokens[at].word in _MEALS for at in places)

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

    def _mention_order(self) -> Intent | None:
        order = self.cues.order()
        if order is None and self.relation_at >= 0 and self.relation is None:
            return Intent.NEXT if self.points_back() else None
        return None if order is Intent.NOW and not self.cues.has("sekarang") else order

    def _absent(self, facet: Intent | None) -> Question:
        cues = self.cues
        if not (cues.asking or facet or cues.noun) and (cues.stating or self.when):
            return self._make(Act.OTHER, Intent.OTHER)
        return self._make(Act.ASK, facet or Intent.CARD, absent=True)
