"""The small world around a bot: people with phones, groups, bots, what went wrong on the way.

Plain state without HTTP. The Bot API server reads and changes it for bots; a test or the rehearsal
page acts in it as people would.
"""

from bot.rehearsal.world.bots import BotAccount, Call, CallbackQuery, Webhook
from bot.rehearsal.world.chats import Chat, Json
from bot.rehearsal.world.faults import Fault, Faults
from bot.rehearsal.world.limits import Limits
from bot.rehearsal.world.people import Group, User
from bot.rehearsal.world.world import World

__all__ = [
    "BotAccount",
    "Call",
    "CallbackQuery",
    "Chat",
    "Fault",
    "Faults",
    "Group",
    "Json",
    "Limits",
    "User",
    "Webhook",
    "World",
]
