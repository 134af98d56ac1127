"""Text with formatting: Telegram's HTML, MarkdownV2 and Markdown, and explicit entities."""

from bot.rehearsal.api.text.formatted import Formatted, formatted

__all__ = ["Formatted", "formatted"]
