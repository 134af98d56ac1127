"""Announcements that are scheduled or were sent: the list, the report, what else may be done."""

import asyncio
from datetime import datetime

from telegram import InlineKeyboardMarkup, InputFile, Message, Update
from telegram.error import BadRequest

from bot.services import announcement_views as views
from bot.services import broadcasting, corrections
from bot.services.broadcasting import Refusal, Report
from bot.services.seconding import What as Second
from bot.texts import announcement_choices as choices
from bot.texts import announcements as texts
from bot.texts.announcement_choices import Entry
from bot.texts.announcement_sheet import Line, workbook
from bot.texts.rendered import Rendered
from handlers.announcement_drafts import begun, pressed_number, refuse, watcher
from handlers.context import Context
from handlers.four_eyes import seconded
from handlers.guards import organizers_only
from handlers.replies import reply, show, toast


@organizers_only
async def listing(update: Update, context: Context) -> None:
    """``/siaran``: what is scheduled and what was sent lately."""
    desk = context.desk
    reports = await desk.db.read(broadcasting.listed)
    entries = [_entry(report, desk.now()) for report in reports]
    await reply(update, context, choices.listed(context.language, entries, zone=desk.zone))


@organizers_only
async def details(update: Update, context: Context) -> None:
    """Where one of them stands, in place of the list."""
    report = await context.desk.db.read(broadcasting.report, pressed_number(context))
    if report is None or report.broadcast.state in ("draft", "discarded"):
        await refuse(update, context, Refusal.GONE)
        return
    await toast(update)
    await show(update, context, views.view(context.desk, report, context.language))


@organizers_only
@seconded(Second.EXPORT)
async def sheet(update: Update, context: Context) -> None:
    """The report as a spreadsheet."""
    desk = context.desk
    found = await desk.db.read(broadcasting.details, pressed_number(context))
    if found is None:
        await refuse(update, context, Refusal.GONE)
        return
    broadcast, copies = found
    await toast(update)
    lines = [
        Line(
            name=copy.name,
            position=copy.position,
            agency=copy.agency,
            group=copy.group,
            status=copy.status,
            at=copy.at,
            read_at=copy.read_at,
            words=copy.words,
        )
        for copy in copies
    ]
    content = await asyncio.to_thread(
        workbook,
        lines,
        context.language,
        title=broadcast.title,
        zone=desk.zone,
        urgent=broadcast.urgent_reason,
    )
    name = f"{context.say('broadcast.sheet_file')}-{broadcast.id}.xlsx"
    assert update.effective_chat is not None
    await context.bot.send_document(update.effective_chat.id, InputFile(content, name))


@organizers_only
async def again(update: Update, context: Context) -> None:
    """Once more to those whom it did not reach, or may not have reached."""
    assert context.match is not None
    number, round = (int(each) for each in context.match.groups())
    report = await context.desk.db.write(
        broadcasting.send_again,
        context.desk,
        broadcast_id=number,
        round=round,
        watcher=watcher(update),
    )
    await _begun(update, context, report)


# ------------------------------------------------------------------------------- taking it back


@organizers_only
async def ask_retract(update: Update, context: Context) -> None:
    """Asks before taking it back from everybody."""
    number = pressed_number(context)
    found = await context.desk.db.read(corrections.reach, context.desk, number)
    if isinstance(found, Refusal):
        await refuse(update, context, found)
        return
    await toast(update)
    shown = choices.retract(
        context.language, number, within=found.within, too_old=found.too_old, doubt=found.doubt
    )
    await reply(update, context, shown)


@organizers_only
async def retract(update: Update, context: Context) -> None:
    """Takes it back."""
    report = await context.desk.db.write(
        corrections.retract,
        context.desk,
        notice_id=pressed_number(context),
        author_id=context.person_id,
        watcher=watcher(update),
    )
    await _begun(update, context, report, "broadcast.retracting")


# -------------------------------------------------------------------------------------- reading


async def confirm_read(update: Update, context: Context) -> None:
    """Somebody who got it says that they read it."""
    number = pressed_number(context)
    since = await context.desk.db.write(
        corrections.read,
        notice_id=number,
        person_id=context.person_id,
        now=context.desk.now(),
    )
    if since is None:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await toast(update, context.say("broadcast.read"))
    query = update.callback_query
    assert query is not None
    if not isinstance(query.message, Message):
        return
    raw = texts.read_markup(context.language, number, read=True)
    try:
        await query.edit_message_reply_markup(InlineKeyboardMarkup.de_json(raw))
    except BadRequest:
        return  # it stands there already, or the message is gone: what counts is stored


@organizers_only
async def unread(update: Update, context: Context) -> None:
    """Who has not confirmed, by name."""
    number = pressed_number(context)
    found = await context.desk.db.read(corrections.unread, number)
    if found is None:
        await refuse(update, context, Refusal.GONE)
        return
    notice, names = found
    await toast(update)
    shown = choices.unread(
        context.language,
        number,
        title=notice.title,
        names=names,
        nudges=notice.nudges,
    )
    await reply(update, context, shown)


@organizers_only
async def nudge(update: Update, context: Context) -> None:
    """Reminds those, and only those."""
    assert context.match is not None
    number, count = (int(each) for each in context.match.groups())
    report = await context.desk.db.write(
        corrections.nudge,
        context.desk,
        notice_id=number,
        count=count,
        author_id=context.person_id,
        watcher=watcher(update),
    )
    await _begun(update, context, report, "broadcast.nudging")


async def _begun(
    update: Update, context: Context, report: Report | Refusal, words: str | None = None
) -> None:
    """It is on its way; the message whose button was pressed becomes its report."""
    if isinstance(report, Refusal):
        await refuse(update, context, report)
        return
    if words is None:
        shown = views.view(context.desk, report, context.language)
    else:
        shown = Rendered(context.say(words, total=report.total))
    await begun(update, context, shown)


def _entry(report: Report, now: datetime) -> Entry:
    broadcast = report.broadcast
    at = broadcast.release_at or broadcast.created_at
    return Entry(
        id=broadcast.id or 0,
        title=broadcast.title,
        at=at,
        to_come=at > now and report.open > 0,
        delivered=report.delivered,
        total=report.total,
        retracted=broadcast.retracted_at is not None,
    )
