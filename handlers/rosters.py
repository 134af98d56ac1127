"""``/peserta``: who is ready, personal links, a new roster. For organizers."""

from telegram import Document, Update

from bot.domain.people import Role, RosterChanges
from bot.domain.problems import ProblemsError
from bot.services import invite_sheets, refusing, rosters, talking
from bot.services.rosters import Refusal, State
from bot.services.seconding import What as Second
from bot.store.tables import Person
from bot.texts import rosters as texts
from bot.texts.problems import problem_line
from bot.texts.rendered import Rendered
from bot.texts.rosters import Member
from handlers.context import Context
from handlers.four_eyes import seconded
from handlers.guards import organizers_only
from handlers.menus import refresh_menu
from handlers.replies import reply, show, toast
from handlers.uploads import content_of, refuse


@organizers_only
async def board(update: Update, context: Context) -> None:
    """``/peserta``: how many are ready."""
    await reply(update, context, await _board(context))


@organizers_only
async def back(update: Update, context: Context) -> None:
    """The board again, in place."""
    await toast(update)
    await show(update, context, await _board(context))


@organizers_only
async def listing(update: Update, context: Context) -> None:
    """Those in one state, with their links."""
    assert context.match is not None
    state, page = State(context.match.group(1)), int(context.match.group(2))
    found = await context.desk.db.read(rosters.board)
    link = state is not State.READY  # who blocked the bot comes back by it as well
    members = [_member(context, person, link=link) for person in found.by_state[state]]
    await toast(update)
    await show(update, context, texts.listing(state.value, members, page, context.language))


@organizers_only
async def look(update: Update, context: Context) -> None:
    """One person."""
    person = await _pressed(update, context)
    if person is not None:
        await toast(update)
        shown = texts.member(_member(context, person, link=True), context.language)
        await show(update, context, shown)


@organizers_only
async def renew(update: Update, context: Context) -> None:
    """A new link; where an account uses the old one, only after asking."""
    assert context.match is not None
    person, sure = await _pressed(update, context), context.match.group(2) == "1"
    if person is None:
        return
    if person.id == context.person_id:
        await toast(update, context.say(Refusal.YOURSELF.value), alert=True)
        return
    chat_id = person.chat_id
    if chat_id is not None and not sure:
        await toast(update)
        await show(update, context, texts.ask_unbind(_member(context, person), context.language))
        return
    desk = context.desk
    renewed = await desk.db.write(
        rosters.renew, person_id=person.id or 0, author_id=context.person_id, now=desk.now()
    )
    if isinstance(renewed, Refusal):
        await toast(update, context.say(renewed.value), alert=True)
        return
    desk.posted()
    await toast(update)
    if chat_id is not None and person.role is Role.ORGANIZER:
        await refresh_menu(context.bot, context.lobby, chat_id)
    shown = _member(context, renewed, link=True)
    await show(update, context, texts.member(shown, context.language, renewed=True))


@organizers_only
@seconded(Second.EXPORT)
async def sheets(update: Update, context: Context) -> None:
    """Everybody's links as a table, and as pages to print and cut."""
    assert update.effective_chat is not None
    await toast(update)
    found = await context.desk.db.read(rosters.board)
    persons = [person for group in found.by_state.values() for person in group]
    members = [_member(context, person, link=True) for person in persons]
    for made in await invite_sheets.make(context.desk, members, context.language):
        await context.bot.send_document(update.effective_chat.id, made.content, filename=made.name)


@organizers_only
async def ask_file(update: Update, context: Context) -> None:
    """Asks for a new roster."""
    await toast(update)
    await context.expect("roster", {})
    await reply(update, context, context.say("roster.ask_file"))


@organizers_only
async def receive(update: Update, context: Context) -> None:
    """The file that was asked for: what it would change, or what is wrong with it."""
    message = update.effective_message
    assert message is not None
    if message.document is None:
        await reply(update, context, context.say("roster.file_wanted"))
        return
    if await take(update, context, message.document):
        await context.desk.db.write(talking.forget, message.chat_id)


async def take(update: Update, context: Context, document: Document) -> bool:
    """What a roster would change, or what is wrong with it; False: nothing came of it."""
    content = await content_of(update, context, document)
    if content is None:
        return False
    desk, name = context.desk, document.file_name or "roster"
    try:
        entries, warnings = await rosters.read(content, name[:60])
    except ProblemsError as error:
        await refuse(update, context, "roster.wrong", error)
        return False
    lines = [problem_line(problem, context.language) for problem in warnings]
    found = await desk.db.write(
        rosters.draft, desk, author_id=context.person_id, entries=entries, warnings=lines
    )
    if isinstance(found, Refusal):
        await reply(update, context, context.say(found.value))
        return False
    await reply(update, context, texts.preview(found, context.language))
    return True


@organizers_only
@seconded(Second.ROSTER)
async def confirm(update: Update, context: Context) -> None:
    """Takes the new roster over, however often it is pressed."""
    assert context.match is not None
    desk, number = context.desk, int(context.match.group(1))
    done = await desk.db.write(
        rosters.confirm, draft_id=number, author_id=context.person_id, now=desk.now()
    )
    if isinstance(done, Refusal):
        await toast(update, context.say(done.value), alert=True)
        return
    if isinstance(done, RosterChanges):
        desk.changed()
    await toast(update)
    if isinstance(done, RosterChanges):
        await show(update, context, texts.applied(done, context.language))
        for person in await desk.db.read(rosters.with_other_rights, done):
            await refresh_menu(context.bot, context.lobby, person.chat_id)
    else:
        await show(update, context, texts.preview(done, context.language))


@organizers_only
async def drop(update: Update, context: Context) -> None:
    """Leaves the roster as it is."""
    assert context.match is not None
    number = int(context.match.group(1))
    if not await context.desk.db.write(rosters.drop, draft_id=number):
        await toast(update, context.say(Refusal.DONE.value), alert=True)
        return
    await toast(update)
    await show(update, context, Rendered(context.say("roster.dropped")))


async def _board(context: Context) -> Rendered:
    found = await context.desk.db.read(rosters.board)
    counts = {state.value: len(persons) for state, persons in found.by_state.items()}
    await refusing.keep(context.desk)
    refused = await context.desk.db.read(refusing.count)
    return texts.board(counts, context.language, refused=refused)


async def _pressed(update: Update, context: Context) -> Person | None:
    assert context.match is not None
    number = int(context.match.group(1))
    person = await context.desk.db.read(rosters.find, number)
    if person is None:
        await toast(update, context.say("roster.gone"), alert=True)
    return person


def _member(context: Context, person: Person, *, link: bool = False) -> Member:
    """``link``: also of those who have joined already."""
    return rosters.member(context.desk, person, context.language, link=link)
