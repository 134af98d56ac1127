"""Commitments that were shared, as organizers see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.commitments import Standing
from bot.domain.notes import FEWEST_ANSWERS
from bot.texts.catalogue import text
from bot.texts.commitments import Line, Undertaken, counts, cut, line_of, pager
from bot.texts.rendered import Rendered

PAGE = 8
"""Commitments on a page."""


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A commitment that organizers may see. ``goal`` is empty where it serves none."""

    commitment: Undertaken
    name: str
    goal: str


def listing(
    language: str,
    lines: Sequence[SharedLine],
    *,
    hidden: int | None,
    hidden_by: Mapping[Standing, int],
    page: int,
    today: date,
) -> Rendered:
    """One page of what organizers may see, with totals of what they may not.

    Args:
        hidden: None: not to be told, for it is about too few people or about none.
    """
    by, few = counts(language, hidden_by), FEWEST_ANSWERS
    rest = "\n\n" + text("commitment.hidden", language, count=hidden, counts=by, fewest=few)
    if not lines:
        return Rendered(text("commitment.shared_none", language) + rest)
    page = max(0, min(page, (len(lines) - 1) // PAGE))
    first = page * PAGE
    shown = lines[first : first + PAGE]
    standings = [line.commitment.standing for line in lines]
    html = text(
        "commitment.shared_list",
        language,
        items=[_shared_line(shown, n, language, today) for n in range(len(shown))],
        first=first,
        last=first + len(shown),
        total=len(lines),
        more=len(lines) > PAGE,
        counts=counts(language, {each: standings.count(each) for each in Standing}),
    )
    beside = pager(language, "c:o", page, total=len(lines), size=PAGE)
    return Rendered(html + rest, (beside,) if beside else ())


def _shared_line(shown: Sequence[SharedLine], at: int, language: str, today: date) -> Line:
    line = shown[at]
    first_of_goal = at == 0 or shown[at - 1].goal != line.goal
    heading = line.goal or text("commitment.no_goal", language)
    return line_of(
        line.commitment,
        language,
        today,
        name=line.name,
        partner=cut(line.commitment.partner, 60),
        heading=heading if first_of_goal else "",
    )
