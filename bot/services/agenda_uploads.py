"""A whole new rundown sent into the chat: our own agenda.yaml, or any schedule we can import."""

import asyncio
from collections.abc import Sequence
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from bot.domain.agenda import Agenda
from bot.domain.problems import Problem, ProblemsError
from bot.domain.rescheduling import Do, Edit
from bot.services.rescheduling import written
from bot.store.agenda_file import parse_agenda
from bot.store.schedules.reading import read_schedule
from bot.texts.problems import problem_line

_OWN = (".yaml", ".yml")


async def read(agenda: Agenda, content: bytes, file: str, *, language: str) -> Edit:
    """The edit that puts the file's rundown in the place of ``agenda``.

    What could not be read goes with it as lines in ``language``, to be seen before it is
    confirmed: a row that is left out of the file takes its session with it.

    Args:
        file: the name it was sent under; only its end says anything.

    Raises:
        ProblemsError: with every problem found; also where the file is of another event.
    """
    return await asyncio.to_thread(_read, agenda, content, file, language)


def _read(agenda: Agenda, content: bytes, file: str, language: str) -> Edit:
    name = PurePath(file).name[-60:] or "agenda"
    problems: Sequence[Problem]
    if name.casefold().endswith(_OWN):
        made, problems = parse_agenda(content, file=name)
        if made.event.id != agenda.event.id:
            # Every invite is derived from the event's id: they would all be void.
            facts = {"id": made.event.id, "own": agenda.event.id}
            raise ProblemsError([Problem("other_event", name, facts=facts)])
    else:
        with TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(content)
            imported = read_schedule(path, existing=agenda)
        made, problems = imported.agenda, imported.problems
    warnings = [problem_line(problem, language) for problem in problems]
    return Edit(Do.REPLACE, facts={"content": written(made), "warnings": warnings})
