"""Questions about chats, people and files; leaving."""

from bot.rehearsal.api.errors import bad
from bot.rehearsal.api.methods.base import Context, method
from bot.rehearsal.api.methods.targets import chat_of
from bot.rehearsal.world import Chat, Json
from bot.rehearsal.world.membership import member_json, set_bot_status

MAX_DOWNLOAD = 20 * 1024 * 1024
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_invite_users",
)  # fmt: skip


@method("getChat")
def get_chat(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#getchat"""
    chat = chat_of(ctx, write=False)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
             "gifts_from_channels")  # fmt: skip
    full = chat.profile | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, chat.private),
    }
    if chat.private and "username" in chat.profile:
        full["active_usernames"] = [chat.profile["username"]]
    if not chat.private:
        full["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]]
    return full


def _present(chat: Chat) -> list[Json]:
    return [one for one in chat.members.values() if one["status"] not in ("left", "kicked")]


@method("getChatMember")
def get_chat_member(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#getchatmember"""
    chat = chat_of(ctx, write=False)
    user_id = ctx.params["user_id"]
    if chat.private:
        if user_id == ctx.bot.id:
            return member_json(ctx.bot.profile, "member")
        if user_id == chat.id:
            return member_json(ctx.world.users[user_id].profile, "member")
        raise bad(
            "PARTICIPANT_ID_INVALID" if user_id not in ctx.world.users else "member not found"
        )
    if user_id in chat.members:
        return chat.members[user_id]
    if user_id not in ctx.world.users:
        raise bad("PARTICIPANT_ID_INVALID")
    return member_json(ctx.world.users[user_id].profile, "left")


@method("getChatMemberCount")
def get_chat_member_count(ctx: Context) -> int:
    """https://core.telegram.org/bots/api#getchatmembercount"""
    chat = chat_of(ctx, write=False)
    return 2 if chat.private else len(_present(chat))


@method("getChatAdministrators")
def get_chat_administrators(ctx: Context) -> list[Json]:
    """https://core.telegram.org/bots/api#getchatadministrators"""
    chat = chat_of(ctx, write=False)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    return [
        one
        for one in _present(chat)
        if one["status"] in ("creator", "administrator")
        and (not one["user"]["is_bot"] or one["user"]["id"] == ctx.bot.id)
    ]


@method("leaveChat")
def leave_chat(ctx: Context) -> bool:
    """https://core.telegram.org/bots/api#leavechat"""
    chat = chat_of(ctx, write=False)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    set_bot_status(ctx.world, chat, ctx.bot, "left", by=None)
    return True


@method("getFile")
def get_file(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#getfile"""
    file = ctx.world.files.get(ctx.params["file_id"])
    if file is None:
        raise bad("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }


@method("getUserProfilePhotos")
def get_user_profile_photos(ctx: Context) -> Json:
    """https://core.telegram.org/bots/api#getuserprofilephotos (nobody here has a picture)"""
    if ctx.params["user_id"] not in ctx.world.users:
        raise bad("user not found")
    return {"total_count": 0, "photos": []}
