"""Who is in which chat: ChatMember objects, blocking, joining, leaving, and the updates of it."""

from typing import TYPE_CHECKING

from bot.rehearsal.world.bots import BotAccount
from bot.rehearsal.world.chats import Chat, Json

if TYPE_CHECKING:
    from bot.rehearsal.world.people import Group, User
    from bot.rehearsal.world.world import World

_ADMIN_RIGHTS = (
    "can_be_edited", "can_manage_chat", "can_change_info", "can_delete_messages",
    "can_invite_users", "can_restrict_members", "can_pin_messages", "can_promote_members",
    "can_manage_video_chats", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "is_anonymous",
)  # fmt: skip
_OFF = frozenset({"can_be_edited", "can_promote_members", "is_anonymous"})


def member_json(profile: Json, status: str) -> Json:
    """A ChatMember of ``status``: creator, administrator, member, left or kicked.

    Raises:
        ValueError: any other status.
    """
    member: Json = {"status": status, "user": profile}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status == "administrator":
        return member | {right: right not in _OFF for right in _ADMIN_RIGHTS}
    if status == "kicked":
        return member | {"until_date": 0}
    if status not in ("member", "left"):
        raise ValueError(f"unknown status of a chat member: {status!r}")
    return member


def set_private_state(world: "World", user: "User", bot: BotAccount, state: str) -> None:
    """Blocks (``kicked``) or unblocks (``member``), with the update a bot gets of it."""
    chat = world.private_chat(bot, user)
    old, chat.state = chat.state, state
    world.emit({"type": "blocked", "user_id": user.id, "blocked": state == "kicked"})
    if old != state:
        was = "kicked" if old == "kicked" else "member"
        _tell(world, bot, chat, user.profile, was=was, status=state)


def set_bot_status(
    world: "World", chat: Chat, bot: BotAccount, status: str, *, by: "User | None"
) -> None:
    """How a bot stands in a group, with the update it gets of it."""
    was = chat.members.get(bot.id, {}).get("status", "left")
    chat.members[bot.id] = member_json(bot.profile, status)
    if was != status:
        _tell(world, bot, chat, by.profile if by else bot.profile, was=was, status=status)


def upgrade(world: "World", group: "Group") -> "Group":
    """The supergroup that takes a group's place, with both service messages."""
    old = group.chat
    fresh = world.add_group(old.profile["title"], supergroup=True, with_bot=False)
    fresh.chat.members = dict(old.members)
    old.migrated_to = fresh.id
    actor = next(iter(world.users.values())).profile if world.users else world.bot.profile
    for chat, service in (
        (old, {"migrate_to_chat_id": fresh.id}),
        (fresh.chat, {"migrate_from_chat_id": old.id}),
    ):
        message = world.compose(chat, actor, service, bot=world.bot)
        world.keep(chat, message)
        for bot in world.bots_in(chat, None):
            bot.push("message", message)
    return fresh


def _tell(
    world: "World", bot: BotAccount, chat: Chat, actor: Json, *, was: str, status: str
) -> None:
    update = {
        "chat": chat.profile,
        "from": actor,
        "date": world.date(),
        "old_chat_member": member_json(bot.profile, was),
        "new_chat_member": member_json(bot.profile, status),
    }
    bot.push("my_chat_member", update)
