"""A whole new rundown sent into the chat: our own agenda.yaml, or any schedule we can import."""

import asyncio
from collections.abc import Sequence
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from bot.domain.agenda import Agenda
from bot.domain.problems import Problem
from bot.domain.rescheduling import Do, Edit
from bot.services.rescheduling import written
from bot.store.agenda_file import parse_agenda
from bot.store.schedules.reading import read_schedule

_OWN = (".yaml", ".yml")


async def read(agenda: Agenda, content: bytes, file: str) -> tuple[Edit, Sequence[Problem]]:
    """The edit that puts the file's rundown in the place of ``agenda``, and what is worth telling.

    Args:
        file: the name it was sent under; only its end says anything.

    Raises:
        ProblemsError: with every problem found.
    """
    return await asyncio.to_thread(_read, agenda, content, file)


def _read(agenda: Agenda, content: bytes, file: str) -> tuple[Edit, Sequence[Problem]]:
    name = PurePath(file).name[-60:] or "agenda"
    problems: Sequence[Problem]
    if name.casefold().endswith(_OWN):
        made, problems = parse_agenda(content, file=name)
    else:
        with TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(content)
            imported = read_schedule(path, existing=agenda)
        made, problems = imported.agenda, imported.problems
    return Edit(Do.REPLACE, facts={"content": written(made)}), problems
