"""Health, readiness and figures, over HTTP from the running bot."""

import re
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery.courier import Counters as Sent
from bot.delivery.pacer import Limits, Pacer
from bot.domain.clock import system_now
from bot.intake.receiving import Counters as Received
from bot.ops.metrics import Figures, Metrics
from bot.rehearsal.world import Fault
from bot.store import readings, settings
from tests.builders import Stage, local, staged
from tests.hooking import EVENING


async def get(stage: Stage, path: str) -> tuple[int, str]:
    assert stage.house.ops is not None
    url = f"http://{stage.house.ops.address}{path}"
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        return answer.status, await answer.text()


def figure(page: str, name: str) -> float:
    """The value behind this name with its labels."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    assert found is not None, page
    return float(found[1])


async def test_a_bot_at_work_is_alive_and_ready(tmp_path: Path) -> None:
    async with staged(tmp_path, now=EVENING, ops_port=0) as stage:
        assert await get(stage, "/healthz") == (200, '{"running": true}')
        assert await get(stage, "/readyz") == (200, '{"store": true, "agenda": true}')
        assert (await get(stage, "/"))[0] == 404


async def test_without_a_port_nothing_is_served(stage: Stage) -> None:
    assert stage.house.ops is None


async def test_while_telegram_is_not_reached_it_lives_and_is_not_ready(tmp_path: Path) -> None:
    async with staged(tmp_path, now=EVENING, ops_port=0, started=False) as stage:
        stage.world.faults.add(Fault("502", method="getMe", times=1))
        with pytest.raises(Exception, match="Bad Gateway"):
            await stage.house.start()
        assert (await get(stage, "/healthz"))[0] == 200
        assert await get(stage, "/readyz") == (503, '{"store": true, "agenda": false}')
        await stage.house.start()
        assert (await get(stage, "/readyz"))[0] == 200


async def test_a_store_that_does_not_answer_is_told_and_figures_still_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path, now=EVENING, ops_port=0) as stage:

        def gone(_db: object) -> None:
            raise OperationalError("select", {}, Exception("gone"))

        monkeypatch.setattr(readings, "take", gone)
        assert await get(stage, "/readyz") == (503, '{"store": false, "agenda": true}')
        status, page = await get(stage, "/metrics")
        assert status == 200
        assert figure(page, "mandala_store_up") == 0
        assert "mandala_outbox{" not in page


async def test_when_a_part_has_ended_it_is_not_alive(tmp_path: Path) -> None:
    async with staged(tmp_path, now=EVENING, ops_port=0) as stage:
        assert stage.house.failed is not None
        stage.house.failed.set_exception(RuntimeError("ended"))
        assert (await get(stage, "/healthz"))[0] == 503
        assert stage.house.failed.exception() is not None


async def test_figures_tell_what_the_bot_has_done_and_nothing_of_anybody(tmp_path: Path) -> None:
    async with staged(tmp_path, now=local("2025-11-04 07:00"), ops_port=0) as stage:
        user = await stage.user("p01")
        await stage.say(user, "/jadwal")
        await stage.step(local("2025-11-04 07:15"))
        status, page = await get(stage, "/metrics")
        assert status == 200
        assert figure(page, 'mandala_outbox{state="delivered"}') == 1
        assert figure(page, 'mandala_outbox{state="pending"}') == 0
        assert figure(page, 'mandala_sends_total{outcome="delivered"}') == 1
        handled = figure(page, 'mandala_updates_total{what="handled"}')
        assert handled == figure(page, 'mandala_updates_total{what="stored"}') >= 2
        assert figure(page, "mandala_update_seconds_count") == handled
        assert figure(page, "mandala_updates_unhandled") == 0
        assert figure(page, "mandala_leader") == 1
        assert figure(page, "mandala_store_up") == 1
        assert figure(page, "mandala_planner_late_seconds") == 0
        assert figure(page, "mandala_flood_refusals_total") == 0
        assert figure(page, "process_resident_memory_bytes") > 10**7
        assert "mandala_backup_age_seconds" not in page
        at = stage.clock.instant - timedelta(hours=2)
        await stage.house.db.write(settings.set_last_backup, at)
        _, page = await get(stage, "/metrics")
        assert figure(page, "mandala_backup_age_seconds") == 7200
        person = await stage.person("p01")
        for word in (str(user.id), person.name, stage.house.desk.username):
            assert word not in page


async def test_how_late_planning_is_shows_and_how_long_telegram_asked_to_wait() -> None:
    pacer, metrics = Pacer(Limits()), Metrics()
    sources = Figures(
        Received(),
        [Sent(delivered=2), Sent(delivered=3)],
        pacer,
        leads=lambda: False,
        late=lambda: timedelta(seconds=9),
        now=system_now,
    )
    metrics.ask(sources)
    for seconds in (3.0, 4.0):
        pacer.refused(pacer.turn(1), seconds)
    page = metrics.text(None).decode()
    assert figure(page, "mandala_flood_refusals_total") == 2
    assert figure(page, "mandala_retry_after_seconds_total") == 7
    assert figure(page, "mandala_leader") == 0
    assert figure(page, 'mandala_sends_total{outcome="delivered"}') == 5, "of two events"
    assert figure(page, "mandala_planner_late_seconds") == 9
    await pacer.close()
