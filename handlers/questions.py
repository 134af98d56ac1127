"""Free text: answered from the rundown, or passed on to the organizers."""

from telegram import Update

from bot.services import alerting, asking
from handlers.answering import answer
from handlers.context import Context
from handlers.replies import quoted_text, reply, toast


async def ask(update: Update, context: Context) -> None:
    """Answers a typed question."""
    assert update.effective_message is not None
    await answer(update, context, update.effective_message)


async def ask_organizers(update: Update, context: Context) -> None:
    """Passes the question that the rundown cannot answer on to the organizers."""
    question = quoted_text(update)
    if question is None:
        await toast(update, context.say("general.question_gone"), alert=True)
        return
    await toast(update)
    await context.desk.db.write(
        alerting.pass_on_question,
        context.desk,
        context.person,
        question=question.text or "",
        message_id=question.message_id,
    )
    context.desk.changed()
    await reply(update, context, context.say("general.asked_organizers"))


async def disclose(update: Update, context: Context) -> None:
    """Lets organizers read a question that had no answer, without the asker's name."""
    question = quoted_text(update)
    if question is None:
        await toast(update, context.say("general.question_gone"), alert=True)
        return
    new = await context.desk.db.write(
        asking.disclose,
        context.desk,
        context.person,
        message_id=question.message_id,
        text=question.text or "",
    )
    key = "statistics.disclosed" if new else "statistics.disclosed_already"
    await toast(update, context.say(key), alert=True)
