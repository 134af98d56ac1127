"""``/presensi`` for organizers: opening roll calls, ticking people off, who is missing."""

from datetime import date, timedelta
from typing import Any

from telegram import Update

from bot.domain import presence as codes
from bot.domain.people import Role
from bot.domain.presence import Call
from bot.domain.refs import ref
from bot.services import attendance_sheets, presence
from bot.services.presence import Board
from bot.services.seconding import What as Second
from bot.store.tables import Person
from bot.texts import presence as texts
from bot.texts.presence import Line, Tally
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.four_eyes import seconded
from handlers.guards import coordinators_too, organizers_only
from handlers.replies import reply, show, toast
from handlers.sessions import pressed_session

_TRIP = timedelta(minutes=1)
"""Two headcounts of a bus are never opened within this time; one pressed twice is one."""


@organizers_only
async def begin(update: Update, context: Context) -> None:
    """The day's sessions."""
    await reply(update, context, await _day(context, _today(context)))


@organizers_only
async def back(update: Update, context: Context) -> None:
    """The same in place."""
    await toast(update)
    await show(update, context, await _day(context, _today(context)))


@organizers_only
async def turn_to_day(update: Update, context: Context) -> None:
    """Another day's sessions."""
    assert context.match is not None
    try:
        day = date.fromisoformat(context.match.group(1))
    except ValueError:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await toast(update)
    await show(update, context, await _day(context, day))


@organizers_only
async def pick(update: Update, context: Context) -> None:
    """A session: its roll call, or the way to open it."""
    session = await pressed_session(update, context)
    if session is None:
        return
    desk = context.desk
    call = await desk.db.read(presence.find, desk, session.ref)
    await toast(update)
    if call is None:
        await show(update, context, texts.unopened(desk.agenda, session, context.language))
    else:
        await _show_board(update, context, call)


@organizers_only
async def open_(update: Update, context: Context) -> None:
    """Opens a session's roll call, or opens it again."""
    session = await pressed_session(update, context)
    if session is not None:
        await toast(update)
        call = await context.desk.db.write(presence.open_session, context.desk, session)
        await _show_board(update, context, call)


@coordinators_too
async def view(update: Update, context: Context) -> None:
    """The figures of now."""
    call = await _pressed(update, context)
    if call is not None:
        await toast(update)
        await _show_board(update, context, call)


@organizers_only
async def close(update: Update, context: Context) -> None:
    """Nobody can check in any more; ticking off by hand still works."""
    call = await _pressed(update, context)
    if call is None:
        return
    await context.desk.db.write(presence.close, context.desk, call.id)
    await toast(update)
    closed = await context.desk.db.read(presence.find, context.desk, call.id)
    await _show_board(update, context, closed or call)


@organizers_only
async def remind(update: Update, context: Context) -> None:
    """A message to everybody who is missing, once for each time the button is shown."""
    assert context.match is not None
    call, number = await _pressed(update, context), int(context.match.group(2))
    if call is None:
        return
    desk = context.desk
    if not call.is_open(desk.now()):
        await toast(update)
        await _show_board(update, context, call)
        return
    count = await desk.db.write(presence.remind, desk, call, number=number)
    desk.posted()
    key = "presence.reminded" if count else "presence.reminded_already"
    await toast(update, context.say(key, count=count), alert=True)


@coordinators_too
async def listing(update: Update, context: Context) -> None:
    """Names to tick off."""
    assert context.match is not None
    only, page = context.match.group(2), int(context.match.group(3))
    call = await _pressed(update, context)
    if call is not None:
        await toast(update)
        await _show_names(update, context, call, only=only, page=page)


@coordinators_too
async def tick(update: Update, context: Context) -> None:
    """Somebody is put down as present, or not."""
    assert context.match is not None
    _, person_id, wanted, only, page = context.match.groups()
    call = await _pressed(update, context)
    if call is None:
        return
    desk = context.desk
    done = await desk.db.write(
        presence.tick,
        desk,
        call,
        person_id=int(person_id),
        present=wanted == "1",
        by=context.person,
    )
    desk.posted()
    await toast(update, None if done else context.say("roster.gone"), alert=not done)
    await _show_names(update, context, call, only=only, page=int(page))


@organizers_only
@seconded(Second.EXPORT)
async def sheet(update: Update, context: Context) -> None:
    """The attendance sheet as a file."""
    call = await _pressed(update, context)
    if call is None:
        return
    assert update.effective_chat is not None
    await toast(update)
    found = await context.desk.db.read(presence.board, call)
    made = await attendance_sheets.make(context.desk, found, context.language)
    await context.bot.send_document(update.effective_chat.id, made.content, filename=made.name)


