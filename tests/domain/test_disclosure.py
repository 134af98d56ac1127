"""Nothing about fewer than five people can be read off, nor worked out from what is shown."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import disclosure
from bot.domain.notes import FEWEST_ANSWERS


def _people(*sizes: int) -> dict[str, frozenset[int]]:
    """Parts of these sizes, a, b, c ..., without anybody in two of them."""
    parts, first = {}, 0
    for name, size in zip("abcdefghij", sizes, strict=False):
        parts[name] = frozenset(range(first, first + size))
        first += size
    return parts


def test_a_small_part_takes_the_next_smallest_with_it() -> None:
    assert disclosure.withheld(_people(8, 7, 6)) == frozenset()
    assert disclosure.withheld(_people(9, 8, 3)) == {"b", "c"}
    assert disclosure.withheld(_people(9, 3, 3)) == {"b", "c"}
    assert disclosure.withheld(_people(9, 2, 1, 6)) == {"b", "c", "d"}
    assert disclosure.withheld(_people(9, 6, 0)) == {"b", "c"}
    assert disclosure.withheld(_people(2, 1)) == {"a", "b"}
    assert disclosure.withheld({}) == frozenset()


def test_a_total_over_sessions_leaves_out_the_few_who_are_in_small_ones_alone() -> None:
    shown, few, many = frozenset(range(6)), frozenset({5, 90, 91}), frozenset(range(100, 104))
    assert disclosure.counted({"a": shown, "b": few}) == shown
    assert disclosure.counted({"a": shown, "b": few, "c": many}) == shown | few | many
    assert disclosure.counted({"a": few}) == frozenset()


_SIZES = st.lists(st.integers(0, 12), max_size=10)
_OVERLAPPING = st.dictionaries(
    st.integers(0, 8), st.frozensets(st.integers(0, 25), max_size=12), max_size=8
)


@settings(derandomize=True)
@given(_SIZES)
def test_the_total_minus_what_is_shown_is_never_a_few_people(sizes: list[int]) -> None:
    parts = _people(*sizes)
    hidden = disclosure.withheld(parts)
    assert all(len(parts[key]) >= FEWEST_ANSWERS for key in parts.keys() - hidden)
    rest = sum(len(parts[key]) for key in hidden)
    assert not hidden or hidden == parts.keys() or (rest >= FEWEST_ANSWERS and len(hidden) > 1)


@settings(derandomize=True)
@given(_OVERLAPPING)
def test_totals_over_parts_that_overlap_hide_the_few_too(
    parts: dict[int, frozenset[int]],
) -> None:
    total = disclosure.counted(parts)
    shown = disclosure.together(p for p in parts.values() if len(p) >= FEWEST_ANSWERS)
    assert shown <= total
    assert len(total - shown) == 0 or len(total - shown) >= FEWEST_ANSWERS
