"""The page of a change says everything, and nothing of a name is taken for HTML."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from desks import judged
from rolegate import GateVerdict
from rolegate.review.diff_html import diff_html


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> GateVerdict:
    return judged(tmp_path_factory.mktemp("sides"))


def test_the_page_names_everybody_and_says_what_would_approve_it(verdict: GateVerdict) -> None:
    """Each group of equal changes once."""
    text = re.sub(r"<[^>]*>", "", diff_html(verdict.diff, verdict).partition("<body>")[2])
    for words in (
        "Refused: 3 lines",
        "1 role, 1 team and 2 people gain access",
        "users bo, cy in acme, emea",
    ):
        assert words in text
    assert text.count("widenedtickets.show@team@all") == 1
    assert "gains: [&quot;tickets.show@all&quot;, &quot;tickets.edit@all&quot;]" in text


@pytest.mark.parametrize("name", ["<b>x", "</h2>", "<!--", "\u202eevil", "a\nb", "&lt;", "\x1b[31m"])
def test_names_are_texts(verdict: GateVerdict, name: str) -> None:
    """A name adds no element, hides nothing, and turns no text around."""
    change = replace(verdict.diff.subjects[0].changes[0], after=(f"[{name}]",))
    strange = replace(verdict.diff.subjects[0], names=(name,), domains=(name,), changes=(change,), reasons=())
    plain = replace(strange, names=("x",), domains=("x",), changes=(replace(change, after=("[x]",)),))
    pages = [diff_html(replace(verdict.diff, subjects=(one,))) for one in (strange, plain)]
    assert len({tuple(re.findall(r"<[^>]*>", page)) for page in pages}) == 1
    assert not set("\u202e\x1b") & set(pages[0])