@organizers_only
async def screen(update: Update, context: Context) -> None:
    """The link of the page for the projector."""
    session, desk = await pressed_session(update, context), context.desk
    if session is None:
        return
    if desk.screens is None:
        await toast(update, context.say("presence.no_screen"), alert=True)
        return
    await toast(update)
    link = presence.screen_link(desk, desk.screens, session, context.language)
    await reply(update, context, context.say("presence.screen_link", s=session, link=link))


@organizers_only
async def buses(update: Update, context: Context) -> None:
    """The buses of the roster; those with a headcount under way lead to it."""
    desk = context.desk
    found = await desk.db.read(presence.headcounts, desk)
    names = [(bus, f"h:v:{call.id}" if call else f"h:g:{ref(bus)}") for bus, call in found]
    await toast(update)
    await show(update, context, texts.buses(names, context.language))


@organizers_only
async def ask_bus(update: Update, context: Context) -> None:
    """Before a bus's people are sent the button."""
    bus = await _pressed_bus(update, context)
    if bus is None:
        return
    count = await context.desk.db.read(presence.reachable_on, bus)
    number = codes.window(context.desk.now(), _TRIP)
    await toast(update)
    shown = texts.ask_bus(bus, count, f"h:h:{ref(bus)}:{number}", context.language)
    await show(update, context, shown)


@organizers_only
async def open_bus(update: Update, context: Context) -> None:
    """Opens the headcount and sends the button, however often it is pressed."""
    assert context.match is not None
    bus, number = await _pressed_bus(update, context), int(context.match.group(2))
    if bus is None:
        return
    desk = context.desk
    call = await desk.db.write(presence.open_bus, desk, bus=bus, number=number)
    desk.posted()
    await toast(update)
    await _show_board(update, context, call)


async def _show_board(update: Update, context: Context, call: Call) -> None:
    found = await context.desk.db.read(presence.board, call, of=context.person)
    await show(update, context, _board(context, found))


def _board(context: Context, found: Board) -> Rendered:
    desk, call = context.desk, found.call
    now = desk.now()
    organizer = context.person.role is Role.ORGANIZER
    ends = now + codes.next_window(now, codes.SPOKEN) + codes.SPOKEN
    tally = Tally(
        present=len(found.present),
        total=len(found.expected),
        late=found.late,
        names=[person.name for person in found.missing],
        code=presence.code(desk, call) if call.session and organizer else None,
        code_until=min(ends, call.until),
        number=codes.window(now, codes.SPOKEN),
        screen=bool(desk.screens and call.session),
        full=organizer,
    )
    return texts.board(call, tally, desk.agenda, context.language, is_open=call.is_open(now))


async def _show_names(
    update: Update, context: Context, call: Call, *, only: str, page: int
) -> None:
    found = await context.desk.db.read(presence.board, call, of=context.person)
    persons = found.missing if only == "m" else found.expected
    lines = [_line(found, person) for person in persons]
    shown = texts.ticking(call, lines, page, context.desk.agenda, context.language, only=only)
    await show(update, context, shown)


def _line(found: Board, person: Person) -> Line:
    line = found.lines.get(person.id or 0)
    at = line.at if line is not None else None
    return Line(person.id or 0, person.name, at, found.is_late(person))


async def _day(context: Context, day: date) -> Rendered:
    desk = context.desk

    def look(db: Any) -> tuple[set[str], bool]:
        calls = {call.id for call in presence.under_way(db, desk)}
        return calls, bool(presence.headcounts(db, desk))

    opened, buses_ = await desk.db.read(look)
    listed = [(s, s.ref in opened) for s in desk.agenda.on_day(day) if not s.kind.pause]
    return texts.sessions(desk.agenda, day, listed, context.language, buses=buses_)


def _today(context: Context) -> date:
    today, event = context.desk.today(), context.desk.agenda.event
    return today if event.start <= today <= event.end else event.start


async def _pressed(update: Update, context: Context) -> Call | None:
    """The roll call of the pressed button; says so if there is none."""
    assert context.match is not None
    call = await context.desk.db.read(presence.find, context.desk, context.match.group(1))
    if call is None:
        await toast(update, context.say("presence.gone"), alert=True)
    return call


async def _pressed_bus(update: Update, context: Context) -> str | None:
    assert context.match is not None
    wanted = context.match.group(1)
    found = await context.desk.db.read(presence.headcounts, context.desk)
    bus = next((bus for bus, _ in found if ref(bus) == wanted), None)
    if bus is None:
        await toast(update, context.say("presence.no_such_bus"), alert=True)
    return bus
