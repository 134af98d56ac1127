"""Documents that are tried again."""

from datetime import UTC, datetime, timedelta

from bot.domain.document_orders import Order, What

NOON = datetime(2025, 11, 4, 5, tzinfo=UTC)


def test_one_that_failed_waits_a_while_even_where_the_clock_is_set_back() -> None:
    order = Order(1, 1, What.BOOKLET, "pdf", "id", NOON)
    assert order.ready(NOON)
    again = order.after_failure(NOON)
    ready = [again.ready(NOON + timedelta(seconds=after)) for after in (0, 9, 10, 3600)]
    assert ready == [False, False, True, True]
    assert again.ready(NOON - timedelta(hours=1)), "it does not wait for the time of before"
