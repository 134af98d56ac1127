"""A table of bad calls, each refused with Telegram's code and words."""

import json
from typing import Any

from bot.rehearsal.world import User, World
from tests.rehearsal.conftest import Api

Params = dict[str, Any]
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def inline(*buttons: Params) -> Params:
    return {"inline_keyboard": [[button] for button in buttons]}


def to_ani(text: str = "x", **more: Any) -> Params:
    return {"chat_id": 42, "text": text, **more}


def html(text: str) -> Params:
    return to_ani(text, parse_mode="HTML")


def v2(text: str) -> Params:
    return to_ani(text, parse_mode="MarkdownV2")


def button(**fields: Any) -> Params:
    return to_ani(reply_markup=inline({"text": "A", **fields}))


PARSE = "can't parse entities: "
BUTTON = "can't parse inline keyboard button: "
RESERVED = "is reserved and must be escaped with the preceding '\\'"

# fmt: off
BAD_REQUESTS: list[tuple[str, Params, str]] = [
    # parameters
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": 42}, "message text is empty"),
    ("sendMessage", to_ani(""), "message text is empty"),
    ("sendMessage", to_ani(colour="red"), 'unknown parameter "colour"'),
    ("sendMessage", to_ani(disable_notification="perhaps"),
     'parameter "disable_notification" must be of type Boolean'),
    ("sendMessage", to_ani(message_thread_id="one"),
     'parameter "message_thread_id" must be of type Integer'),
    ("sendMessage", to_ani(message_thread_id=[1]),
     'parameter "message_thread_id" must be of type Integer'),
    ("sendContact", {"chat_id": 42, "first_name": "A"}, 'parameter "phone_number" is required'),
    ("deleteMessage", {"chat_id": 42}, "message identifier is not specified"),
    ("deleteMessages", {"chat_id": 42}, "message identifiers are not specified"),
    ("deleteMessages", {"chat_id": 42, "message_ids": ["x"]}, "expected an Array of Integer"),
    ("deleteMessages", {"chat_id": 42, "message_ids": list(range(1, 102))},
     "too many message identifiers specified"),
    ("editMessageText", {"text": "x"}, "message identifier is not specified"),
    ("editMessageText", {"chat_id": 42, "text": "x"}, "message identifier is not specified"),
    ("sendPhoto", {"chat_id": 42}, "there is no photo in the request"),
    ("sendDocument", {"chat_id": 42}, "there is no document in the request"),
    ("sendVideoNote", {"chat_id": 42}, "there is no video note in the request"),
    ("getFile", {}, "file_id not specified"),
    ("getChatMember", {"chat_id": 42, "user_id": "ani"}, "invalid user_id specified"),
    ("sendLocation", {"chat_id": 42, "longitude": 1}, "latitude is empty"),
    ("sendGame", {"chat_id": 42, "game_short_name": "x"},
     'the embedded server does not play method "sendGame"'),
    ("sendMessage", to_ani(message_thread_id=5), "message thread not found"),
    ("sendMessage", to_ani(business_connection_id="b"), "business connection not found"),
    ("sendMessage", to_ani("\ud800"), "strings must be encoded in UTF-8"),
    ("editMessageText", {"inline_message_id": "x", "text": "x"}, "MESSAGE_ID_INVALID"),
    ("editMessageText", {"message_id": 1, "text": "x"}, "chat_id is empty"),
    ("editMessageText", {"chat_id": 42, "message_id": 1}, "message text is empty"),
    # chats and messages
    ("sendMessage", {"chat_id": 99, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": -5, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody_here", "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": "somebody", "text": "x"}, "chat not found"),
    ("getChat", {"chat_id": 99}, "chat not found"),
    ("sendMessage", to_ani(reply_parameters={"message_id": 999}),
     "message to be replied not found"),
    ("sendMessage", to_ani(reply_parameters={"message_id": 1, "quote": "never said"}),
     "message quote not found"),
    ("editMessageText", {"chat_id": 42, "message_id": 999, "text": "x"},
     "message to edit not found"),
    ("editMessageText", {"chat_id": 42, "message_id": 1, "text": "x"},
     "message can't be edited"),
    ("deleteMessage", {"chat_id": 42, "message_id": 999}, "message to delete not found"),
    ("pinChatMessage", {"chat_id": 42, "message_id": 999}, "message to pin not found"),
    ("unpinChatMessage", {"chat_id": 42}, "message to unpin not found"),
    ("copyMessage", {"chat_id": 42, "from_chat_id": 42, "message_id": 999},
     "message to copy not found"),
    ("forwardMessage", {"chat_id": 42, "from_chat_id": 42, "message_id": 999},
     "message to forward not found"),
    ("copyMessages", {"chat_id": 42, "from_chat_id": 42, "message_ids": [2, 1]},
     "message identifiers must be in a strictly increasing order"),
    ("stopPoll", {"chat_id": 42, "message_id": 999}, "message with poll to stop not found"),
    ("setMessageReaction", {"chat_id": 42, "message_id": 999}, "message to react not found"),
    ("copyMessages", {"chat_id": 42, "from_chat_id": 42, "message_ids": []},
     "message identifiers are not specified"),
    ("copyMessages", {"chat_id": 42, "from_chat_id": 42, "message_ids": list(range(1, 102))},
     "too many message identifiers specified"),
    ("copyMessages", {"chat_id": 42, "from_chat_id": 42, "message_ids": [998]},
     "there are no messages to copy"),
    ("deleteMessages", {"chat_id": 42, "message_ids": []},
     "message identifiers are not specified"),
    ("stopPoll", {"chat_id": 42, "message_id": 1}, "message is not a poll"),
    ("setMessageReaction", {"chat_id": 42, "message_id": 1,
     "reaction": [{"type": "emoji", "emoji": "👍"}] * 2}, "REACTIONS_TOO_MANY"),
    ("getChatMember", {"chat_id": 42, "user_id": 99}, "PARTICIPANT_ID_INVALID"),
    ("getUserProfilePhotos", {"user_id": 99}, "user not found"),
    ("sendMessage", to_ani(reply_parameters={"message_id": 1, "chat_id": 43}),
     "replies to messages of other chats are not played by the embedded server"),
    ("setMessageReaction", {"chat_id": 42, "message_id": 1,
     "reaction": [{"type": "emoji", "emoji": "x"}]}, "REACTION_INVALID"),
    ("getChatAdministrators", {"chat_id": 42}, "there are no administrators in the private chat"),
    ("leaveChat", {"chat_id": 42}, "chat member status can't be changed in private chats"),
    # text
    ("sendMessage", to_ani("x" * 4097), "message is too long"),
    ("sendMessage", html("<b>" + "x" * 4097 + "</b>"), "message is too long"),
    ("sendMessage", to_ani("x" * 32769), "text is too long"),
    ("sendMessage", to_ani(" \n "), "text must be non-empty"),
    ("sendMessage", html("<b></b>"), "text must be non-empty"),
    ("sendMessage", to_ani("\u200b"), "text must be non-empty"),
    ("sendMessage", to_ani(parse_mode="BBCode"), "unsupported parse_mode"),
    ("sendMessage", html("a <x>"), PARSE + 'Unsupported start tag "x" at byte offset 2'),
    ("sendMessage", html("é <x>"), PARSE + 'Unsupported start tag "x" at byte offset 3'),
    ("sendMessage", html("1 < 2"), PARSE + 'Unsupported start tag "" at byte offset 2'),
    ("sendMessage", html("<b>a"),
     PARSE + 'Can\'t find end tag corresponding to start tag "b"'),
    ("sendMessage", html("a</b>"), PARSE + "Unexpected end tag at byte offset 1"),
    ("sendMessage", html("<b>a</i>"),
     PARSE + 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("sendMessage", html("<b"), PARSE + "Unclosed start tag at byte offset 0"),
    ("sendMessage", html("<b>a</b"), PARSE + "Unclosed end tag at byte offset 4"),
    ("sendMessage", html('<a href="x>a</a>'), PARSE + "Unclosed start tag at byte offset 0"),
    ("sendMessage", html("<a href>a</a>"), PARSE + "Expected equal sign in declaration of an "
     'attribute of the tag "a" at byte offset 0'),
    ("sendMessage", html("<a href=x_y>a</a>"),
     PARSE + "Unexpected end of name token at byte offset 8"),
    ("sendMessage", html("<span>a</span>"),
     PARSE + 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("sendMessage", html("<b ="), PARSE + 'Empty attribute name in the tag "b" at byte offset 0'),
    ("sendMessage", html("<a href=x"), PARSE + 'Unclosed start tag "a" at byte offset 0'),
    ("sendMessage", html("<b "), PARSE + "Unclosed start tag at byte offset 0"),
    ("sendMessage", html('<tg-time unix="0">a</tg-time>'), PARSE + "Invalid date specified"),
    ("sendMessage", html('<tg-time unix="9" format="x">a</tg-time>'),
     PARSE + "Invalid date format used"),
    ("sendMessage", html('<tg-emoji emoji-id="x">a</tg-emoji>'),
     PARSE + "Invalid custom emoji identifier specified"),
    ("sendMessage", v2("a.b"), PARSE + f"Character '.' {RESERVED}"),
    ("sendMessage", v2("a!"), PARSE + f"Character '!' {RESERVED}"),
    ("sendMessage", v2("*a"), PARSE + "Can't find end of Bold entity at byte offset 0"),
    ("sendMessage", v2("é __a"), PARSE + "Can't find end of Underline entity at byte offset 3"),
    ("sendMessage", v2("[a](b"), PARSE + "Can't find end of a URL at byte offset 4"),
    ("sendMessage", v2("![a]"), PARSE + "Custom emoji entity must contain a tg://emoji URL"),
    ("sendMessage", v2("![a](tg://emoji?id=x)"),
     PARSE + "Invalid tg://emoji or tg://time URL specified"),
    ("sendMessage", v2(">*a\nb*"), PARSE + "Can't find end of Bold entity at byte offset 1"),
    ("sendMessage", v2("___a___"), PARSE + "Can't find end of Italic entity at byte offset 6"),
    ("sendMessage", v2("a >b"), PARSE + f"Character '>' {RESERVED}"),
    ("sendMessage", to_ani("_a", parse_mode="Markdown"),
     PARSE + "Can't find end of the entity starting at byte offset 0"),
    ("sendMessage", to_ani(entities=[{"type": "loud", "offset": 0, "length": 1}]),
     "can't parse MessageEntity: Unsupported type specified"),
    ("sendMessage", to_ani(entities=[{"offset": 0, "length": 1}]),
     'can\'t parse MessageEntity: Can\'t find field "type"'),
    ("sendMessage", to_ani(entities=[{"type": "", "offset": 0, "length": 1}]),
     "can't parse MessageEntity: Type is not specified"),
    ("sendMessage", to_ani(entities=[{"type": "text_link", "offset": 0, "length": 1}]),
     'can\'t parse MessageEntity: Can\'t find field "url"'),
    ("sendMessage", to_ani(entities=[{"type": "bold", "offset": "x", "length": 1}]),
     'can\'t parse MessageEntity: Field "offset" must be a valid Number'),
    ("sendMessage", to_ani(entities=[5]), "can't parse MessageEntity: expected an Object"),
    ("sendMessage", to_ani(entities="nonsense"), "can't parse entities JSON object"),
    # keyboards
    ("sendMessage", to_ani(reply_markup="nonsense"),
     "can't parse reply keyboard markup JSON object"),
    ("sendMessage", to_ani(reply_markup=[]), "object expected as reply markup"),
    ("sendMessage", button(), BUTTON + "Text buttons are unallowed in the inline keyboard"),
    ("sendMessage", button(callback_data=""),
     BUTTON + "Text buttons are unallowed in the inline keyboard"),
    ("sendMessage", button(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    ("sendMessage", button(callback_data="é" * 33), "BUTTON_DATA_INVALID"),
    ("sendMessage", to_ani(reply_markup=inline({"callback_data": "x"})),
     BUTTON + 'Can\'t find field "text"'),
    ("sendMessage", to_ani(reply_markup=inline({"text": True, "callback_data": "x"})),
     BUTTON + 'Field "text" must be of type String'),
    ("sendMessage", to_ani(reply_markup=inline({"text": " ", "callback_data": "x"})),
     "inline keyboard button text must be non-empty"),
    ("sendMessage", button(callback_data="x", style="loud"),
     BUTTON + "invalid button style specified"),
    ("sendMessage", button(callback_data="x", color="red"), BUTTON + 'unknown field "color"'),
    ("sendMessage", button(url="localhost"),
     "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL"),
    ("sendMessage", button(web_app={"url": "http://a.id"}),
     "inline keyboard button Web App URL 'http://a.id' is invalid: Only HTTPS links are allowed"),
    ("sendMessage", to_ani(reply_markup={"inline_keyboard": [{"text": "A"}]}),
     "expected an Array of InlineKeyboardButton"),
    ("sendMessage", to_ani(reply_markup=inline(*[{"text": "A", "callback_data": "x"}] * 101)),
     "reply markup is too long"),
    ("sendMessage", to_ani(reply_markup=inline(
        *[{"text": "A" * 99, "callback_data": "x" * 60}] * 90)), "reply markup is too long"),
    ("sendMessage", to_ani(reply_markup={"keyboard": [[{"text": ""}]]}),
     "keyboard button text must be non-empty"),
    # files
    ("sendPhoto", {"chat_id": 42, "photo": "AgACnonsense"},
     "wrong remote file identifier specified: Wrong character in the string"),
    ("sendPhoto", {"chat_id": 42, "photo": "https://example.com/a.jpg"},
     "failed to get HTTP URL content"),
    ("sendPhoto", {"chat_id": 42, "photo": "attach://missing"},
     "there is no photo in the request"),
    ("getFile", {"file_id": "nonsense"}, "invalid file_id"),
    ("sendMediaGroup", {"chat_id": 42, "media": []}, "there are no messages to send"),
    ("sendMediaGroup", {"chat_id": 42, "media": [{"type": "photo"}]},
     'can\'t parse InputMedia: Can\'t find field "media"'),
    ("sendMediaGroup", {"chat_id": 42, "media": [{"type": "video_note", "media": "x"}]},
     "can't parse InputMedia: unsupported type specified"),
    ("sendMediaGroup", {"chat_id": 42, "media": [{"type": "photo", "media": "attach://p"}]},
     "can't parse InputMedia: media not found"),
    ("sendMediaGroup", {"chat_id": 42, "media": [{"type": "photo", "media": "x"}] * 11},
     "too many messages to send as an album"),
    ("sendMediaGroup", {"chat_id": 42, "media": [{"type": "photo", "media": "x"},
                                                 {"type": "document", "media": "x"}]},
     "document can't be mixed with other media types"),
    # others
    ("sendDice", {"chat_id": 42, "emoji": "x"}, "wrong dice emoji specified"),
    ("sendLocation", {"chat_id": 42, "latitude": 91, "longitude": 0},
     "wrong latitude or longitude specified"),
    ("sendChatAction", {"chat_id": 42, "action": "dancing"},
     "wrong parameter action in request"),
    ("sendPoll", {"chat_id": 42, "question": "x" * 301, "options": [{"text": "a"}]},
     "poll question length must not exceed 300"),
    ("sendPoll", {"chat_id": 42, "question": "?", "options": []},
     "poll must have at least 1 option"),
    ("sendPoll", {"chat_id": 42, "question": " ", "options": [{"text": "a"}]},
     "poll question must be non-empty"),
    ("sendPoll", {"chat_id": 42, "question": "?", "options": [{"text": " "}]},
     "poll options must be non-empty"),
    ("sendPoll", {"chat_id": 42, "question": "?", "options": [{"text": "a"}] * 13},
     "poll can't have more than 12 options"),
    ("sendPoll", {"chat_id": 42, "question": "?", "options": [{"text": "a"}], "type": "quiz"},
     "wrong correct option ID specified"),
    ("sendPoll", {"chat_id": 42, "question": "?", "options": [{"text": "a"}], "type": "x"},
     "unsupported poll type specified"),
    ("sendPoll", {"chat_id": 42, "question": "?", "options": [{"text": "x" * 101}]},
     "poll options length must not exceed 100"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, TOO_OLD),
    ("answerInlineQuery", {"inline_query_id": "1", "results": []}, TOO_OLD),
    ("setMyCommands", {"commands": [{"command": "Mulai", "description": "x"}]},
     "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "mulai", "description": " "}]},
     "command description must be non-empty"),
    ("setMyCommands", {"commands": [{"command": "mulai"}]},
     'can\'t parse BotCommand: Can\'t find field "description"'),
    ("setMyCommands", {"commands": [{"command": f"c{n}", "description": "x"}
                                    for n in range(101)]}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "scope": {"type": "planet"}},
     "can't parse BotCommandScope: unsupported type specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": 99}},
     "chat not found"),
    ("setMyCommands", {"commands": [{"command": "/", "description": "x"}]},
     "command must be non-empty"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x" * 257}]},
     "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [], "language_code": "indonesian"},
     "invalid language code specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat_member", "chat_id": 42,
                                                 "user_id": 42}},
     "can't use specified scope in private chats"),
    ("setChatMenuButton", {"menu_button": {"type": "web_app", "text": "x",
                                           "web_app": {"url": "http://a.id"}}},
     "menu button Web App URL is invalid: Only HTTPS links are allowed"),
    ("setMyName", {"name": "x" * 65}, "bot name is too long"),
    ("setWebhook", {"url": "ftp://127.0.0.1/"}, "invalid webhook URL specified"),
    ("setWebhook", {"url": "http://example.com/"},
     "bad webhook: An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": "https://example.com:81/"},
     "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
    ("setWebhook", {"url": "https://example.com/hook"},
     "bad webhook: Failed to resolve host: Name or service not known"),
    ("setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "a b"},
     "secret token contains unallowed characters"),
]
# fmt: on


def test_the_table_of_bad_calls_has_at_least_sixty_rows() -> None:
    assert len(BAD_REQUESTS) >= 60


async def test_bad_calls_are_refused_in_telegrams_words_and_change_nothing(
    api: Api, world: World, ani: User
) -> None:
    before = json.dumps(world.snapshot(), sort_keys=True)
    wrong = []
    for method, params, words in BAD_REQUESTS:
        answer = await api(method, **params)
        expected = (400, f"Bad Request: {words}")
        if answer.status == 200 or answer.refusal != expected:
            wrong.append((method, params, answer.body, expected))
    assert wrong == []
    assert json.dumps(world.snapshot(), sort_keys=True) == before
