"""Formats and mends many files of policy sets, full of comments, and stops where something is lost.

    python tests/support/formatted_sets.py --files 1500

What is drawn is written with its keys in any order, in every kind of quotes, with comments anywhere. After
`fmt` it means the same, has each comment with what it was with, and a second run changes nothing. After
`lint --fix` everybody's access is what it was, comments are gone only with what was removed, and there is
nothing left to mend or to format. Hypothesis only draws the sets.

The exit code is 1 where that is not so: the traceback tells what, and the seed how to see it again.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml
from hypothesis import strategies as st

import rolegate
from arranged_sets import ArrangedWriter, texts_alone, texts_beside
from batches import drawn_in_batches
from comment_owners import other_owners
from commented_sets import repeated
from plain.loading import whole
from plain.strategies import NOW, Files, policy_sets
from rolegate import LintSettings, Policy
from rolegate.documents.canonical_text import canonical_text
from rolegate.documents.file_kinds import kind_of

SETTINGS = LintSettings()

IN_LIST = re.compile(r"(.*/)?(bindings/\d+|grants|except)(/.*)?")
"""Places of what can be removed; a role without exceptions has no such key."""


@dataclass
class FormattedTally:
    """How many files of how many sets were looked at, and in how many something was mended."""

    files: int = 0
    sets: int = 0
    comments: int = 0
    mended: int = 0
    findings: int = 0
    started: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        return (
            f"{self.files:,} files of {self.sets:,} sets with {self.comments:,} comments, {self.mended:,} of "
            f"them mended ({self.findings:,} findings), in {time.monotonic() - self.started:.0f} s"
        )


def texts(folder: Path) -> dict[Path, str]:
    """The text of each file, as an editor shows it."""
    return {
        path: path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        for path in sorted(folder.rglob("*.yaml"))
    }


def meaning(folder: Path) -> tuple[Policy, str, list[tuple[str, str]]]:
    """The policy of *folder*, its compiled lines, and what is found of it."""
    policy = whole(folder)
    found = rolegate.lint([folder], at=NOW, settings=SETTINGS).diagnostics
    return policy, policy.compile(NOW).policy_text, sorted((one.code, one.message) for one in found)


def owners(text: str) -> dict[str, tuple[str, ...]]:
    """Each comment, with the place of what it is beside, or of what is around it and below it."""
    alone = {comment: (beside.block, beside.below) for comment, beside in texts_alone(text).items()}
    return alone | {comment: (place,) for comment, place in texts_beside(text)}


def same_comments(before: str, after: str) -> None:
    """Each comment is with what it was with."""
    assert texts_beside(after) == texts_beside(before)
    was, now = texts_alone(before), texts_alone(after)
    assert was.keys() == now.keys()
    for comment, old in was.items():
        new = now[comment]
        assert new.below == old.below or (new.block == old.block and not old.heads), comment
        assert new.above == old.above or not old.ends, comment
        assert new.first or not old.first, comment
    assert not other_owners(before, after)


def formatted(text: str, name: str) -> str:
    """The form of one file, which says the same, and is its own form."""
    kind = kind_of(name)
    assert kind is not None
    new = canonical_text(text, name, kind.shape)
    assert canonical_text(new, name, kind.shape) == new
    assert yaml.load(new, yaml.CBaseLoader) == yaml.load(text, yaml.CBaseLoader)
    same_comments(text, new)
    return new


def format_and_mend(files: Files, seed: int, tally: FormattedTally) -> None:
    """Write *files* in the way that *seed* says, format them and mend them."""
    draw = Random(seed)
    with TemporaryDirectory() as made:
        folder = ArrangedWriter(draw).write_set(repeated(files, draw), Path(made))
        policy, lines, found = meaning(folder)
        before = texts(folder)
        rolegate.format_sets([folder])
        formed = texts(folder)
        assert meaning(folder)[1:] == (lines, found)
        assert rolegate.format_sets([folder], check=True) == ()
        for path, text in formed.items():
            assert text == formatted(before[path], path.relative_to(folder).as_posix())
        fixed = rolegate.lint_fix([folder], at=NOW, settings=SETTINGS)
        assert not rolegate.access_diff(policy, whole(folder), at=NOW)
        mended_comments(formed, texts(folder))
        assert rolegate.lint_fix([folder], at=NOW, settings=SETTINGS).files == ()
        assert rolegate.format_sets([folder], check=True) == ()
    tally.sets += 1
    tally.files += len(before)
    tally.comments += sum(len(owners(text)) for text in before.values())
    tally.mended += len(fixed.files)
    tally.findings += len(fixed.fixed)


def mended_comments(before: Mapping[Path, str], after: Mapping[Path, str]) -> None:
    """None is new, and none is gone but with an entry of a list."""
    for path, text in after.items():
        was, now = owners(before[path]), owners(text)
        assert now.keys() <= was.keys()
        gone = (was[comment] for comment in was.keys() - now.keys())
        assert all(any(IN_LIST.match(place) for place in places) for places in gone)


def run(wanted: int, start: int = 0) -> FormattedTally:
    """Format and mend *wanted* files or a few more; the same ones for the same *start*."""
    tally = FormattedTally()

    def look(files: Files, seed: int) -> None:
        format_and_mend(files, seed, tally)

    drawn = policy_sets(), st.integers(0, 2**32)
    for batch in drawn_in_batches(look, *drawn, start=start, over=lambda: tally.files >= wanted):
        if batch % 20 == 0:
            print(tally, file=sys.stderr, flush=True)
    return tally


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--files", type=int, default=1500, help="how many (default 1500)")
    parser.add_argument("--seed", type=int, default=0, help="other sets for another number (default 0)")
    options = parser.parse_args()
    print(f"seed {options.seed}: {run(options.files, options.seed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
