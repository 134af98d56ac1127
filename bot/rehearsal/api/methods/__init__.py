"""The methods this server plays, one module per topic. Importing them fills ``HANDLERS``."""

from bot.rehearsal.api.methods import (
    account,
    chats,
    copying,
    deleting,
    editing,
    media,
    menus,
    polls,
    sending,
)
from bot.rehearsal.api.methods.base import HANDLERS, Context

__all__ = [
    "HANDLERS",
    "Context",
    "account",
    "chats",
    "copying",
    "deleting",
    "editing",
    "media",
    "menus",
    "polls",
    "sending",
]
