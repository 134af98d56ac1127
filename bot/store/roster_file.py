"""Reads a roster: from a .csv or .xlsx with headings in Indonesian or English to its entries."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.people import RosterEntry
from bot.domain.problems import Problem, ProblemsError
from bot.store.findings import Findings, bad_character, first, read_bytes
from bot.store.roster_cells import (
    coordinator_of,
    field_of,
    is_numbering,
    is_scientific,
    phone_number,
    role_of,
)
from bot.store.roster_sheet import Row, read_sheets
from bot.store.slugs import slug, unused

FILE_NAMES = ("roster.csv", "roster.xlsx")
_HEADER_WITHIN = 20
_LONGEST = {
    "key": 60, "name": 120, "position": 200, "agency": 200, "echelon": 40, "group": 80,
    "aide_of": 120, "bus": 40, "room": 40, "seat": 40,
}  # fmt: skip
_TEXTS = ("position", "agency", "echelon", "group", "aide_of", "bus", "room", "seat")
_SHARED = ("agency", "echelon", "group", "bus")
"""What an aide has in common with the person they go with."""
_REACHING_DOWN = {"agency", "echelon", "group", "role", "bus", "room"}
"""Fields in which a cell merged over several rows is meant for each of them."""


class RosterFileError(ProblemsError):
    """The roster cannot be loaded; ``problems`` says why, row by row, and the warnings besides."""


@dataclass(frozen=True)
class _Draft:
    """An entry whose key may still be missing, and the row it is from."""

    entry: RosterEntry
    row: int


def find_roster(folder: Path) -> Path | None:
    """The roster of an event folder, .csv before .xlsx; None where there is none."""
    return next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)


def read_roster(path: Path) -> tuple[RosterEntry, ...]:
    """All entries of a roster file, in its order.

    Raises:
        RosterFileError: with every problem found.
    """
    return read_roster_with_warnings(path)[0]


def read_roster_with_warnings(
    path: Path,
) -> tuple[tuple[RosterEntry, ...], tuple[Problem, ...]]:
    """The same, with what is worth telling although the roster could be loaded.

    Raises:
        RosterFileError: with every problem found.
    """
    findings = Findings(path.name)
    content = read_bytes(path, findings)
    if content is None:
        raise RosterFileError(findings.sorted())
    return parse_roster(content, file=path.name)


def parse_roster(
    content: bytes, *, file: str
) -> tuple[tuple[RosterEntry, ...], tuple[Problem, ...]]:
    """The entries and warnings in a file's bytes; ``file`` is its name in problems.

    Raises:
        RosterFileError: with every problem found.
    """
    findings = Findings(file)
    drafts = _drafts(read_sheets(content, findings), findings)
    _check_repeated(drafts, findings)
    entries = _with_principals(_with_keys(drafts, findings), drafts, findings)
    if not drafts and not findings.failed:
        findings.error("roster_empty")
    if findings.failed:
        raise RosterFileError(findings.sorted())
    return entries, findings.sorted()


def _drafts(sheets: list[list[Row]], findings: Findings) -> list[_Draft]:
    """The people on the first sheet that has headings."""
    if findings.failed:
        return []
    for rows in sheets:
        for position, row in enumerate(rows[:_HEADER_WITHIN]):
            if any(field_of(cell) == "name" for cell in row.cells):
                columns = _columns(row, findings)
                found = (_draft(below, columns, findings) for below in rows[position + 1 :])
                return [draft for draft in found if draft is not None]
    if any(sheets):
        top = next(rows[0] for rows in sheets if rows)
        found_headings = first(cell[:30] for cell in top.cells if cell)
        findings.error("roster_no_header", top.number, found=found_headings)
    return []


def _columns(header: Row, findings: Findings) -> dict[str, int]:
    """Column of each field."""
    columns: dict[str, int] = {}
    for number, heading in enumerate(header.cells):
        name = field_of(heading)
        if name is None:
            if not is_numbering(heading):
                findings.warn("roster_unknown_column", header.number, heading=heading[:40])
        elif name in columns:
            findings.warn("roster_column_twice", header.number, heading=heading[:40])
        else:
            columns[name] = number
    return columns


def _draft(row: Row, columns: dict[str, int], findings: Findings) -> _Draft | None:
    """One person, or None for a row that is empty or wrong."""
    cells = {name: _cell(row, name, column) for name, column in columns.items()}
    own = [row.cells[column] for column in columns.values() if column < len(row.cells)]
    if not any(own):
        return None
    before = len(findings)
    if not cells["name"]:
        findings.error("roster_no_name", row.number)
    for name, value in cells.items():
        if odd := bad_character(value):
            findings.error("bad_character", row.number, character=odd)
        if len(value) > _LONGEST.get(name, 100):
            facts = {"field": name, "length": len(value), "limit": _LONGEST.get(name, 100)}
            findings.error("too_long", row.number, **facts)
    role = role_of(cells.get("role", ""))
    if role is None:
        findings.error("roster_role", row.number, word=cells["role"][:40])
    phone = _phone(cells.get("phone", ""), row.number, findings)
    coordinator = _coordinator(cells.get("coordinator", ""), row.number, findings)
    wrong = len(findings) > before
    for name, column in columns.items():
        if column in row.formulas:
            findings.warn("roster_formula", row.number, field=name, value=cells[name][:40])
    if wrong or role is None:
        return None
    texts = {name: cells.get(name) or None for name in _TEXTS}
    entry = RosterEntry(
        cells.get("key", ""),
        cells["name"],
        phone=phone,
        role=role,
        coordinator=coordinator,
        **texts,
    )
    return _Draft(entry, row.number)


def _cell(row: Row, name: str, column: int) -> str:
    value = row.cells[column] if column < len(row.cells) else ""
    if not value and name in _REACHING_DOWN:
        value = row.merged.get(column, "")
    return "" if value in {"-", "–", "—"} else value


def _phone(text: str, row: int, findings: Findings) -> str | None:
    if is_scientific(text):
        findings.error("roster_phone_scientific", row, value=text)
        return None
    try:
        return phone_number(text)
    except ValueError:
        findings.error("roster_phone", row, value=text[:40])
        return None


def _coordinator(text: str, row: int, findings: Findings) -> str | None:
    try:
        return coordinator_of(text)
    except ValueError:
        findings.error("roster_coordinator", row, word=text[:40])
        return None


def _check_repeated(drafts: list[_Draft], findings: Findings) -> None:
    rows: dict[RosterEntry, int] = {}
    by_key: dict[str, int] = {}
    for draft in drafts:
        entry = draft.entry
        if entry in rows:
            findings.error("roster_repeated", draft.row, name=entry.name, other=rows[entry])
        elif entry.key and entry.key in by_key:
            findings.error("roster_same_key", draft.row, id=entry.key, other=by_key[entry.key])
        rows.setdefault(entry, draft.row)
        by_key.setdefault(entry.key, draft.row)


def _with_keys(drafts: list[_Draft], findings: Findings) -> tuple[RosterEntry, ...]:
    """Every entry with a key of its own: as given, else of the name, else of name and agency.

    Of two equal names both get the longer key, so that their order does not matter.
    """
    names = Counter(slug(d.entry.name) for d in drafts)
    taken = {d.entry.key for d in drafts if d.entry.key}
    namesakes: dict[str, int] = defaultdict(int)
    entries = []
    for draft in drafts:
        entry = draft.entry
        if not entry.key:
            key = slug(entry.name)
            if names[key] > 1 and entry.agency:
                key = slug(f"{entry.name} {entry.agency}")
            if namesakes[key] and not findings.failed:
                facts = {"name": entry.name, "other": namesakes[key]}
                findings.warn("roster_namesake", draft.row, **facts)
            namesakes[key] = namesakes[key] or draft.row
            entry = replace(entry, key=unused(key, taken))
            taken.add(entry.key)
        entries.append(entry)
    return tuple(entries)


def _with_principals(
    entries: tuple[RosterEntry, ...], drafts: list[_Draft], findings: Findings
) -> tuple[RosterEntry, ...]:
    """Every aide with the key of whom they go with, however the roster names that person.

    An aide hears what that person hears, and so belongs where the person does unless told so.
    """
    by_key = {entry.key: entry for entry in entries}
    named: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for word in dict.fromkeys([entry.key.casefold(), *_names(entry)]):
            named[word].append(entry.key)
    found = []
    for entry, draft in zip(entries, drafts, strict=True):
        if entry.aide_of is None:
            found.append(entry)
            continue
        keys = [key for key in named[entry.aide_of.casefold()] if key != entry.key]
        if len(keys) != 1:
            code = "roster_aide_several" if keys else "roster_aide_unknown"
            findings.error(code, draft.row, name=entry.aide_of[:40])
            continue
        person = by_key[keys[0]]
        shared = {name: getattr(entry, name) or getattr(person, name) for name in _SHARED}
        found.append(replace(entry, aide_of=person.key, **shared))
    return tuple(found)


def _names(entry: RosterEntry) -> list[str]:
    """By what an aide's line may name the person: the name or the office."""
    return [words.casefold() for words in (entry.name, entry.position) if words]
