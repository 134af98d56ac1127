"""What the embedded server plays, with answers that fit Telegram's types exactly.

The ``api`` fixture checks every good answer against the Bot API's types.
"""

from typing import Any

import aiohttp

from bot.rehearsal.api.methods import HANDLERS
from bot.rehearsal.api.spec import facts, methods, problems
from bot.rehearsal.world import User, World
from tests.rehearsal.conftest import Answer, Api

PLAYED = {
    "getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "logOut", "close",
    "sendMessage", "sendPhoto", "sendDocument", "sendVoice", "sendAudio", "sendVideo",
    "sendAnimation", "sendVideoNote", "sendSticker", "sendLocation", "sendVenue", "sendContact",
    "sendPoll", "stopPoll", "sendDice", "sendMediaGroup", "sendChatAction", "copyMessage",
    "copyMessages", "forwardMessage", "forwardMessages", "editMessageText", "editMessageCaption",
    "editMessageMedia", "editMessageReplyMarkup", "deleteMessage", "deleteMessages",
    "answerCallbackQuery", "answerInlineQuery", "setMyCommands", "getMyCommands",
    "deleteMyCommands", "setMyName", "getMyName", "setMyDescription", "getMyDescription",
    "setMyShortDescription", "getMyShortDescription", "setChatMenuButton", "getChatMenuButton",
    "getChat", "getChatMember", "getChatMemberCount", "getChatAdministrators", "getFile",
    "getUserProfilePhotos", "pinChatMessage", "unpinChatMessage", "unpinAllChatMessages",
    "setMessageReaction", "leaveChat",
}  # fmt: skip


async def upload(api: Api, method: str, part: str, data: bytes, **params: Any) -> Answer:
    form = aiohttp.FormData({"chat_id": "42", **params})
    form.add_field(part, data, filename=f"{part}.bin")
    async with api.session.post(api.url(method), data=form) as response:
        return api.checked(method, response.status, await response.json())


def test_every_played_method_is_known_to_the_bot_api() -> None:
    assert facts()["version"].endswith("10.1")
    assert {methods()[name].name for name in HANDLERS} | {"getUpdates"} == PLAYED


async def test_method_names_may_be_written_in_any_case_and_called_by_get(api: Api) -> None:
    async with api.session.get(api.url("GETME")) as response:
        body = await response.json()
    assert problems(body["result"], ("User",)) == []
    assert body["result"]["id"] == 123456789


async def test_parameters_may_come_in_the_address(api: Api, ani: User) -> None:
    params = {"chat_id": "42", "text": "halo", "disable_notification": "True"}
    async with api.session.get(api.url("sendMessage"), params=params) as response:
        answer = api.checked("sendMessage", response.status, await response.json())
    assert answer.result["text"] == "halo"
    assert ani.chat().silent == {answer.result["message_id"]}


async def test_parameters_of_older_versions_are_still_understood(api: Api, ani: User) -> None:
    old = {"reply_to_message_id": 1, "disable_web_page_preview": True}
    answer = await api("sendMessage", chat_id=42, text="x", **old)
    assert answer.result["reply_to_message"]["text"] == "/start"
    assert answer.result["link_preview_options"] == {"is_disabled": True}
    lenient = {"reply_to_message_id": "999", "allow_sending_without_reply": "true"}
    assert (await api("sendMessage", chat_id=42, text="x", **lenient)).status == 200
    plain = {"reply_to_message_id": 0, "reply_markup": {"keyboard": [["Jadwal"]]}}
    assert (await api("sendMessage", chat_id=42, text="x", **plain)).status == 200
    quiz = {"question": "?", "options": ["a", "b"], "type": "quiz", "correct_option_id": 1}
    assert (await api("sendPoll", chat_id=42, **quiz)).result["poll"]["correct_option_ids"] == [1]
    answer = await api("sendDice", chat_id=42, disable_web_page_preview=True)
    assert answer.refusal == (400, 'Bad Request: unknown parameter "disable_web_page_preview"')


async def test_what_libraries_leave_in_their_calls_is_taken(api: Api, ani: User) -> None:
    marked = {"text": "Ya", "callback_data": "y", "hide": False}
    markup = {"inline_keyboard": [[marked]]}
    answer = await api(
        "sendMessage", chat_id=42, text="x", method="sendMessage", reply_markup=markup
    )
    [[button]] = answer.result["reply_markup"]["inline_keyboard"]
    assert button == {"text": "Ya", "callback_data": "y"}


