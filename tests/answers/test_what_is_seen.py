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


def chips(page: str) -> list[str]:
    """The texts of the labels in the cells."""
    return [
        unescape(re.sub("<[^>]*>", "", chip)) for chip in re.findall(r"<span class=chip>(.*?)</span>", page)
    ]


def test_a_label_of_a_matrix_is_one_chip(tmp_path: Path) -> None:
    """An instance may be called `a; b`."""
    policy = rolegate.load(write(tmp_path, SMALL))
    matrix = policy.matrix()
    assert ["[a; b]", "[c]"] == chips(matrix_html(matrix, "x", "en"))
    assert ("[a; b]; [c]",) == matrix.rows[0].cells
    assert ("[a; b]", "[c]") == matrix.rows[0].held[0].labels


def test_a_scope_called_yes_is_not_everything(tmp_path: Path) -> None:
    """It is a label, where what is held whole has a mark."""
    files = {
        "catalog.yaml": 'catalog: x\nscopes: {reach: ["all", "yes"]}\npermissions: {show: {scopes: reach}}\n',
        "roles/r.yaml": "role: r\ngrants: ['show@yes']\n",
    }
    matrix = rolegate.load(write(tmp_path, files)).matrix()
    assert ["yes"] == chips(matrix_html(matrix, "x", "en"))
    assert "✓" not in matrix_markdown(matrix, "x")
