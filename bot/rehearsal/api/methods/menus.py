"""A bot's command menus, names, descriptions and menu buttons."""

import re
from typing import Any

from bot.rehearsal.api.errors import bad
from bot.rehearsal.api.methods.base import Context, Handler, method
from bot.rehearsal.api.methods.targets import chat_of
from bot.rehearsal.world import Json

MAX_COMMANDS = 100


def _language(ctx: Context) -> str:
    code = ctx.get("language_code", "")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return str(code)


def _scope_key(ctx: Context) -> str:
    scope = ctx.get("scope")
    if scope and "chat_id" in scope:
        chat = chat_of(Context(ctx.world, ctx.bot, scope, {}), write=False)
        if "user_id" in scope and chat.private:
            raise bad("can't use specified scope in private chats")
    return ctx.bot.scope_key(scope, _language(ctx))


@method("setMyCommands")
def set_my_commands(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#setmycommands"""
    commands: list[Json] = []
    for one in ctx.params["commands"]:
        name = one["command"].removeprefix("/")
        description = one["description"].strip()
        if not name:
            raise bad("command must be non-empty")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise bad("BOT_COMMAND_INVALID")
        if not description:
            raise bad("command description must be non-empty")
        if len(description) > 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        commands.append({"command": name, "description": description})
    if len(commands) > MAX_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    ctx.bot.commands[_scope_key(ctx)] = commands
    ctx.world.emit({"type": "menu", "bot": ctx.bot.id})
    return True


@method("getMyCommands")
def get_my_commands(ctx: Context) -> list[Json]:
    """https://core.telegram.org/bots/api#getmycommands"""
    return ctx.bot.commands.get(_scope_key(ctx), [])


@method("deleteMyCommands")
def delete_my_commands(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#deletemycommands"""
    ctx.bot.commands.pop(_scope_key(ctx), None)
    ctx.world.emit({"type": "menu", "bot": ctx.bot.id})
    return True


def _text_methods(noun: str, field: str, most: int) -> tuple[Handler, Handler]:
    """The setter and getter of one of the texts a bot has in several languages."""

    def set_text(ctx: Context) -> bool:
        text = ctx.get(field, "")
        if len(text) > most:
            raise bad(f"bot {noun} is too long")
        language = _language(ctx)
        if text:
            ctx.bot.texts[f"{field}/{language}"] = text
        else:
            ctx.bot.texts.pop(f"{field}/{language}", None)
        if field == "name" and not language and text:
            ctx.bot.profile["first_name"] = text
        ctx.world.emit({"type": "menu", "bot": ctx.bot.id})
        return True

    def get_text(ctx: Context) -> Json:
        texts, language = ctx.bot.texts, _language(ctx)
        default: Any = ctx.bot.profile["first_name"] if field == "name" else ""
        return {field: texts.get(f"{field}/{language}", texts.get(f"{field}/", default))}

    return set_text, get_text


for _method, _noun, _field, _most in (
    ("MyName", "name", "name", 64),
    ("MyDescription", "description", "description", 512),
    ("MyShortDescription", "short description", "short_description", 120),
):
    _set, _get = _text_methods(_noun, _field, _most)
    method(f"set{_method}")(_set)
    method(f"get{_method}")(_get)


def _button_chat(ctx: Context) -> int:
    return chat_of(ctx, write=False).id if "chat_id" in ctx.params else 0


@method("setChatMenuButton")
def set_chat_menu_button(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#setchatmenubutton"""
    button = ctx.get("menu_button", {"type": "default"})
    if button["type"] == "web_app" and not button["web_app"]["url"].startswith("https://"):
        raise bad("menu button Web App URL is invalid: Only HTTPS links are allowed")
    ctx.bot.menu_buttons[_button_chat(ctx)] = button
    ctx.world.emit({"type": "menu", "bot": ctx.bot.id})
    return True


@method("getChatMenuButton")
def get_chat_menu_button(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#getchatmenubutton"""
    buttons = ctx.bot.menu_buttons
    button: Json = buttons.get(_button_chat(ctx), buttons.get(0, {"type": "commands"}))
    return {"type": "commands"} if button == {"type": "default"} else button
