"""Quick polls, as those who answer, organizers and the page for the projector see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.documents.pictures import Bars, Mark
from bot.domain.polls import Fault, Group, Sheet, State, View
from bot.texts.announcements import audience_name
from bot.texts.catalogue import text
from bot.texts.plain import plain
from bot.texts.rendered import Button, Rendered

_BAR = 10
_LABEL = 40
Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One option with how it stands."""

    option: str
    count: int
    percent: int
    bar: str
    mine: bool


def ask(language: str) -> Rendered:
    """Asks for the words."""
    return Rendered(text("poll.ask", language))


def fault(what: Fault, language: str) -> str:
    """What is to be mended in the words."""
    return text(f"poll.fault_{what.value}", language)


def message(view: View, language: str) -> Rendered:
    """What people get: the options as buttons; bars for those who answered, and at the end."""
    shown = bool(view.own) or not view.open
    html = text("poll.message", language, v=view, lines=list(lines(view)) if shown else [])
    return Rendered(html, tuple(_options(view, language)) if view.open else ())


def preview(sheet: Sheet, language: str) -> Rendered:
    """As people will get it, with what may be chosen before it leaves."""
    view, name = sheet.view, audience_name(language, *sheet.audience)
    html = text("poll.preview", language, v=view, name=name, count=sheet.reached)
    number = view.id
    several = Button(
        text("poll.button_several", language, several=view.several),
        f"j:m:{number}:{int(not view.several)}",
    )
    audience = Button(text("poll.button_audience", language), f"j:p:{number}")
    send = Button(text("poll.button_send", language, count=sheet.reached), f"j:go:{number}")
    drop = Button(text("poll.button_drop", language), f"j:no:{number}")
    return Rendered(html, ((send,), (audience, several), (drop,)))


def board(sheet: Sheet, language: str) -> Rendered:
    """How it goes, for organizers."""
    view, number = sheet.view, sheet.view.id
    name = audience_name(language, *sheet.audience)
    html = text("poll.board", language, v=view, lines=list(lines(view)), s=sheet, name=name)
    turn = "poll.button_close" if view.open else "poll.button_reopen"
    wall = "poll.button_hide" if sheet.on_wall else "poll.button_wall"
    rows = (
        (
            Button(text(turn, language), f"j:x:{number}:{sheet.turn}"),
            Button(text(wall, language), f"j:w:{number}:{int(not sheet.on_wall)}"),
        ),
        (
            Button(text("poll.button_groups", language), f"j:g:{number}"),
            Button(text("poll.button_picture", language), f"j:i:{number}"),
        ),
        (
            Button(text("presence.button_refresh", language), f"j:b:{number}"),
            Button(text("poll.button_list", language), "j:l"),
        ),
    )
    return Rendered(html, rows)


def listing(sheets: Sequence[Sheet], language: str) -> Rendered:
    """Those that were sent, and a new one."""
    html = text("poll.listing", language, sheets=sheets)
    rows: list[Row] = [(Button(text("poll.button_new", language), "j:n"),)]
    rows += [
        (Button(_short(sheet.view.question, sheet.view.state), f"j:b:{sheet.view.id}"),)
        for sheet in sheets
    ]
    return Rendered(html, tuple(rows))


def own(views: Sequence[View], language: str) -> Rendered:
    """What somebody may answer now."""
    rows = tuple((open_button(view),) for view in views)
    return Rendered(text("poll.own", language, count=len(views)), rows)


def open_button(view: View) -> Button:
    """Brings the poll to the end of the chat."""
    mark = "✓ " if view.own else "📊 "
    return Button(_cut(mark + view.question), f"j:o:{view.id}")


def groups(view: View, found: Sequence[Group], language: str) -> Rendered:
    """What each group answered, as far as it may be told."""
    shown = [
        (group, list(zip(view.options, group.counts, strict=True)))
        for group in found
        if group.counts is not None
    ]
    hidden = len(found) - len(shown)
    html = text("poll.groups", language, v=view, groups=shown, hidden=hidden)
    return Rendered(html, ((Button(text("poll.button_back", language), f"j:b:{view.id}"),),))


def picture(view: View, language: str) -> Bars:
    """The results as a picture."""
    marks = tuple(
        Mark(line.option, line.count, plain("poll.picture_mark", language, line=line))
        for line in lines(view)
    )
    return Bars(
        view.question,
        marks,
        subtitle=plain("poll.picture_subtitle", language, v=view),
        most=max(view.voters, 1),
    )


def on_screen(view: View, language: str) -> dict[str, object]:
    """The poll as plain values for the page; shares are percentages."""
    return {
        "question": view.question,
        "status": plain("poll.screen_status", language, v=view),
        "options": [
            {
                "text": line.option,
                "share": line.percent,
                "shown": plain("poll.picture_mark", language, line=line),
            }
            for line in lines(view)
        ],
    }


def lines(view: View) -> Iterator[Line]:
    """Each option with its count and its bar; a full bar is everybody who answered."""
    for number, option in enumerate(view.options):
        share = view.share(number)
        full = round(share * _BAR)
        full = max(full, 1) if view.counts[number] else 0
        bar = "▓" * full + "░" * (_BAR - full)
        yield Line(option, view.counts[number], round(share * 100), bar, number in view.own)


def _options(view: View, language: str) -> Iterator[Row]:
    for number, option in enumerate(view.options):
        mine = number in view.own
        wanted = int(not (mine and view.several))
        mark = ("☑ " if mine else "☐ ") if view.several else ("✓ " if mine else "")
        yield (Button(mark + option, f"j:v:{view.id}:{number}:{wanted}"),)


def _short(question: str, state: State) -> str:
    return _cut(("🟢 " if state is State.OPEN else "⏹ ") + question)


def _cut(words: str) -> str:
    return words if len(words) <= _LABEL else words[: _LABEL - 1] + "…"
