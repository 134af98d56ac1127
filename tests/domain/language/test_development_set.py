"""The development set as a whole: what share is right, what share is wrong."""

from collections import Counter

import pytest

from tests.questions.scoring import AGENDAS, Scored, Verdict, judge, score


@pytest.fixture(scope="module")
def scored() -> list[Scored]:
    return list(score(AGENDAS))


def test_the_set_is_large_and_about_several_events(scored: list[Scored]) -> None:
    assert len(scored) >= 400
    events = {question.id[:3] for question in scored}
    assert events == {
        "mag",
        "ori",
        "gre",
        "cam",
        "con",
        "hea",
        "vil",
        "tra",
        "lib",
        "hos",
        "you",
        "spo",
        "dig",
        "aud",
        "kad",
    }
    assert len({question.id for question in scored}) == len(scored)


def test_nearly_all_is_right_and_hardly_anything_wrong(scored: list[Scored]) -> None:
    verdicts = Counter(question.verdict for question in scored)
    failed = [(q.text, q.verdict, q.got["sessions"]) for q in scored if q.verdict != "right"]
    assert verdicts[Verdict.RIGHT] >= 0.97 * len(scored), failed
    assert verdicts[Verdict.WRONG] <= 0.01 * len(scored), failed


def test_what_is_no_question_about_the_schedule_gets_no_schedule(scored: list[Scored]) -> None:
    other = [q for q in scored if q.expected["kind"] in ("none", "fallback", "greeting", "thanks")]
    told = [q.text for q in other if q.got["kind"] == "answer"]
    assert len(other) > 150
    assert len(told) <= 0.02 * len(other), told


def test_a_wrong_field_is_a_wrong_answer() -> None:
    expected = {"kind": "answer", "sessions": ["a"], "fields": {"room": "Aula"}}
    got = {
        "kind": "answer", "sessions": ["a"], "fields": {"room": "Lobi"}, "choices": [],
        "overview": False, "empty": False,
    }  # fmt: skip
    assert judge(expected, got) is Verdict.WRONG
    assert judge(expected, {**got, "kind": "clarify", "sessions": []}) is Verdict.ASKED
    assert judge(expected, {**got, "kind": "fallback", "sessions": []}) is Verdict.SILENT