async def test_a_message_holds_what_was_sent(api: Api, ani: User) -> None:
    asked = ani.send_text("jadwal?")
    answer = await api(
        "sendMessage", chat_id=42, text="<b>Besok</b>", parse_mode="HTML", protect_content=True,
        reply_parameters={"message_id": asked["message_id"]},
        link_preview_options={"is_disabled": True},
        reply_markup={"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]},
    )  # fmt: skip
    message = answer.result
    assert message["text"] == "Besok"
    assert message["entities"] == [{"offset": 0, "length": 5, "type": "bold"}]
    assert message["reply_to_message"]["text"] == "jadwal?"
    assert message["has_protected_content"] is True
    assert message["date"] == 1772413200
    assert message["chat"]["username"] == "ani_l"
    assert ani.inbox == [message]


async def test_files_of_every_sort_go_up_and_come_down(
    api: Api, world: World, ani: User, png: bytes
) -> None:
    data = {"photo": png}
    for part in ("photo", "document", "voice", "audio", "video", "animation", "video_note",
                 "sticker"):  # fmt: skip
        method = "send" + "".join(word.capitalize() for word in part.split("_"))
        sent = (await upload(api, method, part, data.get(part, b"some bytes"))).result
        media = sent[part][-1] if part == "photo" else sent[part]
        again = await api(method, chat_id=42, **{part: media["file_id"]})
        assert again.result[part] == sent[part]
        file = (await api("getFile", file_id=media["file_id"])).result
        address = f"{api.base_url}/file/bot{api.token}/{file['file_path']}"
        async with api.session.get(address) as response:
            assert await response.read() == data.get(part, b"some bytes")


async def test_an_upload_may_be_named_by_attach(api: Api, ani: User) -> None:
    form = aiohttp.FormData({"chat_id": "42", "document": "attach://mine", "caption": "isi"})
    form.add_field("mine", b"x", filename="jadwal.pdf", content_type="application/pdf")
    async with api.session.post(api.url("sendDocument"), data=form) as response:
        answer = api.checked("sendDocument", response.status, await response.json())
    assert answer.result["document"]["file_name"] == "jadwal.pdf"
    assert answer.result["document"]["mime_type"] == "application/pdf"
    assert answer.result["caption"] == "isi"


async def test_an_album_is_several_messages_with_one_id(api: Api, ani: User, png: bytes) -> None:
    media = '[{"type":"photo","media":"attach://a","caption":"satu"},'
    media += '{"type":"photo","media":"attach://a"}]'
    form = aiohttp.FormData({"chat_id": "42", "media": media})
    form.add_field("a", png, filename="a.png")
    async with api.session.post(api.url("sendMediaGroup"), data=form) as response:
        answer = api.checked("sendMediaGroup", response.status, await response.json())
    first, second = answer.result
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second) == ("satu", False)


async def test_places_contacts_and_dice_are_sent(api: Api, ani: User) -> None:
    place = {"chat_id": 42, "latitude": -6.2, "longitude": 106.8}
    assert (await api("sendLocation", **place)).result["location"]["latitude"] == -6.2
    venue = (await api("sendVenue", **place, title="Aula", address="Jl. Satu")).result["venue"]
    assert venue["location"]["longitude"] == 106.8
    contact = await api("sendContact", chat_id=42, phone_number="+62", first_name="Panitia")
    assert contact.result["contact"]["first_name"] == "Panitia"
    assert 1 <= (await api("sendDice", chat_id=42)).result["dice"]["value"] <= 6
    assert (await api("sendChatAction", chat_id=42, action="typing")).result is True


async def test_a_poll_is_answered_and_closed(api: Api, world: World, ani: User) -> None:
    options = [{"text": "ya"}, {"text": "tidak"}]
    sent = await api(
        "sendPoll", chat_id=42, question="Hadir?", options=options, is_anonymous=False
    )
    ani.vote(sent.result["message_id"], 1)
    updates = (await api("getUpdates")).result
    assert [sorted(one.keys() - {"update_id"}) for one in updates] == [["poll"], ["poll_answer"]]
    closed = (await api("stopPoll", chat_id=42, message_id=sent.result["message_id"])).result
    assert (closed["is_closed"], closed["options"][1]["voter_count"]) == (True, 1)


