"""A reminder that could not be sent before its session began."""

from bot.rehearsal.world.faults import Fault
from tests.announcing import Hall
from tests.builders import local, plain, texts


async def test_a_reminder_whose_session_has_begun_is_not_sent_but_told_to_the_organizers(
    hall: Hall,
) -> None:
    await hall.stage.step(local("2025-11-05 13:40"))
    before = len(hall.first.inbox)
    away = hall.stage.world.faults.add(
        Fault("502", method="sendMessage", chat_id=hall.first.id, times=None)
    )
    await hall.stage.step(local("2025-11-05 14:20"))
    assert away.struck > 2
    hall.stage.world.faults.clear()
    await hall.stage.step(local("2025-11-05 14:30"))
    assert len(hall.first.inbox) == before
    assert hall.stage.house.courier.counters.retried > 2
    name = (await hall.stage.person("p01")).name
    told = [plain(text) for text in texts(hall.colleague) if "sudah tidak berguna" in text]
    assert len(told) == 1
    assert name in told[0]
    assert any("⏰" in text for text in texts(hall.second)), "the others had theirs in time"
