"""Joiners that belong to a word or to an emoji are printed as they are, and only those."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.emoji import Emoji

import rolegate
from reading import write
from rolegate.diagnostics import one_line
from rolegate.documents.lookalikes import skeleton
from rolegate_cli.output import dumps

WORDS = (
    "می‌خواهم",
    "خانه‌های کاربر‌ها",
    "API‌ها و PDF‌های ۵‌تایی",
    "بِ‌خوان",
    "ه‍.ش",
    "क्‍ष क्‌ष",
    "র‍্যাব",
    "ශ්‍රී",
)
"""Persian, Hindi, Bengali and Sinhala, as they are written."""


def joined_emoji() -> list[str]:
    """Every emoji that rich knows by a name and that a joiner makes one."""
    names = Emoji.replace(" ".join(f":{name}:" for name in _names())).split(" ")
    return sorted({emoji for emoji in names if "\u200d" in emoji})


def _names() -> list[str]:
    from rich._emoji_codes import EMOJI

    return list(EMOJI)


@pytest.mark.parametrize("text", WORDS, ids=ascii)
def test_words_stay(tmp_path: Path, text: str) -> None:
    """In messages, in JSON, and in each format of a matrix."""
    assert text == one_line(text)
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert text in dumps({"title": text}, stream)
    files = {"catalog.yaml": f'catalog: x\npermissions: {{a: {{title: "{text}"}}}}\n'}
    matrix = rolegate.load(write(tmp_path, files)).matrix()
    shown = (rolegate.matrix_html(matrix, "x", "fa"), rolegate.matrix_csv(matrix))
    assert [True, True] == [text in page for page in shown]


def test_joined_emoji_stay() -> None:
    """Of families, professions, hair and flags, with every tone of the skin."""
    found = joined_emoji()
    assert len(found) > 400
    assert [] == [ascii(emoji) for emoji in found if emoji != one_line(emoji)]


@pytest.mark.parametrize(
    "text",
    [
        "\u200c", "\u200d", "a\u200cb", "a\u200db", "\u200cمی", "می\u200c", "می\u200c خ", "می\u200c\u200cخ",
        "می\u200dخ", "\U0001f469\u200d", "\U0001f469\u200da", "\u200d\U0001f4bb",
        "\U0001f469\u200d\u200d\U0001f4bb", "あ\u200d\u2640",
    ],
    ids=ascii,
)  # fmt: skip
def test_any_other_joiner_is_escaped(text: str) -> None:
    """Between Latin letters, at an end, beside another one, and where nothing is joined."""
    shown = one_line(text)
    assert "\\u200" in shown
    assert ("\u200c\u200c" in shown, "\u200d\u200d" in shown) == (False, False)


@pytest.mark.parametrize("text", [*WORDS, "\U0001f469\u200d\U0001f4bb"], ids=ascii)
def test_ids_that_differ_in_a_joiner_still_look_alike(text: str) -> None:
    """What is printed as it is can still be mistaken for something else."""
    assert skeleton(text) == skeleton(text.replace("\u200c", "").replace("\u200d", ""))
