"""What must hold in the lists of goals that commitments can be linked to."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.store.findings import Findings
from bot.store.slugs import slug
from bot.store.yaml_tree import Mapping, line_of

_LIST_LIMIT = 100
_ID_LIMIT = 80
_GOAL_LIMIT = 300
"""Eight of them and their heading fit into one message."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A goal as it is written. ``named``: its id stands in the file."""

    id: str
    text: str
    line: int | None
    named: bool


def check_goals(raw: Mapping, findings: Findings) -> None:
    """Ids that occur twice, lists without goals, texts that are too long.

    Args:
        raw: the mapping ``event``; what is no list of lists there has been told already.
    """
    first_of: dict[str, _Item] = {}
    plans = raw.get("goals")
    for place, plan in enumerate(plans if isinstance(plans, list) else ()):
        if not isinstance(plan, Mapping):
            continue
        items = list(_items(raw, place, plan))
        if not items and isinstance(plan.get("items"), dict | list):
            findings.error("goals_empty", line_of(raw, "goals", place), title=_title(plan))
        line = line_of(raw, "goals", place, "title")
        _check_length(_title(plan), "goals.title", _LIST_LIMIT, line=line, findings=findings)
        for item in items:
            _check_item(item, findings)
            earlier = first_of.setdefault(item.id, item)
            if earlier is not item:
                code = "duplicate_id" if item.named else "duplicate_goal"
                facts = {"id": item.id[:40], "text": item.text[:60], "other": earlier.line}
                findings.error(code, item.line, **facts)


def _items(raw: Mapping, place: int, plan: Mapping) -> Iterator[_Item]:
    items = plan.get("items")
    pairs = items.items() if isinstance(items, dict) else ()
    for key, text in pairs:
        if isinstance(text, str):
            line = line_of(raw, "goals", place, "items", key)
            yield _Item(" ".join(key.split()), _plain(text), line, named=True)
    for n, text in enumerate(items if isinstance(items, list) else ()):
        if isinstance(text, str):
            line = line_of(raw, "goals", place, "items", n)
            yield _Item(slug(text), _plain(text), line, named=False)


def _check_item(item: _Item, findings: Findings) -> None:
    _check_length(item.text, "goals.items", _GOAL_LIMIT, line=item.line, findings=findings)
    if item.named:
        _check_length(item.id, "goals.items", _ID_LIMIT, line=item.line, findings=findings)


def _check_length(
    text: str, field: str, limit: int, *, line: int | None, findings: Findings
) -> None:
    if len(text) > limit:
        findings.order("too_long", line, field=field, length=len(text), limit=limit)


def _title(plan: Mapping) -> str:
    title = plan.get("title")
    return _plain(title) if isinstance(title, str) else ""


def _plain(text: str) -> str:
    return " ".join(text.split())
