"""``python -m bot`` is the ``mandala`` command."""

from bot.cli import main

main()
