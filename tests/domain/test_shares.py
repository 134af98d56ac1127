"""What several processes send together never exceeds what one may, however they come and go."""

import random

import pytest

from bot.domain import shares as rules
from bot.domain.shares import LEASE_S, Look, Share


@pytest.fixture(autouse=True)
def as_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of the whole bot do without the wait of who is alone; here it counts."""
    monkeypatch.setattr(rules, "ALONE_S", 1.0)
    monkeypatch.setattr(rules, "ALONE_AGAIN_S", 3.0)


def look(at: float, *names: str, alive: int | None = None) -> Look:
    return Look(at, len(names) if alive is None else alive, names)


def test_who_starts_alone_begins_after_the_second_of_whoever_was_there_before() -> None:
    share = Share("r1")
    share.saw(look(100, alive=1))
    assert [share.allows(at) for at in (100.9, 101.0, 105.9, 106.0)] == [False, True, True, False]
    assert share.parts == 1


def test_who_comes_to_others_waits_until_all_of_them_must_have_seen_it() -> None:
    share = Share("r2")
    for at in range(100, 112, 2):
        share.saw(look(at, "r1", alive=2))
    assert not share.allows(107.9)
    assert share.allows(108.0)
    assert share.parts == 2


def test_a_share_shrinks_at_once_and_grows_late() -> None:
    share = Share("r1")
    share.saw(look(100, "r1"))
    share.saw(look(102, "r1", alive=2))
    assert share.parts == 2
    for at in range(104, 114, 2):
        share.saw(look(at, "r1"))
    assert share.parts == 1
    share.saw(look(114, "r1", "r2", "r3"))
    assert share.parts == 3


def test_who_is_out_of_touch_sends_nothing_and_comes_back_as_if_new() -> None:
    share = Share("r1")
    share.saw(look(100, "r1", "r2"))
    assert not share.allows(100.0)
    share.saw(look(105, "r1", "r2"))
    assert share.allows(109.0)
    share.lost()
    assert not share.allows(109.0)
    share.saw(look(110, "r2", alive=2))
    assert not share.allows(117.9)
    share.lost()
    share.saw(look(120, alive=1))
    assert (share.allows(122.9), share.allows(123.0)) == (False, True)


@pytest.mark.parametrize("chat", [0, 1, 2, 7, -5, -1001234567890, 2**52])
def test_a_chat_is_of_one_of_those_at_work_and_of_it_alone(chat: int) -> None:
    names = ("r1", "r5", "r9")
    shares = [Share(name) for name in (*names, "r7")]
    for share in shares:
        share.saw(look(10, *names, alive=4))
    homes = {share.home(chat) for share in shares}
    assert len(homes) == 1
    mine = [name for name, share in zip(names, shares, strict=False) if _is_mine(share, chat)]
    assert mine == [*homes]
    assert not _is_mine(shares[3], chat), "it is not at work yet"


def _is_mine(share: Share, chat: int) -> bool:
    rest, divisor = share.slice()
    return abs(chat) % divisor == rest


def test_alone_every_chat_is_ones_own() -> None:
    share = Share("r1")
    assert (share.home(5), share.slice()) == ("r1", (0, 1))


@pytest.mark.parametrize("seed", range(12))
def test_parts_in_use_within_a_second_never_exceed_the_whole(seed: int) -> None:
    """Processes come, go, hang and look at different instants; a hung one is taken for dead only
    after its lease, as PostgreSQL does with a session that asks for nothing."""
    chance = random.Random(seed)
    shares: dict[str, Share] = {}
    seen: dict[str, float] = {}
    awake: dict[str, float] = {}
    """When each looks next."""
    used: list[tuple[float, str, float]] = []
    for tick in range(1, 1200):
        now = 100 + tick / 10
        if chance.random() < 0.02 and len(shares) < 5:
            name = f"r{tick}"
            shares[name], awake[name] = Share(name), now
        for name in [*shares]:
            if chance.random() < 0.004:
                del shares[name], awake[name]
                seen.pop(name, None)
            elif awake[name] <= now:
                seen[name] = now
                held = [one for one, at in seen.items() if now - at < LEASE_S + 1]
                shares[name].saw(look(now, *sorted(held)))
                hangs = chance.random() < 0.05
                awake[name] = now + (chance.uniform(3, 12) if hangs else chance.uniform(1, 2.5))
        for name, share in shares.items():
            if seen.get(name, 0) and now - seen[name] >= LEASE_S + 1:
                share.lost()  # its session was ended
            if share.allows(now):
                used.append((now, name, 1 / share.parts))
    assert used
    for now in {at for at, *_ in used}:
        most: dict[str, float] = {}
        for at, name, part in used:
            if now - 1 < at <= now:
                most[name] = max(part, most.get(name, 0.0))
        assert sum(most.values()) <= 1 + 1e-9, now
