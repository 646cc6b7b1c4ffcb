"""Nothing in a title, a name or an id is invisible where it is shown, and no label looks like two."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from html import unescape
from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate.answers.matrix_csv import matrix_csv
from rolegate.answers.matrix_html import matrix_html
from rolegate.answers.matrix_markdown import matrix_markdown
from rolegate.diagnostics import one_line
from rolegate.documents.lookalikes import skeleton
from rolegate_cli.output import dumps

SMALL = {
    "catalog.yaml": "catalog: x\nresources: {box: Box}\npermissions: {open: {title: Open, per: box}}\n",
    "roles/r.yaml": "role: r\ntitle: R\ngrants: ['open[a; b]', 'open[c]']\n",
}

HIDDEN = "\u3164\uffa0\u115f\u1160\u2800\u034f\ufe0f\ufe00\u180b\u180f\u17b4\u2065\ufff0\U000e0100\U000e0fff"
"""Fillers, a blank pattern, a joiner and selectors: all but a few are printable for Python."""

NAMED = re.compile(
    r"\b((?<!GAP )(?<!LINE )FILLER|VARIATION SELECTOR|GRAPHEME JOINER|ZERO WIDTH|INVISIBLE|NULL NOTEHEAD)\b"
    r"|BRAILLE PATTERN BLANK|HIEROGLYPH (FULL|HALF) BLANK|VOWEL INHERENT"
)
"""What the names of characters say that leave nothing to see."""


def named_unseen() -> list[str]:
    """The characters whose names say so, or that are of a format category."""
    every = map(chr, range(0x80, sys.maxunicode + 1))
    return [c for c in every if NAMED.search(unicodedata.name(c, "")) or unicodedata.category(c) == "Cf"]


def test_what_its_name_calls_invisible_is_escaped() -> None:
    """In whatever version of Unicode this Python has."""
    found = named_unseen()
    assert len(found) > 400
    assert [] == [hex(ord(c)) for c in (*found, *HIDDEN) if one_line(c) == c]


def test_letters_and_signs_stay() -> None:
    """Of all scripts, with their marks."""
    for text in ("Zoë", "工单", "वर्ग", "é" + "e\u0301", "العربية", "한국", "Ω ✓ ★ ☑", "😀", "\u2801"):
        assert text == one_line(text)


EMOJI = ("\u2764\ufe0f", "a \u26a0\ufe0f\u26a1\ufe0f b", "\u00a9\ufe0f", "1\ufe0f\u20e3", "\U0001f6e0\ufe0f")
"""Signs that a variation selector makes emoji of, as telephones and Macs write them."""


@pytest.mark.parametrize("emoji", EMOJI, ids=ascii)
def test_emoji_stay(tmp_path: Path, emoji: str) -> None:
    """Where Unicode lets the selector follow, it changes how the sign before it looks."""
    assert emoji == one_line(emoji)
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert f'["{emoji}"]' == "".join(dumps([emoji], stream).split("\n")).replace("  ", "")
    title = f'role: r\ntitle: "{emoji}"\n'
    policy = rolegate.load(write(tmp_path, SMALL | {"roles/r.yaml": title}))
    assert emoji in matrix_html(policy.matrix(), "x", "en")
    assert emoji in matrix_markdown(policy.matrix(), "x")


def test_a_selector_anywhere_else_is_escaped() -> None:
    """After letters and digits, at the beginning, and after another selector."""
    for text in ("a{}b", "1{}", "1{}2", "{}", "\u2764\ufe0f{}", "\u5de5{}", "\U0001f600{}"):
        assert text.format("\\ufe0f") == one_line(text.format("\ufe0f"))
    every = [chr(code) for code in range(0x20, 0x20000)]
    kept = [c for c in every if one_line(f"{c}\ufe0f") == f"{c}\ufe0f"]
    assert (342, ["\u2139"]) == (len(kept), [c for c in kept if c.isalpha()])


def test_an_emoji_and_its_plain_sign_look_alike() -> None:
    """Ids that differ in it are a warning, as before."""
    assert [skeleton(emoji.replace("\ufe0f", "")) for emoji in EMOJI] == [*map(skeleton, EMOJI)]


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda c: f"U+{ord(c):04X}")
def test_a_matrix_and_json_show_it(tmp_path: Path, hidden: str) -> None:
    """In each format, in titles and in instances."""
    files = dict(SMALL)
    files["roles/r.yaml"] = f"role: r\ntitle: \"R{hidden}\"\ngrants: ['open[a{hidden}]']\n"
    policy = rolegate.load(write(tmp_path, files))
    matrix = policy.matrix()
    shown = (matrix_html(matrix, "x", "en"), matrix_markdown(matrix, "x"), matrix_csv(matrix))
    assert [False] * 3 == [hidden in text for text in shown]
    assert [2, 2, 1] == [text.count(one_line(hidden)) for text in shown]  # CSV has no titles of roles
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert hidden not in dumps(matrix.to_dict(), stream)


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda c: f"U+{ord(c):04X}")
def test_ids_that_differ_in_it_look_alike(hidden: str) -> None:
    """Users who would be the same for a reader are a warning."""
    assert skeleton("ana") == skeleton(f"ana{hidden}")


def labels(page: str) -> list[str]:
    """The labels in the cells of permissions: the text of a cell, or what is kept apart in it."""
    rows = re.findall(r"class=d0>(.*?)(?=<tbody>|</table>|<tr\n)", page, re.DOTALL)
    cells = re.findall(r"<td class=p>((?:(?!<td).)*)", " ".join(rows))
    return [unescape(text) for cell in cells for text in re.findall("<bdi>(.*?)</bdi>", cell) or [cell]]


def test_a_label_of_a_matrix_is_one_chip(tmp_path: Path) -> None:
    """An instance may be called `a; b`."""
    policy = rolegate.load(write(tmp_path, SMALL))
    matrix = policy.matrix()
    assert ["[a; b]", "[c]"] == labels(matrix_html(matrix, "x", "en"))
    assert ("[a; b]; [c]",) == matrix.rows[1].cells
    assert ("[a; b]", "[c]") == matrix.rows[1].held[0].labels


def test_a_scope_called_yes_is_not_everything(tmp_path: Path) -> None:
    """It is a label, where what is held whole has a mark."""
    files = {
        "catalog.yaml": 'catalog: x\nscopes: {reach: ["all", "yes"]}\npermissions: {show: {scopes: reach}}\n',
        "roles/r.yaml": "role: r\ngrants: ['show@yes']\n",
    }
    matrix = rolegate.load(write(tmp_path, files)).matrix()
    assert ["yes"] == labels(matrix_html(matrix, "x", "en"))
    assert "✓" not in matrix_markdown(matrix, "x")
