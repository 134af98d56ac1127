"""ChatMember objects with all fields that Telegram gives them."""

from bot.rehearsal.world.chats import Json

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
