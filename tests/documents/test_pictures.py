"""Charts: any values and any words become a picture that a phone takes."""

import pytest

from bot.documents.pictures import (
    Bars,
    Columns,
    HeatMap,
    Mark,
    Picture,
    Ring,
    Row,
    Stacked,
    Timeline,
    png,
    size,
)
from bot.documents.typesetting import STAND_IN, readable

LONG = "Diskusi Kelompok 1: Pemetaan Masalah Kota dan Penetapan Prioritas Pembangunan Tahun 2026"
NASTY = '#eval("1") *x* $y$ @z <a> [b] \\ "q" _u_ `r` // /* مرحبا 🙏🏽 \x00\x07' + "w" * 200


def _pictures(marks: tuple[Mark, ...], words: str = "Judul") -> list[Picture]:
    names = tuple(mark.label for mark in marks)
    values = tuple(mark.value for mark in marks)
    return [
        Bars(words, marks, words, words),
        Columns(words, marks, words, words),
        Timeline(words, marks, words, words),
        Ring(words, marks, words[:6], words[:6], words, words),
        Stacked(words, names, (Row(words, values, "1"), Row(words, values)), words, words),
        Stacked(words, names, (Row(words, values),), steps=True, whole=True),
        HeatMap(words, names, (Row(words, values), Row("", values)), words, words),
    ]


@pytest.mark.parametrize(
    "marks",
    [
        (),
        (Mark("satu", 1),),
        (Mark("nol", 0), Mark("", 0)),
        (Mark("ditahan", None, "kurang dari 5"), Mark("negatif", -3), Mark("pecahan", 2.5)),
        tuple(Mark(f"{LONG} {number}", number, f"{number},0") for number in range(60)),
        (Mark(NASTY, 3, NASTY[:20]), Mark(NASTY, 1e9)),
    ],
    ids=["none", "one", "zeros", "withheld", "sixty", "nasty"],
)
def test_every_shape_takes_any_number_of_values(marks: tuple[Mark, ...]) -> None:
    for picture in _pictures(marks, NASTY if marks and marks[0].label == NASTY else "Judul"):
        content = png(picture)
        wide, high = size(content)
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert wide + high <= 10_000
        assert high <= 20 * wide
        assert wide >= 480


def test_the_same_values_make_the_same_picture_and_others_another() -> None:
    def drawn(value: float) -> bytes:
        return png(Bars("Judul", (Mark("a", value), Mark("b", 4))))

    assert drawn(2) == drawn(2)
    assert drawn(2) != drawn(3)


def test_rows_that_do_not_fit_their_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values for 1 names"):
        png(Stacked("Judul", ("a",), (Row("r", (1, 2)),)))


def test_characters_without_a_shape_are_replaced_and_all_others_kept() -> None:
    kept = "Bapak/Ibu – “kutipan” … é ñ ₹ → ✓ ★ ∑ Ж שלום مرحبا สวัสดี\n\t•"
    assert readable(kept) == kept
    assert readable("a\u200db\ufe0fc\U0001f3fd") == "abc"
    assert readable({"a": ["\x00x", ("漢",)], "n": 3}) == {"a": ["x", [STAND_IN]], "n": 3}
