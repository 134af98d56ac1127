"""Reads agenda.yaml: from text to an ``Agenda``, or to a list of everything that is wrong.

Strict reading is for the event folder of the bot. Lenient reading is for other people's files:
it knows other names for some keys, fills in what can be told from the rest, and warns instead of
refusing wherever an agenda can still be made.
"""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain import clock
from bot.domain.agenda import Agenda, Event, Goal, Kind, Material, Session
from bot.domain.problems import Problem, ProblemsError
from bot.store import agenda_rules, yaml_tree
from bot.store.agenda_rows import nearest, read_row, tell_unknown
from bot.store.agenda_rules import Placed
from bot.store.agenda_schema import (
    EVENT_NEEDS,
    SESSION_NEEDS,
    EventRow,
    SessionRow,
    kind_of,
    kind_words,
)
from bot.store.findings import Findings, read_bytes
from bot.store.slugs import slug, unused
from bot.store.yaml_tree import Mapping, line_of

FILE_NAME = "agenda.yaml"
_HOME_ZONE = "Asia/Jakarta"
_USUAL_LENGTH = timedelta(minutes=60)
_UNTITLED = {"title": "…"}
_LONGEST_GUESS = timedelta(hours=4)


class AgendaFileError(ProblemsError):
    """The agenda cannot be loaded; ``problems`` says why, and the warnings besides."""


def agenda_path(path: Path) -> Path:
    """The agenda's file, of an event folder or of the file itself."""
    return path / FILE_NAME if path.is_dir() else path


def read_agenda(path: Path, *, lenient: bool = False) -> Agenda:
    """The agenda of an event folder or of a bare file.

    Raises:
        AgendaFileError: with every problem found.
    """
    return read_agenda_with_warnings(path, lenient=lenient)[0]


def read_agenda_with_warnings(
    path: Path, *, lenient: bool = False
) -> tuple[Agenda, tuple[Problem, ...]]:
    """The same, with what is worth telling although the agenda could be loaded.

    Raises:
        AgendaFileError: with every problem found.
    """
    path = agenda_path(path)
    findings = Findings(path.name, lenient=lenient)
    content = read_bytes(path, findings)
    if content is None:
        raise AgendaFileError(findings.sorted())
    return parse_agenda(content, file=path.name, lenient=lenient)


def parse_agenda(
    content: bytes, *, file: str = FILE_NAME, lenient: bool = False
) -> tuple[Agenda, tuple[Problem, ...]]:
    """The agenda and warnings in a file's bytes; ``file`` is its name in problems.

    Raises:
        AgendaFileError: with every problem found.
    """
    findings = Findings(file, lenient=lenient)
    agenda = _read(content, findings)
    if agenda is None or findings.failed:
        raise AgendaFileError(findings.sorted())
    return agenda, findings.sorted()


def _read(content: bytes, findings: Findings) -> Agenda | None:
    """The agenda in the bytes of a file; None where an error was noted."""
    tree = yaml_tree.parse(content, findings)
    if not isinstance(tree, Mapping) or not tree:
        if not findings.failed:
            findings.error("not_agenda" if tree else "empty_file", line_of(tree))
        return None
    tell_unknown(tree, {"event", "sessions"}, findings)
    raw_event = tree.get("event") or Mapping(tree.line)
    line = line_of(tree, "event")
    row = None
    if findings.lenient or tree.get("event"):
        row = read_row(EventRow, raw_event, findings, line=line, needs=EVENT_NEEDS)
    else:
        findings.error("missing", tree.line, field="event")
    zone = _zone(raw_event, findings)
    placed, complete = _sessions(tree, zone or "UTC", findings)
    event = _event(row, zone, placed, findings.file) if row and zone else None
    days_given = findings.lenient or (row and row.start and row.end)
    if event and days_given and isinstance(raw_event, Mapping):
        agenda_rules.check_event(event, raw_event, findings)
    in_order = event if event and days_given and event.start <= event.end else None
    agenda_rules.check_sessions(placed, in_order, zone or "UTC", findings)
    if in_order and complete:
        agenda_rules.check_gaps(placed, in_order, line, findings)
    if row is None or event is None or findings.failed:
        return None
    return Agenda(event, tuple(p.session for p in placed), version=row.version)


def _zone(raw_event: object, findings: Findings) -> str | None:
    """Name of the event's zone; None after noting that there is no such zone."""
    name = raw_event.get("timezone") if isinstance(raw_event, Mapping) else None
    if name is None:
        if findings.lenient:
            findings.warn("no_zone", line_of(raw_event), zone_name=_HOME_ZONE)
        return _HOME_ZONE
    if not isinstance(name, str):
        return None  # told with the row
    try:
        return str(clock.zone(name.strip()))
    except ValueError:
        findings.error("unknown_zone", line_of(raw_event, "timezone"), name=name[:40])
        return None


