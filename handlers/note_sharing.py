"""Giving an own note to the organizers, and what organizers read of such notes.

Every press asks anew whose the note is, whether it is shared, and whether there is consent.
"""

import asyncio

from telegram import Update

from bot.domain.notes import Place, Sharing
from bot.services import filing, privacy, reading, sharing
from bot.services.reading import Opened
from bot.services.sharing import Given, Shared, SharedPage
from bot.texts import note_sharing as texts
from bot.texts.note_sharing import SharedLine
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.my_data import told
from handlers.replies import reply, show, toast


async def choose(update: Update, context: Context) -> None:
    """Who reads the note, and who else may."""
    opened, place = await _shareable(update, context)
    if opened is not None:
        await toast(update)
        await show(update, context, _choices(context, opened, place))


async def with_name(update: Update, context: Context) -> None:
    """Organizers read the note from now on, with its writer's name."""
    opened, place = await _shareable(update, context)
    if opened is not None and await _consented(update, context, opened):
        await _share(update, context, Sharing.NAMED, place)


async def withdraw(update: Update, context: Context) -> None:
    """Organizers read the note no longer."""
    assert context.match is not None
    await _share(update, context, Sharing.PRIVATE, Place.parse(context.match.group(2)))


async def ask_without_name(update: Update, context: Context) -> None:
    """Shows what would be given for good, and asks."""
    opened, place = await _shareable(update, context)
    if opened is None or not await _consented(update, context, opened):
        return
    await toast(update)
    note_id = opened.note.id or 0
    repeated = await context.desk.db.read(
        sharing.repeats, person_id=context.person_id, note_id=note_id
    )
    shown = texts.confirm_nameless(
        context.language,
        note_id=note_id,
        body=opened.note.text,
        sharing=opened.note.sharing,
        files=len(opened.files),
        versions=len(opened.versions) + 1,
        place=place,
        repeated=repeated,
        mark=sharing.mark_of(opened.note.text, repeated),
    )
    await show(update, context, shown)


async def without_name(update: Update, context: Context) -> None:
    """The person is sure: the note leaves them."""
    assert context.match is not None
    if not privacy.consented(context.person, context.desk.agenda.event):
        await _ask_consent(update, context, "")
        return
    given, digests = await context.desk.db.write(
        sharing.give_without_name,
        context.desk,
        person_id=context.person_id,
        note_id=int(context.match.group(1)),
        mark=context.match.group(2),
    )
    if given is not Given.DONE:
        key = "only_files" if given is Given.EMPTY else given
        await toast(update, context.say(f"sharing.{key}"), alert=True)
        return
    await asyncio.to_thread(filing.drop, context.desk.db, context.desk.attachments, digests)
    await toast(update)
    await show(update, context, texts.given(context.language))
    context.desk.changed()


@organizers_only
async def shared_notes(update: Update, context: Context) -> None:
    """``/catatanbersama``: notes shared with name, newest first."""
    page = await _shared_page(context, Place())
    await reply(update, context, _shared_listing(context, page))


@organizers_only
async def turn_shared_page(update: Update, context: Context) -> None:
    """Another page of shared notes, those of a session, or those without name."""
    assert context.match is not None
    page = await _shared_page(context, Place.parse(context.match.group(1)))
    await toast(update)
    await show(update, context, _shared_listing(context, page))


@organizers_only
async def choose_session(update: Update, context: Context) -> None:
    """The sessions that have shared notes."""
    assert context.match is not None
    found = await context.desk.db.read(sharing.sessions, context.desk.agenda)
    await toast(update)
    first = int(context.match.group(1))
    await show(update, context, texts.sessions(context.language, found, first=first))


@organizers_only
async def read_named(update: Update, context: Context) -> None:
    """One note shared with name, whole."""
    assert context.match is not None
    note_id, desk = int(context.match.group(1)), context.desk
    found = await desk.db.read(sharing.read_named, desk.agenda, note_id=note_id)
    await _show_shared(update, context, found)


@organizers_only
async def read_without_name(update: Update, context: Context) -> None:
    """One note without name, whole."""
    assert context.match is not None
    key, desk = context.match.group(1), context.desk
    found = await desk.db.read(sharing.read_without_name, desk.agenda, key=key)
    await _show_shared(update, context, found)


async def _shareable(update: Update, context: Context) -> tuple[Opened | None, Place]:
    """The own note that the button names, if there is anything to share in it."""
    assert context.match is not None
    note_id, place = int(context.match.group(1)), Place.parse(context.match.group(2))
    opened = await context.desk.db.read(
        reading.opened, person_id=context.person_id, note_id=note_id
    )
    if opened is None:
        await toast(update, context.say("sharing.gone"), alert=True)
    elif not opened.note.text.strip():
        await toast(update, context.say("sharing.only_files"), alert=True)
        return None, place
    return opened, place


async def _consented(update: Update, context: Context, opened: Opened) -> bool:
    if privacy.consented(context.person, context.desk.agenda.event):
        return True
    await _ask_consent(update, context, f"n:sh:{opened.note.id}:0")
    return False


async def _ask_consent(update: Update, context: Context, then: str) -> None:
    """Asks to agree first; ``then`` is the button with which they go on."""
    await toast(update)
    question = privacy.question(context.person, context.desk.agenda.event, then=then)
    await reply(update, context, question)
    await told(context)


async def _share(update: Update, context: Context, to: Sharing, place: Place) -> None:
    assert context.match is not None
    note_id, db, person_id = int(context.match.group(1)), context.desk.db, context.person_id
    note = await db.write(
        sharing.share, person_id=person_id, note_id=note_id, sharing=to, now=context.desk.now()
    )
    opened = await db.read(reading.opened, person_id=person_id, note_id=note_id) if note else None
    if opened is None:
        await toast(update, context.say("sharing.gone"), alert=True)
        return
    await toast(update, context.say(f"sharing.now_{to}"))
    await show(update, context, _choices(context, opened, place))


def _choices(context: Context, opened: Opened, place: Place) -> Rendered:
    return texts.choices(
        context.language,
        note_id=opened.note.id or 0,
        sharing=opened.note.sharing,
        files=len(opened.files),
        place=place,
    )


async def _shared_page(context: Context, place: Place) -> SharedPage:
    return await context.desk.db.read(sharing.page, context.desk.agenda, place=place)


def _shared_listing(context: Context, page: SharedPage) -> Rendered:
    session = context.desk.agenda.by_ref(page.place.session_ref or "")
    return texts.listing(
        context.language,
        [_line(shared) for shared in page.notes],
        place=page.place,
        total=page.total,
        without_name=page.without_name,
        size=sharing.PAGE,
        title=session.title if session else None,
    )


async def _show_shared(update: Update, context: Context, found: Shared | None) -> None:
    assert context.match is not None
    if found is None:
        await toast(update, context.say("shared.gone"), alert=True)
        return
    await toast(update)
    place = Place.parse(context.match.group(2))
    head, *rest = texts.view(context.language, _line(found), place=place)
    await show(update, context, head)
    for part in rest:
        await reply(update, context, part)


def _line(shared: Shared) -> SharedLine:
    title = shared.session.title if shared.session else None
    if shared.note is None or shared.person is None:
        return SharedLine(f"a{shared.key}", shared.text, title=title)
    return SharedLine(
        f"n{shared.note.id}",
        shared.text,
        shared.person.name,
        shared.person.position,
        shared.note.day,
        title,
    )
