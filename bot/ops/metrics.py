"""The bot's figures in the form that Prometheus reads. No label says anything of a person.

Nothing is counted twice: what the parts of the bot count anyway is read from them when somebody
asks, and only how long handling took is kept here.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.delivery.courier import Counters as Sent
from bot.delivery.pacer import Pacer
from bot.domain.clock import Now
from bot.domain.outbox import Status
from bot.intake.receiving import Counters as Received
from bot.store.readings import Readings

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


@dataclass(frozen=True)
class Figures:
    """The parts that are asked."""

    received: Received
    sent: Sequence[Sent]
    """Of each event."""
    pacer: Pacer
    leads: Callable[[], bool]
    late: Callable[[], timedelta]
    """For how long the planner should have looked."""
    now: Now


class Metrics(Collector):
    """A registry of its own, so that two bots in one process do not meet."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._handling = Histogram(
            "mandala_update_seconds",
            "From an update's arrival to the end of its handling, the answer sent.",
            buckets=_BUCKETS,
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(self)
        self._sources: Figures | None = None
        self._readings: Readings | None = None

    def took(self, seconds: float) -> None:
        """An update was handled."""
        self._handling.observe(seconds)

    def ask(self, sources: Figures) -> None:
        """Names the parts that are asked from now on."""
        self._sources = sources

    def text(self, readings: Readings | None) -> bytes:
        """Everything; ``readings`` are the store's, None if it does not answer."""
        self._readings = readings
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        yield _gauge("mandala_store_up", "Whether the store answers.", self._readings is not None)
        if self._sources is not None:
            yield from _told(self._sources)
        if self._readings is not None:
            yield from _stored(self._readings)
            if self._sources is not None and self._readings.last_backup is not None:
                age = self._sources.now() - self._readings.last_backup
                words = "Since the last backup that was verified."
                yield _gauge("mandala_backup_age_seconds", words, age.total_seconds())


def _stored(readings: Readings) -> Iterator[Metric]:
    outbox = GaugeMetricFamily(
        "mandala_outbox", "Messages in the outbox by their state.", labels=["state"]
    )
    for status in Status:
        outbox.add_metric([status.value], readings.outbox.get(status, 0))
    yield outbox
    words = "Updates stored and not handled yet, by any process."
    yield _gauge("mandala_updates_unhandled", words, readings.unhandled)


def _told(sources: Figures) -> Iterator[Metric]:
    updates = CounterMetricFamily(
        "mandala_updates", "Updates by what became of them here.", labels=["what"]
    )
    for name, count in asdict(sources.received).items():
        updates.add_metric([name], count)
    yield updates
    sends = CounterMetricFamily(
        "mandala_sends", "Messages of the outbox by what became of the attempt.",
        labels=["outcome"],
    )  # fmt: skip
    sent: Counter[str] = Counter()
    for each in sources.sent:
        sent.update(asdict(each))
    for name, count in sent.items():
        sends.add_metric([name], count)
    yield sends
    pacer = sources.pacer
    yield CounterMetricFamily(
        "mandala_flood_refusals", "Calls that Telegram refused with 429.", pacer.refusals
    )
    yield CounterMetricFamily(
        "mandala_retry_after_seconds", "Seconds that it asked to wait, in all.", pacer.told_to_wait
    )
    yield _gauge("mandala_leader", "Whether this process plans and polls.", sources.leads())
    words = "For how long the planner should have looked for what is due."
    yield _gauge("mandala_planner_late_seconds", words, sources.late().total_seconds())


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, float(value))
