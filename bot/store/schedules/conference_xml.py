"""schedule.xml as Pentabarf introduced it and frab, pretalx, wafer and FOSDEM write it.

Read with expat alone. A schedule needs no entities of its own, so a file that declares any is
refused before they can grow (CVE-2013-1664, "billion laughs") or fetch something.
"""

from datetime import datetime
from typing import Any
from xml.parsers import expat

from bot.store.schedules.drafts import Found, Notes
from bot.store.schedules.frab import Day, clock_of, day_of, draft_of, moment_of

_DEEPEST = 64
_PROSE = {"abstract", "description"}
_EVENTS = {"event", "entry", "talk", "session"}
_LISTS = {"persons": "person", "speakers": "speaker", "links": "link", "attachments": "attachment"}


class _RefusedError(Exception):
    """The file is well-formed but not read; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(content: bytes, notes: Notes) -> Found:
    """The schedule in an XML file; what is wrong with it is in ``notes``."""
    reader = _Reader(notes)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.EntityDeclHandler = reader.refuse_entity
    reader.parser = parser
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        notes.error("xml", error.lineno, reason=expat.ErrorString(error.code))
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        notes.error("xml", 1, reason=str(error)[:80])
    except _RefusedError as refused:
        notes.error(refused.code, parser.CurrentLineNumber)
    return reader.found


class _Reader:
    """Follows the elements down; an event is gathered into a mapping and then read."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.found = Found()
        self.parser: Any = None
        self.path: list[str] = []
        self.text: list[str] = []
        self.day = Day()
        self.change = ""
        self.base = ""
        self.room = ""
        self.after: datetime | None = None
        self.event: dict[str, Any] | None = None
        self.depth = 0
        self.named = ""
        self.line = 0
        self.attributes: list[dict[str, str]] = []

    def refuse_entity(self, *_declaration: object) -> None:
        """An entity of the file's own."""
        raise _RefusedError("entities")

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2].casefold()
        if not self.path and tag in {"html", "rss", "feed"}:
            raise _RefusedError("html" if tag == "html" else "not_schedule")
        if len(self.path) >= _DEEPEST:
            raise _RefusedError("not_schedule")
        self.path.append(tag)
        self.attributes.append(attributes)
        if self._inside_a_field():
            self._mark(f"<{tag}>")
            return
        self.text.clear()
        if tag == "day":
            start, end = moment_of(attributes.get("start")), moment_of(attributes.get("end"))
            day = day_of(attributes.get("date")) or (start.date() if start else None)
            self.day = Day(day, start, end, clock_of(self.change))
            self.room, self.after = "", None
        elif tag == "room" and self.event is None:
            self.room, self.after = attributes.get("name", ""), None
        elif tag in _EVENTS and self.event is None:
            self.line = self.parser.CurrentLineNumber
            self.event = {k: v for k, v in attributes.items() if k in ("id", "guid", "code")}
            self.depth = len(self.path)

    def data(self, text_: str) -> None:
        self.text.append(text_)

    def _inside_a_field(self) -> bool:
        """Whether the present element is markup within a field of the event, such as ``<p>``."""
        level = len(self.path) - self.depth
        return self.event is not None and (
            level > 2 or (level == 2 and self.path[-2] not in _LISTS)
        )

    def _mark(self, tag: str) -> None:
        """Keeps markup in fields of several lines, where it says how the lines break.

        Of a person with several facts only the name counts.
        """
        field = self.path[self.depth]
        if field in _LISTS:
            if tag == "</name>":
                self.named = "".join(self.text).strip()
            self.text.clear()
        else:
            self.text.append(tag if field in _PROSE else " ")

    def end(self, tag: str) -> None:
        if self._inside_a_field():
            self._mark(f"</{self.path[-1]}>")
            self.path.pop()
            self.attributes.pop()
            return
        tag = self.path.pop()
        attributes = self.attributes.pop()
        written = "".join(self.text).strip()
        self.text.clear()
        parent = self.path[-1] if self.path else ""
        if self.event is not None and len(self.path) < self.depth:
            self._finish(self.event)
            self.event = None
        elif self.event is not None:
            self._field(tag, parent, written, attributes)
        elif parent == "conference":
            self._conference(tag, written)

    def _field(self, tag: str, parent: str, written: str, attributes: dict[str, str]) -> None:
        assert self.event is not None  # only called within one
        if _LISTS.get(parent) == tag:
            item: object = self.named or written
            self.named = ""
            if attributes:
                item = {**attributes, "#text": item}
            self.event.setdefault(parent, []).append(item)
        elif parent in _EVENTS and tag not in _LISTS:
            self.event.setdefault(tag, written)

    def _conference(self, tag: str, written: str) -> None:
        if tag == "title":
            self.found.name = written
        elif tag == "acronym":
            self.found.short_name = written
        elif tag in ("venue", "city") and written:
            self.found.place = f"{self.found.place}, {written}".removeprefix(", ")
        elif tag in ("time_zone_name", "timezone"):
            self.found.zone = written or self.found.zone
        elif tag == "day_change":
            self.change = written
        elif tag in ("base_url", "baseurl"):
            self.base = written

    def _finish(self, facts: dict[str, Any]) -> None:
        draft = draft_of(
            facts,
            self.day,
            self.notes,
            room=self.room,
            base=self.base,
            after=self.after,
            at_line=self.line,
        )
        if draft is not None:
            self.after = (draft.wall or draft.start).replace(tzinfo=None)
            self.found.drafts.append(draft)
