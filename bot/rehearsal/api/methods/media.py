"""Messages with files: uploads, files sent before, albums."""

import mimetypes
from dataclasses import dataclass

from bot.rehearsal.api.errors import ApiError, bad
from bot.rehearsal.api.methods.base import Context, Handler, method
from bot.rehearsal.api.methods.sending import (
    caption_fields,
    caption_of,
    check_caption,
    deliver,
    send,
    take_flood,
)
from bot.rehearsal.api.methods.targets import chat_of, reply_to
from bot.rehearsal.api.parameters import Upload
from bot.rehearsal.world import Json
from bot.rehearsal.world.files import StoredFile, picture_size

MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """How one sort of file stands in requests and messages."""

    field: str
    stored: str
    mime: str
    extras: tuple[tuple[str, object], ...] = ()
    named: bool = False
    captioned: bool = True


KINDS = {
    kind.field: kind
    for kind in (
        Kind("photo", "Photo", "image/jpeg"),
        Kind("document", "Document", "application/octet-stream", named=True),
        Kind("voice", "VoiceNote", "audio/ogg", (("duration", 0),)),
        Kind("audio", "Audio", "audio/mpeg", (("duration", 0),), named=True),
        Kind("video", "Video", "video/mp4",
             (("width", 640), ("height", 360), ("duration", 0)), named=True),
        Kind("animation", "Animation", "video/mp4",
             (("width", 640), ("height", 360), ("duration", 0)), named=True),
        Kind("video_note", "VideoNote", "video/mp4",
             (("length", 240), ("duration", 0)), captioned=False),
        Kind("sticker", "Sticker", "image/webp",
             (("width", 512), ("height", 512)), captioned=False),
    )
}  # fmt: skip


def file_of(ctx: Context, kind: Kind, value: str) -> StoredFile:
    """The file a parameter names: an upload, or a file_id known to this world.

    Raises:
        ApiError: not found, empty, too big, of another sort, or an address on the net, from which
            the embedded server fetches nothing.
    """
    if value.startswith("attach://"):
        upload = ctx.uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad(f"there is no {kind.field.replace('_', ' ')} in the request")
        return _stored(ctx, kind, upload)
    if value.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    file = ctx.world.files.get(value)
    if file is None:
        raise bad("wrong remote file identifier specified: Wrong character in the string")
    if file.kind != kind.stored and {file.kind, kind.stored} - {"Document", "Animation"}:
        raise bad(f"can't use file of type {file.kind} as {kind.stored}")
    return file


def _stored(ctx: Context, kind: Kind, upload: Upload) -> StoredFile:
    if not upload.data:
        raise bad("file must be non-empty")
    if len(upload.data) > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    if kind.field == "photo":
        size = picture_size(upload.data)
        if size is None or len(upload.data) > MAX_PHOTO:
            raise bad("IMAGE_PROCESS_FAILED")
        if sum(size) > 10_000 or max(size) > 20 * max(1, min(size)):
            raise bad("PHOTO_INVALID_DIMENSIONS")
    guessed = mimetypes.guess_type(upload.name)[0]
    mime = guessed or (kind.mime if kind.field != "document" else upload.mime)
    return ctx.world.files.store(upload.data, kind=kind.stored, name=upload.name, mime=mime)


def media_content(ctx: Context, kind: Kind, value: str, source: Json) -> Json:
    """The fields of a Message with this file; ``source`` has duration, width and so on."""
    file = file_of(ctx, kind, value)
    if kind.field == "photo":
        return {"photo": file.to_photo()}
    body = file.to_message()
    for name, default in kind.extras:
        body[name] = source.get(name, default)
    if kind.named:
        body["file_name"] = file.name
    if kind.field == "audio":
        body |= {name: source[name] for name in ("title", "performer") if name in source}
    if kind.field in ("sticker", "video_note"):
        body.pop("mime_type")
    if kind.field == "sticker":
        body |= {"type": "regular", "is_animated": False, "is_video": False}
    content: Json = {kind.field: body}
    if kind.field == "animation":
        document = file.to_message() | {"file_name": file.name}
        content["document"] = document  # Telegram sets it too, for old clients
    return content


def _sender(kind: Kind) -> Handler:
    def handle(ctx: Context) -> Json:
        caption = caption_of(ctx)
        content = media_content(ctx, kind, ctx.params[kind.field], ctx.params)
        if kind.captioned:
            content |= caption_fields(caption)
            content |= _flags(ctx.params)
        return send(ctx, content, lambda: check_caption(caption))

    return handle


def _flags(source: Json) -> Json:
    flags = {"show_caption_above_media": "show_caption_above_media",
             "has_spoiler": "has_media_spoiler"}  # fmt: skip
    return {field: True for name, field in flags.items() if source.get(name)}


for _kind in KINDS.values():
    _name = "".join(part.capitalize() for part in _kind.field.split("_"))
    method(f"send{_name}")(_sender(_kind))


def input_media(ctx: Context, media: Json) -> Json:
    """The fields of a Message for an InputMedia object.

    Raises:
        ApiError: unknown sort, missing file, long caption.
    """
    kind = KINDS.get(media["type"])
    if kind is None or kind.field in ("voice", "video_note", "sticker"):
        raise bad(f'can\'t parse InputMedia: type "{media["type"]}" is unsupported')
    if media["media"].startswith("attach://"):
        name = media["media"].removeprefix("attach://")
        if name not in ctx.uploads:
            raise bad("can't parse InputMedia: media not found")
    caption = caption_of(ctx, media)
    check_caption(caption)
    content = media_content(ctx, kind, media["media"], media)
    return content | caption_fields(caption) | _flags(media)


@method("sendMediaGroup")
def send_media_group(ctx: Context) -> list[Json]:
    """https://core.telegram.org/bots/api#sendmediagroup"""
    media = ctx.params["media"]
    if not 1 <= len(media) <= 10:
        raise bad("there are no messages to send" if not media else
                  "too many messages to send as an album")  # fmt: skip
    types = {one["type"] for one in media}
    if "animation" in types:
        raise bad("can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup")
    if len(types) > 1 and types & {"audio", "document"}:
        only = "audio" if "audio" in types else "document"
        raise bad(f"{only} can't be mixed with other media types")
    chat = chat_of(ctx)
    replied = reply_to(ctx, chat)
    contents = [input_media(ctx, one) for one in media]
    take_flood(ctx, chat, len(contents))
    album: Json = {}
    if len(contents) > 1:
        album["media_group_id"] = str(ctx.world.date() * 1000 + ctx.bot.last_message_id)
    if replied is not None:
        album["reply_to_message"] = replied
    return [deliver(ctx, chat, content | album) for content in contents]
