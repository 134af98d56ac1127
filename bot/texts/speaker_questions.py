"""Questions to speakers, as participants, organizers and the screen show them."""

from collections.abc import Sequence

from bot.domain.agenda import Session
from bot.domain.speaker_questions import LONGEST, Asked, State
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_LISTED = 8
_ON_SCREEN = 5
_PAGE = 4
_EXCERPT = 90
_LETTERS = {
    "n": State.ANSWERING,
    "a": State.ANSWERED,
    "s": State.SHOWN,
    "h": State.HIDDEN,
}
_NEXT = {
    State.WAITING: "snh",
    State.ANSWERING: "ash",
    State.SHOWN: "nah",
    State.ANSWERED: "sh",
    State.HIDDEN: "s",
}
"""What can become of a question next, by the letters above: three buttons fit side by side."""


def listing(
    session: Session, asked: Sequence[Asked], language: str, *, organizer: bool
) -> Rendered:
    """What is open to all, with a button to vote for each, and the way to ask."""
    shown = asked[:_LISTED]
    more = max(0, len(asked) - _LISTED)
    html = text("speaker.listing", language, s=session, asked=shown, more=more)
    votes = [
        Button(
            text("speaker.button_vote", language, number=number, q=each),
            f"q:v:{each.key}:{int(not each.voted)}",
        )
        for number, each in enumerate(shown, start=1)
        if each.state is not State.ANSWERED
    ]
    rows = [tuple(votes[at : at + 4]) for at in range(0, len(votes), 4)]
    rows.append((Button(text("speaker.button_new", language), f"q:n:{session.ref}"),))
    if organizer:
        rows.append((Button(text("speaker.button_moderate", language), f"q:m:{session.ref}:0"),))
    return Rendered(html, tuple(rows))


def ask(session: Session, language: str) -> Rendered:
    """Asks for the words."""
    return Rendered(text("speaker.ask", language, s=session, longest=LONGEST))


def preview(session: Session, words: str, language: str) -> Rendered:
    """The question before it is sent, with the choice of a name."""
    rows = tuple(
        (Button(text(f"speaker.button_{name}", language), data),)
        for name, data in (("named", "q:s:1"), ("unnamed", "q:s:0"))
    )
    return Rendered(text("speaker.preview", language, s=session, words=words), rows)


def news(session: Session, language: str) -> Rendered:
    """What organizers are told of new questions: no word and no name of them."""
    look = Button(text("speaker.button_moderate", language), f"q:m:{session.ref}:0")
    return Rendered(text("speaker.news", language, s=session), ((look,),))


def moderation(
    session: Session, asked: Sequence[Asked], page: int, language: str, *, screen: bool
) -> Rendered:
    """Everything that was asked, with what an organizer can decide on each.

    ``screen``: whether there is a page for the projector.
    """
    last = max(0, (len(asked) - 1) // _PAGE)
    page = min(page, last)
    shown = asked[page * _PAGE : (page + 1) * _PAGE]
    html = text(
        "speaker.moderation", language, s=session, asked=shown, page=page + 1, pages=last + 1
    )
    rows = [
        tuple(
            Button(
                text(f"speaker.decide_{_LETTERS[letter].value}", language, number=number),
                f"q:x:{each.key}:{letter}:{page}",
            )
            for letter in _NEXT[each.state]
        )
        for number, each in enumerate(shown, start=1)
    ]
    turns = tuple(
        Button(arrow, f"q:m:{session.ref}:{to}")
        for arrow, to in (("←", page - 1), ("→", page + 1))
        if 0 <= to <= last
    )
    last_row = [Button(text("presence.button_refresh", language), f"q:m:{session.ref}:{page}")]
    if screen:
        last_row.append(Button(text("presence.button_screen", language), f"h:p:{session.ref}"))
    return Rendered(html, tuple(row for row in (*rows, turns, tuple(last_row)) if row))


def on_screen(asked: Sequence[Asked], language: str) -> list[dict[str, object]]:
    """The most wanted questions as plain values for the page."""
    return [
        {
            "text": each.text,
            "by": text("speaker.screen_by", language, q=each).unescape(),
            "votes": text("speaker.screen_votes", language, count=each.votes).unescape(),
            "answered": each.state is State.ANSWERED,
            "answering": each.state is State.ANSWERING,
        }
        for each in asked[:_ON_SCREEN]
    ]


def decided(letter: str) -> State:
    """The decision that a button's letter stands for."""
    return _LETTERS[letter]


def answered(session: Session, words: str, language: str) -> Rendered:
    """What who asked it hears."""
    short = words if len(words) <= _EXCERPT else words[:_EXCERPT] + "…"
    return Rendered(text("speaker.answered", language, s=session, words=short))