def _event(row: EventRow, zone: str, placed: list[Placed], file: str) -> Event | None:
    """The event; its days are those of the sessions where a foreign file names none."""
    starts = [p.session.start for p in placed]
    if not starts and not (row.start and row.end):
        return None
    first = row.start or clock.local_day(min(starts), zone)
    last = row.end or max(first, clock.local_day(max(starts), zone))
    name = row.name or Path(file).stem
    point = row.map
    return Event(
        id=row.id or slug(row.short_name or name),
        name=name,
        timezone=zone,
        start=first,
        end=last,
        short_name=row.short_name,
        organizer=row.organizer,
        place=row.place,
        address=row.address,
        latitude=point.latitude if point else row.latitude,
        longitude=point.longitude if point else row.longitude,
        example=row.example,
        dress=row.dress,
        reflection_questions=row.reflection_questions,
        digest_at=row.digest_at,
        prompt_at=row.prompt_at,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        session_prompts=row.session_prompts,
        goals=tuple(
            Goal(goal_id, title, plan.title)
            for plan in row.goals
            for goal_id, title in plan.items.items()
        ),
        consent_version=row.consent_version,
        consent_text=row.consent_text,
        keep_until=row.keep_until,
        shared_rooms=row.shared_rooms,
        free_days=row.free_days,
    )


def _sessions(tree: Mapping, zone: str, findings: Findings) -> tuple[list[Placed], bool]:
    """The sound sessions in file order, and whether those are all."""
    items = tree.get("sessions")
    if not items:
        findings.error("no_sessions", line_of(tree, "sessions"))
        return [], False
    if not isinstance(items, list):
        findings.error("not_list", line_of(tree, "sessions"), field="sessions")
        return [], False
    rows: list[tuple[SessionRow, Mapping]] = []
    for index, raw in enumerate(items):
        line = line_of(tree, "sessions", index)
        row = read_row(
            SessionRow, raw, findings, line=line, needs=SESSION_NEEDS, stand_in=_UNTITLED
        )
        if row is not None:
            rows.append((row, raw))
    starts = sorted(_instant(row.start, zone) for row, _ in rows)
    ids = _ids(rows, findings)
    placed = [
        Placed(_session(*both, findings, session_id=new_id, starts=starts, zone=zone), both[1])
        for both, new_id in zip(rows, ids, strict=True)
    ]
    return placed, len(placed) == len(items)


def _ids(rows: list[tuple[SessionRow, Mapping]], findings: Findings) -> list[str]:
    """Ids as written; in lenient reading made from titles where missing, and numbered if twice."""
    written = {row.id for row, _ in rows if row.id}
    seen: set[str] = set()
    ids = []
    for row, raw in rows:
        session_id = row.id or unused(slug(row.title), written | seen)
        if findings.lenient and session_id in seen:
            session_id = unused(session_id, written | seen)
            findings.warn("renamed_id", line_of(raw, "id"), id=row.id, new=session_id)
        seen.add(session_id)
        ids.append(session_id)
    return ids


def _session(
    row: SessionRow,
    raw: Mapping,
    findings: Findings,
    *,
    session_id: str,
    starts: list[datetime],
    zone: str,
) -> Session:
    start = _instant(row.start, zone)
    end = _instant(row.end, zone) if row.end else None
    if end is not None and end <= start:
        facts = {"title": row.title, "start": start, "end": end, "zone": zone}
        findings.order("ends_early", line_of(raw, "end"), **facts)
        end = None
    if end is None:
        end = _likely_end(start, starts)
        if findings.lenient:
            facts = {"title": row.title, "end": end, "zone": zone}
            findings.warn("guessed_end", line_of(raw, "start"), **facts)
    return Session(
        id=session_id,
        title=row.title,
        start=start,
        end=end,
        kind=_kind(row, raw, findings),
        room=row.room,
        speakers=row.speakers,
        description=row.description,
        dress=row.dress,
        bring=row.bring,
        aliases=row.aliases,
        materials=tuple(Material(m.title, m.url) for m in row.materials),
        question=row.question,
        cancelled=row.cancelled,
        groups=row.groups,
    )


def _kind(row: SessionRow, raw: Mapping, findings: Findings) -> Kind:
    if row.kind is None:
        return Kind.OTHER
    kind = kind_of(row.kind)
    if kind is None:
        facts = {"word": row.kind[:40], "suggestion": nearest(row.kind, kind_words())}
        findings.order("unknown_kind", line_of(raw, "kind"), **facts)
    return kind or Kind.OTHER


def _instant(moment: datetime, zone: str) -> datetime:
    """UTC; a moment without offset is wall time of the event."""
    if moment.tzinfo is None:
        return clock.localize(moment, zone)
    return moment.astimezone(UTC)


def _likely_end(start: datetime, starts: list[datetime]) -> datetime:
    """When the next session begins, if that is near; else after the usual length."""
    position = bisect_right(starts, start)
    if position < len(starts) and starts[position] - start <= _LONGEST_GUESS:
        return starts[position]
    return start + _USUAL_LENGTH
