"""YAML as plain values that know their lines.

Scalars stay text (``room: 101`` is ``"101"``, ``title: Yes`` is ``"Yes"``): what a value means is
for the schema to say, not for YAML 1.1, which reads 20:30 as the number 1230. Only an empty value,
``~`` and ``null`` are None. The tree is built from the event stream without recursion, since the C
composer overflows the stack on a file of 100,000 brackets.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from bot.store.findings import Findings

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_DEEPEST = 32
_MERGE = "<<"


class Mapping(dict[str, Any]):
    """A mapping; ``lines`` has the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.inherited: set[str] = set()


class Sequence(list[Any]):
    """A list; ``lines`` has the line of each item."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def line_of(tree: object, *path: str | int) -> int | None:
    """The line on which the value at ``path`` begins, or that of its nearest container."""
    line = getattr(tree, "line", None)
    for step in path:
        if isinstance(tree, Mapping) and step in tree.lines:
            line, tree = tree.lines[str(step)], tree[str(step)]
        elif isinstance(tree, Sequence) and isinstance(step, int) and step < len(tree):
            line, tree = tree.lines[step], tree[step]
        else:
            break
    return line


def parse(content: bytes, findings: Findings) -> object:
    """The first document of a UTF-8 YAML file; None after noting what is wrong with it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.error("not_utf8", content.count(b"\n", 0, error.start) + 1)
        return None
    if odd := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        findings.error("bad_character", line, character=f"U+{ord(odd.group()):04X}")
        return None
    builder = _Builder(findings)
    try:
        for event in yaml.parse(text, _LOADER):
            if not builder.take(event):
                return None
    except yaml.MarkedYAMLError as error:
        _note_syntax(error, text, findings)
        return None
    except yaml.YAMLError as error:
        findings.error("yaml_syntax", reason=str(error).splitlines()[0])
        return None
    return builder.root


def _note_syntax(error: yaml.MarkedYAMLError, text: str, findings: Findings) -> None:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    lines = text.splitlines()
    source = lines[mark.line] if mark and mark.line < len(lines) else ""
    indent = source[: len(source) - len(source.lstrip())]
    if "\t" in indent or "'\\t'" in str(error.problem):
        findings.error("yaml_tab", line)
    elif "mapping values are not allowed" in str(error.problem):
        findings.error("yaml_colon", line)
    else:
        findings.error("yaml_syntax", line, reason=str(error.problem or error.context))


@dataclass
class _Builder:
    """Puts the parser's events together."""

    findings: Findings
    root: object = None
    open: list[Mapping | Sequence] = field(default_factory=list)
    keys: list[tuple[str, int] | None] = field(default_factory=list)
    anchors: dict[str, object] = field(default_factory=dict)
    done: bool = False

    def take(self, event: Any) -> bool:
        """One event; False when the rest is not worth reading."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            return self._put(self._scalar(event), event.anchor, line)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                self.findings.error("yaml_alias", line, name=event.anchor)
                return False
            return self._put(self.anchors[event.anchor], None, line)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            return self._start(event, line)
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
            self.keys.pop()
        elif isinstance(event, yaml.DocumentEndEvent):
            self.done = True
        elif isinstance(event, yaml.DocumentStartEvent) and self.done:
            self.findings.warn("yaml_documents", line)
            self.anchors.clear()
        return True

    @staticmethod
    def _scalar(event: Any) -> str | None:
        plain = event.style is None or event.style == ""
        return None if plain and event.value in _NULLS else str(event.value)

    def _start(self, event: Any, line: int) -> bool:
        if len(self.open) >= _DEEPEST:
            self.findings.error("yaml_deep", line)
            return False
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        container = Mapping(line) if is_mapping else Sequence(line)
        if not self._put(container, event.anchor, line):
            return False
        self.open.append(container)
        self.keys.append(None)
        return True

    def _put(self, value: object, anchor: str | None, line: int) -> bool:
        if anchor is not None:
            self.anchors[anchor] = value
        if not self.open:
            if not self.done:
                self.root = value
            return True
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.append(value)
            parent.lines.append(line)
            return True
        key = self.keys[-1]
        if key is None:
            return self._key(value, line)
        self.keys[-1] = None
        self._entry(parent, key, value)
        return True

    def _key(self, value: object, line: int) -> bool:
        if isinstance(value, Mapping | Sequence):
            self.findings.error("yaml_key", line)
            return False
        self.keys[-1] = (str(value or ""), line)
        return True

    def _entry(self, parent: Mapping, key: tuple[str, int], value: object) -> None:
        name, line = key
        if name == _MERGE and isinstance(value, Mapping):
            for inherited in value.keys() - parent.keys():
                parent[inherited] = value[inherited]
                parent.lines[inherited] = line
                parent.inherited.add(inherited)
            return
        if name in parent and name not in parent.inherited:
            self.findings.error("duplicate_key", line, field=name, first=parent.lines[name])
        parent[name] = value
        parent.lines[name] = line
        parent.inherited.discard(name)
