"""The other way round: not what is worn then, but when something is: "batik hari apa?"."""

from bot.domain.language.cues import FILLERS, Cues
from bot.domain.language.index import AgendaIndex
from bot.domain.language.mentions import Mention, Source
from bot.domain.language.titles import split_words

_WEARING = frozenset({"pakai", "pakaian", "baju", "dresscode"})
_GATHERINGS = ("acara", "sesi", "kegiatan")
_ASKED = frozenset({"kapan", "hari", "tanggal", "apa", "mana", "berapa", *_GATHERINGS})


def asks_when_worn(cues: Cues) -> bool:
    """Whether a piece of clothing is named and its time or occasion is asked for."""
    when = cues.has("kapan") or cues.pair("hari", "apa", "mana") or cues.pair("tanggal", "berapa")
    if not (when or any(cues.pair(one, "apa", "mana") for one in _GATHERINGS)):
        return False
    things = _things(cues)
    rest = {cues.tokens[at].word for at in cues.free if at not in things}
    return bool(things) and (bool(rest & _WEARING) or rest <= FILLERS | _ASKED)


def worn(cues: Cues, index: AgendaIndex) -> Mention | None:
    """The sessions at which what is named is worn; None if it is at none."""
    agenda, things = index.agenda, _things(cues)
    dresses = [s.dress or agenda.event.dress or "" for s in agenda.sessions]
    named = set(things.values())
    found = tuple(n for n, dress in enumerate(dresses) if named <= set(split_words(dress)))
    return Mention(Source.ROOM, found, (found,), tuple(things), 1.0) if found else None


def _things(cues: Cues) -> dict[int, str]:
    """Words of clothing by place, as the agenda writes them."""
    raw = {at: cues.tokens[at].raw.removesuffix("nya") for at in cues.free}
    return {at: word for at, word in raw.items() if word in cues.clothes}
