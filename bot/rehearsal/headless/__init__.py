"""The whole event in seconds: everybody plays by script, and everything that is said is read."""

from bot.rehearsal.headless.running import perform, run_headless

__all__ = ["perform", "run_headless"]
