"""Questions in Bahasa Indonesia, understood from the agenda alone: no network, no model.

    message -> tokens (spelling, lexicon) -> times -> mentions -> cues -> Question

`understand` is the way in; everything else serves it.
"""

from bot.domain.language.question import FACETS, Act, Intent, Question, Slots
from bot.domain.language.understanding import understand

__all__ = ["FACETS", "Act", "Intent", "Question", "Slots", "understand"]