async def test_copies_lose_their_origin_and_forwards_keep_it(api: Api, ani: User) -> None:
    asked = ani.send_document(b"x", "a.txt", caption="isi")
    where = {"chat_id": 42, "from_chat_id": 42}
    copy_id = (await api("copyMessage", **where, message_id=asked["message_id"])).result
    copied = ani.chat().messages[copy_id["message_id"]]
    assert copied["document"] == asked["document"]
    assert copied["caption"] == "isi"
    assert copied["from"]["is_bot"] is True
    assert "forward_origin" not in copied
    changed = await api("copyMessage", **where, message_id=asked["message_id"], caption="lain")
    assert ani.chat().messages[changed.result["message_id"]]["caption"] == "lain"
    forwarded = (await api("forwardMessage", **where, message_id=asked["message_id"])).result
    assert forwarded["forward_origin"]["sender_user"]["id"] == 42
    for method in ("copyMessages", "forwardMessages"):
        several = await api(method, **where, message_ids=[asked["message_id"], 998, 999])
        assert len(several.result) == 1


async def test_what_a_person_composed_arrives_as_composed(api: Api, ani: User) -> None:
    bold = [{"offset": 0, "length": 7, "type": "bold"}]
    asked = ani.send({"text": "Penting: pukul 10", "entities": bold})
    where = {"chat_id": 42, "from_chat_id": 42, "message_id": asked["message_id"]}
    copied = ani.chat().messages[(await api("copyMessage", **where)).result["message_id"]]
    assert (copied["text"], copied["entities"]) == ("Penting: pukul 10", bold)


async def test_captions_and_media_are_edited(api: Api, ani: User, png: bytes) -> None:
    sent = (await upload(api, "sendPhoto", "photo", png)).result
    where = {"chat_id": 42, "message_id": sent["message_id"]}
    assert (await api("editMessageCaption", **where, caption="a")).result["caption"] == "a"
    document = ani.send_document(b"x")["document"]["file_id"]
    media = {"type": "document", "media": document, "caption": "b"}
    edited = (await api("editMessageMedia", **where, media=media)).result
    assert "photo" not in edited
    assert (edited["document"]["file_id"], edited["caption"]) == (document, "b")


async def test_a_reply_keyboard_stays_until_it_is_removed(api: Api, ani: User) -> None:
    keyboard = {"keyboard": [[{"text": "Jadwal"}]], "resize_keyboard": True}
    sent = (await api("sendMessage", chat_id=42, text="x", reply_markup=keyboard)).result
    assert "reply_markup" not in sent
    assert ani.chat().reply_keyboard == keyboard
    await api("sendMessage", chat_id=42, text="x", reply_markup={"remove_keyboard": True})
    assert ani.chat().reply_keyboard is None


async def test_a_press_is_answered_with_an_alert(api: Api, ani: User) -> None:
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
    sent = (await api("sendMessage", chat_id=42, text="x", reply_markup=markup)).result
    query = ani.press(sent["message_id"], "y")
    update = (await api("getUpdates")).result[-1]["callback_query"]
    assert (update["id"], update["data"], update["message"]) == (query.id, "y", sent)
    await api("answerCallbackQuery", callback_query_id=query.id, text="Baik", show_alert=True)
    assert query.answer == {"text": "Baik", "show_alert": True}


async def test_command_menus_are_kept_by_scope_and_language(
    api: Api, world: World, ani: User
) -> None:
    def menu(name: str) -> list[dict[str, str]]:
        return [{"command": name, "description": name}]

    chat = {"type": "chat", "chat_id": 42}
    await api("setMyCommands", commands=menu("a"))
    await api("setMyCommands", commands=menu("b"), language_code="id")
    assert world.bot.menu_for(ani.chat(), "id") == menu("b")
    await api("setMyCommands", commands=menu("c"), scope=chat)
    assert (await api("getMyCommands", scope=chat)).result == menu("c")
    assert world.bot.menu_for(ani.chat(), "id") == menu("c")
    await api("deleteMyCommands", scope=chat)
    assert (await api("getMyCommands", scope=chat)).result == []
    assert world.bot.menu_for(ani.chat()) == menu("a")


