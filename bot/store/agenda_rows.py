"""One mapping of the file against its pydantic model: unknown keys, renamed keys, wrong values."""

import difflib
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.store.agenda_schema import FOREIGN_KEYS, MaterialRow
from bot.store.findings import Findings
from bot.store.yaml_tree import Mapping, line_of

_CODES = {
    "missing": "missing",
    "string_type": "not_text",
    "bool_type": "not_bool",
    "bool_parsing": "not_bool",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "int_type": "not_number",
    "int_parsing": "not_number",
    "int_parsing_size": "not_number",
    "greater_than_equal": "not_number",
    "tuple_type": "not_list",
    "model_type": "not_mapping",
    "model_attributes_type": "not_mapping",
}
Values = dict[str, Any]
_Row = TypeVar("_Row", bound=BaseModel)


def read_row(
    model: type[_Row],
    raw: object,
    findings: Findings,
    *,
    line: int | None,
    needs: Iterable[str] = (),
    stand_in: Values | None = None,
) -> _Row | None:
    """``raw`` as a ``model``, after noting every error in it; None if no row can be made of it.

    A row with errors is given all the same, without the wrong values: what else is wrong with it
    should be told in the same go.

    Args:
        line: where it stands, in case it is no mapping at all.
        needs: keys that only lenient reading may miss.
        stand_in: values for the further checks where a wrong one had to be left out.
    """
    if not isinstance(raw, Mapping):
        findings.error("not_mapping", line, field="")
        return None
    given, written_as = _known_keys(model, raw, findings)
    for key in needs:
        if given.get(key) in (None, "") and not findings.lenient:
            findings.error("missing", line_of(raw, key), field=key)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
    for found in wrong:
        _note(found, raw, written_as, findings)
        given.pop(str(found["loc"][0]), None)
    try:
        return model.model_validate({**(stand_in or {}), **given})
    except ValidationError:
        return None


def nearest(word: str, choices: Iterable[str]) -> str:
    """The choice that ``word`` was probably meant to be, or an empty string."""
    close = difflib.get_close_matches(word.casefold()[:40], list(choices), n=1, cutoff=0.7)
    return close[0] if close else ""


def tell_unknown(raw: Mapping, known: Iterable[str], findings: Findings) -> None:
    """Note every key that nobody reads, with the one that was probably meant."""
    known = set(known)
    for key in raw.keys() - known:
        foreign = FOREIGN_KEYS.get(key, "")
        suggestion = foreign if foreign in known else nearest(key, sorted(known))
        findings.order("unknown_key", raw.lines[key], field=key[:40], suggestion=suggestion)


def _known_keys(
    model: type[BaseModel], raw: Mapping, findings: Findings
) -> tuple[Values, dict[str, str]]:
    """What the model reads, empty values left out, and under which keys it was written."""
    renamed: dict[str, str] = {}
    if findings.lenient:
        for key in raw:
            target = FOREIGN_KEYS.get(key, "")
            if target in model.model_fields and target not in raw:
                renamed.setdefault(target, key)
    tell_unknown(raw, {*model.model_fields, *renamed.values()}, findings)
    if "materials" in model.model_fields and isinstance(raw.get("materials"), list):
        for item in raw["materials"]:
            if isinstance(item, Mapping):
                tell_unknown(item, MaterialRow.model_fields, findings)
    keys = {key: key for key in raw if key in model.model_fields} | renamed
    return {key: raw[written] for key, written in keys.items() if raw[written] is not None}, keys


def _note(found: Any, raw: Mapping, written_as: dict[str, str], findings: Findings) -> None:
    where = found["loc"]
    key = written_as.get(str(where[0]), str(where[0]))
    line = line_of(raw, key, *where[1:])
    named = ".".join([key, *(step for step in where[1:] if isinstance(step, str))])
    ours = found["msg"] == found["type"]  # see agenda_schema: the code doubles as message
    code = found["type"] if ours else _CODES.get(found["type"], "bad_value")
    findings.error(code, line, field=named, **(found.get("ctx", {}) if ours else {}))
