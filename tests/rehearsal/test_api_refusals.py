"""Refusals that need a situation: who cannot be reached, edits, groups, broken requests."""

from typing import Any

import aiohttp
import pytest

from bot.rehearsal.api import create_app, running, server
from bot.rehearsal.api.methods import HANDLERS, Context, media
from bot.rehearsal.api.spec import methods
from bot.rehearsal.world import User, World
from tests.rehearsal.conftest import Api, SteppedClock

Params = dict[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def inline(*buttons: Params) -> Params:
    return {"inline_keyboard": [[button] for button in buttons]}


def to_ani(text: str = "x", **more: Any) -> Params:
    return {"chat_id": 42, "text": text, **more}


def button(**fields: Any) -> Params:
    return to_ani(reply_markup=inline({"text": "A", **fields}))


async def test_a_form_is_checked_as_strictly_as_json(api: Api, ani: User) -> None:
    form = {"chat_id": "42", "text": "x", "reply_markup": '{"inline_keyboard": 5}'}
    async with api.session.post(api.url("sendMessage"), data=form) as response:
        answer = api.checked("sendMessage", response.status, await response.json())
    assert answer.refusal == (
        400,
        "Bad Request: expected an Array of Array of InlineKeyboardButton",
    )


async def test_a_body_that_is_no_json_object_is_refused(api: Api, ani: User) -> None:
    headers = {"Content-Type": "application/json"}
    for body in ("{", "[1]"):
        url = api.url("getMe")
        async with api.session.post(url, data=body, headers=headers) as response:
            assert response.status == 400


async def test_files_and_other_addresses_that_do_not_exist_are_not_found(api: Api) -> None:
    for path in (f"file/bot{api.token}/documents/no.bin", "file/botx/documents/no.bin", "", "a/b"):
        async with api.session.get(f"{api.base_url}/{path}") as response:
            assert response.status == 404
            assert (await response.json())["description"] == "Not Found"


async def test_every_method_that_is_not_played_says_so_and_pretends_nothing(api: Api) -> None:
    for spec in methods().values():
        if spec.name.lower() in HANDLERS or spec.name == "getUpdates":
            continue
        answer = await api(spec.name)
        assert answer.status == 400
        if not spec.required:
            words = f'Bad Request: the embedded server does not play method "{spec.name}"'
            assert answer.body["description"] == words


async def test_a_mistake_of_the_server_itself_is_an_error_500_and_is_logged(
    api: Api, ani: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(ctx: Context) -> bool:
        raise ZeroDivisionError

    monkeypatch.setitem(HANDLERS, "getme", broken)
    assert (await api("getMe")).refusal == (500, "Internal Server Error")
    assert "failed on getMe" in caplog.text
    assert api.token not in caplog.text


async def test_a_body_of_another_type_is_refused(api: Api, ani: User) -> None:
    headers = {"Content-Type": "text/plain"}
    async with api.session.post(api.url("getMe"), data="x", headers=headers) as response:
        assert response.status == 400


async def test_a_body_over_what_the_server_reads_is_too_large(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MAX_BODY", 1000)
    async with running(world) as base_url, aiohttp.ClientSession() as session:
        url = f"{base_url}/bot{world.bot.token}/getMe"
        async with session.post(url, data={"x": "x" * 2000}) as response:
            assert response.status == 413


def test_a_token_with_the_id_of_another_bot_is_a_mistake_of_the_caller(world: World) -> None:
    with pytest.raises(ValueError, match="another bot"):
        create_app(world, "123456789:another-token-of-the-same-bot")


async def test_an_unknown_method_is_not_found(api: Api) -> None:
    async with api.session.get(api.url("sendPigeon")) as response:
        assert response.status == 404
        body = await response.json()
    assert body == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


@pytest.mark.parametrize(
    ("token", "status", "words"),
    [
        ("nonsense", 404, "Not Found"),
        ("123456789:another-token-of-the-same-bot", 401, "Unauthorized"),
    ],
)
async def test_a_wrong_token_is_refused(api: Api, token: str, status: int, words: str) -> None:
    async with api.session.get(f"{api.base_url}/bot{token}/getMe") as response:
        assert response.status == status
        assert (await response.json())["description"] == words


async def test_only_the_one_token_is_let_in_when_one_is_given(world: World) -> None:
    other = "55:some-other-bot-of-the-right-form-00"
    token = world.bot.token
    async with running(world, token=token) as base_url, aiohttp.ClientSession() as session:
        for shown, status in ((other, 401), (token, 200)):
            async with session.get(f"{base_url}/bot{shown}/getMe") as response:
                assert response.status == status


class TestPeopleWhoCannotBeReached:
    async def test_who_never_pressed_start_and_is_unknown_is_not_found(
        self, api: Api, world: World
    ) -> None:
        world.add_user(7, "Budi")
        answer = await api("sendMessage", chat_id=7, text="x")
        assert answer.refusal == (400, "Bad Request: chat not found")

    async def test_who_never_pressed_start_but_was_met_in_a_group_is_forbidden(
        self, api: Api, world: World
    ) -> None:
        budi = world.add_user(7, "Budi")
        group = world.add_group("Panitia", members=(budi,))
        budi.send_text("/halo", chat=group)
        answer = await api("sendMessage", chat_id=7, text="x")
        expected = "Forbidden: bot can't initiate conversation with a user"
        assert answer.refusal == (403, expected)

    async def test_who_blocked_the_bot_is_forbidden_until_unblocked(
        self, api: Api, ani: User
    ) -> None:
        ani.block()
        answer = await api("sendMessage", chat_id=42, text="x")
        assert answer.refusal == (403, "Forbidden: bot was blocked by the user")
        ani.unblock()
        assert (await api("sendMessage", chat_id=42, text="x")).status == 200

    async def test_who_left_telegram_is_forbidden(self, api: Api, ani: User) -> None:
        ani.deactivate()
        answer = await api("sendMessage", chat_id=42, text="x")
        assert answer.refusal == (403, "Forbidden: user is deactivated")

    async def test_another_bot_is_forbidden(self, api: Api, world: World) -> None:
        world.add_bot("77:another-bot-with-a-token-of-its-own")
        answer = await api("sendMessage", chat_id=77, text="x")
        assert answer.refusal == (403, "Forbidden: bot can't send messages to bots")


class TestGroups:
    async def test_a_bot_thrown_out_may_not_write(self, api: Api, world: World, ani: User) -> None:
        group = world.add_group("Panitia", members=(ani,))
        group.remove_bot(by=ani)
        answer = await api("sendMessage", chat_id=group.id, text="x")
        assert answer.refusal == (403, "Forbidden: bot was kicked from the group chat")

    async def test_a_bot_that_left_may_not_write(self, api: Api, world: World, ani: User) -> None:
        group = world.add_group("Panitia", members=(ani,), supergroup=True)
        assert (await api("leaveChat", chat_id=group.id)).result is True
        answer = await api("sendMessage", chat_id=group.id, text="x")
        expected = "Forbidden: bot is not a member of the supergroup chat"
        assert answer.refusal == (403, expected)

    async def test_an_upgraded_group_names_its_new_id(
        self, api: Api, world: World, ani: User
    ) -> None:
        group = world.add_group("Panitia", members=(ani,))
        fresh = group.upgrade()
        answer = await api("sendMessage", chat_id=group.id, text="x")
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        assert answer.refusal == (400, words)
        assert answer.body["parameters"] == {"migrate_to_chat_id": fresh.id}
        assert (await api("sendMessage", chat_id=fresh.id, text="x")).status == 200

    async def test_what_others_wrote_is_not_the_bots_to_delete_or_pin(
        self, api: Api, world: World, ani: User
    ) -> None:
        group = world.add_group("Panitia", members=(ani,))
        said = ani.send_text("halo", chat=group)["message_id"]
        answer = await api("deleteMessage", chat_id=group.id, message_id=said)
        assert answer.refusal == (400, "Bad Request: message can't be deleted")
        answer = await api("pinChatMessage", chat_id=group.id, message_id=said)
        words = "Bad Request: not enough rights to manage pinned messages in the chat"
        assert answer.refusal == (400, words)


class TestEdits:
    async def test_the_same_content_is_not_modified(self, api: Api, ani: User) -> None:
        markup = inline({"text": "A", "callback_data": "a"})
        sent = (
            await api("sendMessage", **to_ani("<b>a</b>", parse_mode="HTML", reply_markup=markup))
        ).result
        where = {"chat_id": 42, "message_id": sent["message_id"]}
        for method, params in (
            ("editMessageText", {"text": "*a*", "parse_mode": "MarkdownV2"}),
            ("editMessageReplyMarkup", {}),
        ):
            answer = await api(method, **where, **params, reply_markup=markup)
            assert answer.refusal == (400, f"Bad Request: {NOT_MODIFIED}")
        assert (await api("editMessageReplyMarkup", **where)).status == 200
        answer = await api("editMessageReplyMarkup", **where)
        assert answer.refusal == (400, f"Bad Request: {NOT_MODIFIED}")

    async def test_the_parts_of_a_message_do_not_mix(self, api: Api, ani: User) -> None:
        sent = (await api("sendMessage", **to_ani())).result
        where = {"chat_id": 42, "message_id": sent["message_id"]}
        answer = await api("editMessageCaption", **where, caption="x")
        words = "Bad Request: there is no caption in the message to edit"
        assert answer.refusal == (400, words)
        place = (await api("sendLocation", chat_id=42, latitude=1, longitude=2)).result
        answer = await api("editMessageText", chat_id=42, message_id=place["message_id"], text="x")
        words = "Bad Request: there is no text in the message to edit"
        assert answer.refusal == (400, words)

    async def test_what_is_too_long_for_an_edit_has_other_words(self, api: Api, ani: User) -> None:
        sent = (await api("sendMessage", **to_ani())).result
        where = {"chat_id": 42, "message_id": sent["message_id"]}
        answer = await api("editMessageText", **where, text="x" * 4097)
        assert answer.refusal == (400, "Bad Request: MESSAGE_TOO_LONG")

    async def test_a_reply_keyboard_cannot_come_with_an_edit(self, api: Api, ani: User) -> None:
        sent = (await api("sendMessage", **to_ani())).result
        answer = await api(
            "editMessageText", chat_id=42, message_id=sent["message_id"], text="y",
            reply_markup={"keyboard": [[{"text": "A"}]]},
        )  # fmt: skip
        assert answer.refusal[0] == 400

    async def test_a_deleted_message_is_not_found(self, api: Api, ani: User) -> None:
        sent = (await api("sendMessage", **to_ani())).result
        where = {"chat_id": 42, "message_id": sent["message_id"]}
        assert (await api("deleteMessage", **where)).result is True
        answer = await api("editMessageText", **where, text="y")
        assert answer.refusal == (400, "Bad Request: message to edit not found")


async def test_after_48_hours_a_message_stays(api: Api, ani: User, clock: SteppedClock) -> None:
    sent = (await api("sendMessage", **to_ani())).result
    clock.step(48 * 3600 + 1)
    answer = await api("deleteMessage", chat_id=42, message_id=sent["message_id"])
    assert answer.refusal == (400, "Bad Request: message can't be deleted for everyone")
    answer = await api("deleteMessages", chat_id=42, message_ids=[sent["message_id"]])
    assert answer.refusal == (400, "Bad Request: message can't be deleted for everyone")


async def test_a_press_cannot_be_answered_late(
    api: Api, ani: User, world: World, clock: SteppedClock
) -> None:
    sent = (await api("sendMessage", **button(callback_data="a"))).result
    query = ani.press(sent["message_id"], "a")
    answer = await api("answerCallbackQuery", callback_query_id=query.id, text="x" * 201)
    assert answer.refusal == (400, "Bad Request: MESSAGE_TOO_LONG")
    clock.step(world.callback_lifetime_s + 1)
    answer = await api("answerCallbackQuery", callback_query_id=query.id)
    assert answer.refusal == (400, f"Bad Request: {TOO_OLD}")
    assert query.answer is None


async def test_what_telegram_ignores_passes_when_not_strict(api: Api, world: World) -> None:
    world.strict = False
    world.add_user(42, "Ani").start()
    answer = await api("sendMessage", **button(callback_data="a", color="red"), colour="red")
    assert "color" not in answer.result["reply_markup"]["inline_keyboard"][0][0]


class TestUploads:
    @pytest.mark.parametrize(
        ("part", "data", "words"),
        [
            ("document", b"", "file must be non-empty"),
            ("photo", b"no picture", "IMAGE_PROCESS_FAILED"),
        ],
    )
    async def test_bad_files_are_refused(
        self, api: Api, ani: User, *, part: str, data: bytes, words: str
    ) -> None:
        method = f"send{part.capitalize()}"
        form = aiohttp.FormData({"chat_id": "42"})
        form.add_field(part, data, filename="a.jpg")
        async with api.session.post(api.url(method), data=form) as response:
            answer = api.checked(method, response.status, await response.json())
        assert answer.refusal == (400, f"Bad Request: {words}")

    async def test_a_caption_over_1024_characters_is_refused(
        self, api: Api, ani: User, world: World
    ) -> None:
        known = ani.send_document(b"hello")["document"]["file_id"]
        answer = await api("sendDocument", chat_id=42, document=known, caption="x" * 1025)
        assert answer.refusal == (400, "Bad Request: message caption is too long")
        answer = await api("sendPhoto", chat_id=42, photo=known)
        assert answer.refusal == (400, "Bad Request: can't use file of type Document as Photo")

    async def test_a_body_over_the_limit_is_too_large(
        self, api: Api, ani: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(media, "MAX_UPLOAD", 10)
        form = aiohttp.FormData({"chat_id": "42"})
        form.add_field("document", b"x" * 11, filename="a.bin")
        async with api.session.post(api.url("sendDocument"), data=form) as response:
            answer = api.checked("sendDocument", response.status, await response.json())
        assert answer.refusal == (413, "Request Entity Too Large")


async def test_protected_and_service_messages_are_not_passed_on(
    api: Api, world: World, ani: User
) -> None:
    sent = (await api("sendMessage", **to_ani(protect_content=True))).result
    for verb, past in (("copy", "copied"), ("forward", "forwarded")):
        answer = await api(
            f"{verb}Message", chat_id=42, from_chat_id=42, message_id=sent["message_id"]
        )
        assert answer.refusal == (400, f"Bad Request: message can't be {past}")


async def test_a_forward_cannot_be_edited_and_a_closed_poll_stays_closed(
    api: Api, ani: User
) -> None:
    said = ani.send_text("halo")["message_id"]
    forward = await api("forwardMessage", chat_id=42, from_chat_id=42, message_id=said)
    where = {"chat_id": 42, "message_id": forward.result["message_id"]}
    answer = await api("editMessageText", **where, text="x")
    assert answer.refusal == (400, "Bad Request: message can't be edited")
    poll = await api("sendPoll", chat_id=42, question="?", options=[{"text": "a"}])
    where = {"chat_id": 42, "message_id": poll.result["message_id"]}
    assert (await api("stopPoll", **where)).status == 200
    answer = await api("stopPoll", **where)
    assert answer.refusal == (400, "Bad Request: poll has already been closed")


async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(
    api: Api, world: World, ani: User
) -> None:
    group = world.add_group("Panitia", members=(ani,))
    sent = (await api("sendMessage", chat_id=group.id, text="x")).result
    ani.send_text("halo semua", chat=group)
    ani.send_text("/jadwal@another_bot", chat=group)
    ani.send_text("/jadwal@Rehearsal_bot", chat=group)
    ani.send_text("baik", reply_to=sent["message_id"], chat=group)
    updates = (await api("getUpdates")).result
    heard = [one["message"]["text"] for one in updates if "message" in one]
    assert heard == ["/jadwal@Rehearsal_bot", "baik"]