async def test_names_descriptions_and_menu_buttons_are_kept(api: Api, ani: User) -> None:
    for noun, field in (("Name", "name"), ("Description", "description"),
                        ("ShortDescription", "short_description")):  # fmt: skip
        await api(f"setMy{noun}", **{field: "Acara"})
        await api(f"setMy{noun}", **{field: "Event"}, language_code="en")
        assert (await api(f"getMy{noun}", language_code="en")).result == {field: "Event"}
        assert (await api(f"getMy{noun}", language_code="de")).result == {field: "Acara"}
    assert (await api("getMe")).result["first_name"] == "Acara"
    button = {"type": "web_app", "text": "Buka", "web_app": {"url": "https://a.id"}}
    await api("setChatMenuButton", chat_id=42, menu_button=button)
    assert (await api("getChatMenuButton", chat_id=42)).result == button
    assert (await api("getChatMenuButton")).result == {"type": "commands"}


async def test_chats_and_members_are_described(api: Api, world: World, ani: User) -> None:
    group = world.add_group("Panitia", members=(ani,))
    group.add_bot(status="administrator")
    assert (await api("getChat", chat_id=42)).result["first_name"] == "Ani"
    assert (await api("getChat", chat_id=group.id)).result["title"] == "Panitia"
    assert (await api("getChatMemberCount", chat_id=group.id)).result == 2
    administrators = (await api("getChatAdministrators", chat_id=group.id)).result
    assert [one["status"] for one in administrators] == ["creator", "administrator"]
    world.add_user(7, "Budi")
    for user_id, status in ((42, "creator"), (7, "left")):
        member = await api("getChatMember", chat_id=group.id, user_id=user_id)
        assert member.result["status"] == status
    assert (await api("getUserProfilePhotos", user_id=42)).result["total_count"] == 0


async def test_messages_are_pinned_deleted_and_reacted_to(api: Api, ani: User) -> None:
    first = ani.send_text("satu")["message_id"]
    second = ani.send_text("dua")["message_id"]
    for message_id in (first, second):
        await api("pinChatMessage", chat_id=42, message_id=message_id)
    pinned = (await api("getChat", chat_id=42)).result["pinned_message"]
    assert pinned["text"] == "dua"
    await api("unpinChatMessage", chat_id=42)
    await api("unpinChatMessage", chat_id=42, message_id=first)
    await api("unpinAllChatMessages", chat_id=42)
    assert ani.chat().pinned == []
    reaction = [{"type": "emoji", "emoji": "👍"}]
    await api("setMessageReaction", chat_id=42, message_id=first, reaction=reaction)
    assert list(ani.chat().reactions[first].values()) == [reaction]
    await api("deleteMessages", chat_id=42, message_ids=[first, second, 999])
    assert [one["text"] for one in ani.messages] == ["/start"]


async def test_every_update_fits_its_type(api: Api, world: World, ani: User, png: bytes) -> None:
    kinds = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]
    await api("getUpdates", allowed_updates=kinds)
    group = world.add_group("Panitia", members=(ani,))
    group.add_bot(status="administrator")
    said = ani.send_text("halo", chat=group)
    ani.edit(said["message_id"], "halo lagi", chat=group)
    ani.react(said["message_id"], "👍", chat=group)
    ani.send_photo(png, caption="foto #satu")
    ani.send_voice(b"ogg", duration=3)
    ani.send_location(-6.2, 106.8)
    ani.send_contact()
    ani.block()
    ani.start("undangan")
    group.upgrade()
    group.remove_bot(by=ani)
    updates = (await api("getUpdates")).result
    assert {kind for one in updates for kind in one} - {"update_id"} == set(kinds) - {
        "callback_query"
    }
    moved = [one["message"] for one in updates if "message" in one]
    assert any("migrate_to_chat_id" in one for one in moved)


async def test_an_answer_that_does_not_fit_is_noticed() -> None:
    user = {"id": 1, "is_bot": False, "first_name": "A"}
    assert problems(user, ("User",)) == []
    assert problems(user | {"id": "1"}, ("User",)) != []
    assert problems(user | {"colour": "red"}, ("User",)) != []
    del user["first_name"]
    assert problems(user, ("User",)) == ["Can't parse User: Can't find field \"first_name\""]
    assert problems([1], ("Array of Message",)) != []
    assert problems({"status": "member"}, ("ChatMember",)) != []


async def test_people_mentioned_by_id_are_whole_users_and_unknown_ones_plain_text(
    api: Api, ani: User
) -> None:
    text = '<a href="tg://user?id=42">Ani</a> <a href="tg://user?id=43">Budi</a>'
    sent = (await api("sendMessage", chat_id=42, text=text, parse_mode="HTML")).result
    (mention,) = sent["entities"]
    assert mention["type"] == "text_mention"
    assert mention["user"] == ani.profile
    assert sent["text"] == "Ani Budi"
