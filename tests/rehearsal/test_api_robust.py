"""Whatever a bot sends, the server answers in Telegram's form and keeps its world whole."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.rehearsal.api.methods import HANDLERS
from bot.rehearsal.api.server import Server
from bot.rehearsal.api.spec import (
    MethodSpec,
    facts,
    methods,
    problems,
    subtypes,
    tag_of,
    type_fields,
)
from bot.rehearsal.world import World
from tests.rehearsal.conftest import TOKEN

SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "Integer": st.sampled_from([0, 1, 2, 3, 42, -4_000_000_001, -1, 10**18, "7"]),
    "Float": st.sampled_from([0, -6.2, 106.8, 1e9]),
    "String": st.sampled_from(["", "x", "a.b", "<b>a</b>", "*", "attach://f", "@x", "👍", "id"]),
    "Boolean": st.booleans(),
    "InputFile": st.sampled_from(["attach://f", "nonsense"]),
}
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 5, 1.5, "x", [], {}, [[]], {"type": "x"}, "\ud800", "9" * 30]
)


def values(name: str, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a type that mostly fit it."""
    if name in SCALARS:
        return SCALARS[name]
    if depth > 3:
        return JUNK
    if name.startswith("Array of "):
        inner = values(name.removeprefix("Array of "), depth + 1)
        return st.lists(inner, max_size=3)
    if subtypes(name):
        return st.one_of([values(one, depth) for one in subtypes(name)])
    types, required = type_fields(name)
    fields = {field: one_of_types(row, depth + 1) for field, row in types.items()}
    if "type" in fields:
        fields["type"] = st.just(tag_of(name)) | st.sampled_from(["bold", "text_link"])
    optional = {key: value for key, value in fields.items() if key not in required}
    return st.fixed_dictionaries({key: fields[key] for key in required}, optional=optional)


def one_of_types(types: tuple[str, ...], depth: int = 0) -> st.SearchStrategy[Any]:
    return st.one_of([values(one, depth) for one in types] * 4 + [JUNK])


# By name, what leads past the first check and into a method.
CHATS = st.sampled_from([42, 42, 42, -4_000_000_001, 43])
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "chat_id": CHATS,
    "from_chat_id": CHATS,
    "message_id": st.integers(1, 5),
    "message_ids": st.lists(st.integers(1, 5), max_size=3, unique=True).map(sorted),
    "text": st.sampled_from(["x", "a <b>b</b> 👍", "*a*", "/start", " "]),
    "parse_mode": st.sampled_from(["HTML", "MarkdownV2", "Markdown"]),
    "action": st.just("typing"),
    "callback_query_id": st.just("700000000001"),
    "user_id": st.sampled_from([42, 123456789, 7]),
    "latitude": st.just(-6.2),
    "longitude": st.just(106.8),
    "language_code": st.sampled_from(["id", "en"]),
}


PLAYED = sorted(set(HANDLERS) - {"setwebhook"})


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    spec = methods()[draw(st.sampled_from(PLAYED))]
    optional = sorted(spec.parameters.keys() - spec.required)
    names = [*spec.required]
    if optional:
        names += draw(st.lists(st.sampled_from(optional), max_size=2, unique=True))
    for always in ("chat_id", "message_id"):  # not required where a message may be an inline one
        if always in optional and always not in names:
            names.append(always)
    return spec.name, {name: draw(_value(spec, name)) for name in names}


def _value(spec: MethodSpec, name: str) -> st.SearchStrategy[Any]:
    if name in KINDS:
        return st.sampled_from(["KNOWN", "KNOWN", "nonsense"])
    types = one_of_types(spec.parameters[name])
    return st.one_of(LIKELY[name], LIKELY[name], types) if name in LIKELY else types


# What the files of the small world were sent as, by the parameter that may name them.
KINDS = {"photo": "Photo", "voice": "VoiceNote", "audio": "Audio", "video": "Video",
         "sticker": "Sticker", "document": "Document", "animation": "Animation",
         "file_id": "Document"}  # fmt: skip


def small_world() -> tuple[World, dict[str, str]]:
    """Four messages, a press and a file of every kind, with the file_id for each parameter."""
    world = World(token=TOKEN)
    ani = world.add_user(42, "Ani")
    ani.start()
    ani.send_text("halo @someone", reply_to=1)
    ani.send_document(b"x", "a.txt")
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
    first = {"chat_id": 42, "text": "x", "reply_markup": markup}
    Server(world).dispatch(world.bot, "sendMessage", first)
    ani.press(4, "y")
    world.add_group("Panitia", members=(ani,))
    file_ids = {
        part: world.files.store(b"x", kind=kind, name="a", mime="image/png").file_id
        for part, kind in KINDS.items()
    }
    return world, file_ids


@settings(
    derandomize=True, max_examples=400, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.lists(calls(), min_size=1, max_size=4))
def test_no_call_breaks_the_server_or_its_world(made: list[tuple[str, dict[str, Any]]]) -> None:
    world, file_ids = small_world()
    server = Server(world)
    for name, params in made:
        for part in KINDS.keys() & params.keys():
            if params[part] == "KNOWN":
                params[part] = file_ids[part]
        status, body = server.dispatch(world.bot, name, params)
        assert status in (200, 400, 403), (name, params, body)
        if status == 200:
            assert problems(body["result"], methods()[name.lower()].returns) == []
    again = World.restore(json.loads(json.dumps(world.snapshot())))
    assert again.snapshot() == world.snapshot()


def test_the_facts_name_no_type_that_they_do_not_hold() -> None:
    known = facts()["types"].keys() | {"Integer", "Float", "String", "Boolean"}
    named = [one for spec in methods().values() for row in spec.parameters.values() for one in row]
    named += [one for spec in methods().values() for one in spec.returns]
    for name in facts()["types"]:
        named += [one for row in type_fields(name)[0].values() for one in row]
        named += subtypes(name)
    assert {one.replace("Array of ", "") for one in named} <= known
