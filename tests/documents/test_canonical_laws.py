"""Laws of `fmt` and `lint --fix`, on drawn sets full of comments in which nothing is in its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

import rolegate
from arranged_sets import ArrangedWriter, texts_alone, texts_beside
from commented_sets import repeated
from drawing import examples
from plain.loading import whole
from plain.strategies import NOW, Files, policy_sets
from rolegate import LintSettings, Policy

SETTINGS = LintSettings()


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*.yaml")):
        yield path, path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


IN_LIST = re.compile(r"(.*/)?(bindings/\d+|grants|except)(/.*)?")
"""Places of what can be removed; a role without exceptions has no such key."""


def owners(text: str) -> dict[str, str]:
    """Each comment, with the place of what it is beside, or of what is below it."""
    alone = {comment: beside.below for comment, beside in texts_alone(text).items()}
    return alone | dict(texts_beside(text).keys())


def meaning(folder: Path) -> tuple[Policy, str, list[tuple[str, str]]]:
    """The policy of *folder*, its compiled lines, and what is found of it."""
    policy = whole(folder)
    found = rolegate.lint([folder], at=NOW, settings=SETTINGS).diagnostics
    return policy, policy.compile(NOW).policy_text, sorted((one.code, one.message) for one in found)


@examples(18)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_a_formatted_set_means_the_same(files: Files, seed: int) -> None:
    """Lines and findings are the same, each comment is with the same thing, a second run changes nothing."""
    draw = Random(seed)
    with TemporaryDirectory() as made:
        folder = ArrangedWriter(draw).write_set(repeated(files, draw), Path(made))
        _, lines, found = meaning(folder)
        before = dict(texts(folder))
        rolegate.format_sets([folder])
        assert meaning(folder)[1:] == (lines, found)
        assert rolegate.format_sets([folder], check=True) == ()
        for path, text in texts(folder):
            assert texts_beside(text) == texts_beside(before[path])
            was, now = texts_alone(before[path]), texts_alone(text)
            assert was.keys() == now.keys()
            for comment, old in was.items():
                new = now[comment]
                assert new.below == old.below or (new.block == old.block and not old.heads), comment


@examples(8)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_what_is_fixed_is_in_its_form(files: Files, seed: int) -> None:
    """Access stays, no comment goes but with its entry of a list, and nothing is left to format."""
    draw = Random(seed)
    with TemporaryDirectory() as made:
        folder = ArrangedWriter(draw).write_set(repeated(files, draw), Path(made))
        policy, _, _ = meaning(folder)
        rolegate.format_sets([folder])
        before = dict(texts(folder))
        rolegate.lint_fix([folder], at=NOW, settings=SETTINGS)
        after = whole(folder)
        assert not rolegate.access_diff(policy, after, at=NOW)
        for path, text in texts(folder):
            was, now = owners(before[path]), owners(text)
            gone = was.keys() - now.keys()
            assert now.keys() <= was.keys()
            assert all(IN_LIST.match(was[comment]) for comment in gone)
        assert rolegate.lint_fix([folder], at=NOW, settings=SETTINGS).files == ()
        assert rolegate.format_sets([folder], check=True) == ()
