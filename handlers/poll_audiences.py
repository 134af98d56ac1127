"""For whom a poll is: the same choice as an announcement's."""

from telegram import Update

from bot.services import audiences, polls
from bot.services.audiences import UNREAD, Audience
from bot.services.polls import Refusal
from bot.texts import announcement_choices as choices
from bot.texts import polls as texts
from bot.texts.announcement_choices import Item
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import show, toast

_KINDS = {letter: kind for kind, letter in choices.LETTERS.items() if kind != UNREAD}


@organizers_only
async def kinds(update: Update, context: Context) -> None:
    """The kinds of audience, or the audiences of one kind."""
    assert context.match is not None
    number, letter, page = context.match.groups()
    offered = await context.desk.db.read(audiences.offered)
    await toast(update)
    kind = _KINDS.get(letter or "")
    if kind is None or kind not in offered:
        everybody = await context.desk.db.read(audiences.size)
        found = [each for each in offered if each in _KINDS.values()]
        shown = choices.audience_kinds(
            context.language, int(number), everybody=everybody, kinds=found, prefix="j"
        )
    else:
        items = [Item(each.audience.ref, each.name, each.count) for each in offered[kind]]
        shown = choices.audience_values(
            context.language, int(number), kind=kind, items=items, page=int(page), prefix="j"
        )
    await show(update, context, shown)


@organizers_only
async def everybody(update: Update, context: Context) -> None:
    """It is for everybody."""
    await _choose(update, context, Audience())


@organizers_only
async def choose(update: Update, context: Context) -> None:
    """It is for those who share one thing."""
    assert context.match is not None
    _, letter, ref = context.match.groups()
    found = await context.desk.db.read(audiences.chosen, _KINDS[letter], ref)
    if found is None:
        await toast(update, context.say("broadcast.nobody_there"), alert=True)
        return
    await _choose(update, context, found)


async def _choose(update: Update, context: Context, audience: Audience) -> None:
    assert context.match is not None
    number = int(context.match.group(1))
    done = await context.desk.db.write(polls.choose, poll_id=number, audience=audience)
    if isinstance(done, Refusal):
        await toast(update, context.say(done.value), alert=True)
        return
    await toast(update)
    await show(update, context, texts.preview(done, context.language))
