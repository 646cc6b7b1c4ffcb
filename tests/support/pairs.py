"""Draws many pairs of policy sets, and stops where their difference is not what asking both of them says.

    python tests/support/pairs.py --pairs 5000 --stock 200

Each set that is drawn is compared with the one before it, and with some edits of it, at the time of the tests
or at one at which a line of either side begins or ends. Of as many pairs as `--stock` says, the first ones, a
stock `casbin.Enforcer` on the compiled files of both sides is asked as well. Hypothesis only draws the sets.

The exit code is 1 after a disagreement, which is shown with all that is needed to see it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import strategies as st

from batches import drawn_in_batches
from plain.comparing import Opinion, stock_answer, wrong_cells
from plain.editing import edited
from plain.evaluator import Evaluator
from plain.loading import sound, sound_or_none
from plain.strategies import NOW, Files, policy_sets
from plain.writer import text_of
from rolegate import Policy
from rolegate.review.cells import Cell
from rolegate.review.differences import moments

ASKED, ASKED_OF_STOCK = 60, 4
"""So many cells of each subject are asked about; a stock enforcer takes long for each."""

EDITS = 4
"""So many edits of each set; those that are no valid set are left out."""


class Side(NamedTuple):
    """One of two sets that are compared."""

    files: Files
    policy: Policy


@dataclass
class PairTally:
    """What was compared so far, and what went wrong."""

    wanted: int
    stock: int
    pairs: int = 0
    with_stock: int = 0
    asked: int = 0
    case: str | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        return self.case is not None or self.pairs >= self.wanted

    def __str__(self) -> str:
        return (
            f"{self.pairs:,} pairs ({self.with_stock:,} of them with a stock enforcer as well), "
            f"{self.asked:,} questions put to both sides, in {time.monotonic() - self.started:.0f} s: "
            f"{'a disagreement' if self.case else '0 disagreements'}"
        )

    def compare(self, sides: Sequence[Side], draw: random.Random, folder: Path) -> None:
        """Compare one pair."""
        policies = [side.policy for side in sides]
        at = draw.choice(moments((policy.resolved for policy in policies), NOW))
        opinions = [Evaluator(side.files, at).answer for side in sides]
        wrong = self._wrong(policies, opinions, at, draw, ASKED)
        if not wrong and self.pairs < self.stock:
            self.with_stock += 1
            answers = [stock_answer(*side, folder / f"compiled {n}", at) for n, side in enumerate(sides)]
            wrong = self._wrong(policies, answers, at, draw, ASKED_OF_STOCK)
        self.pairs += 1
        if wrong:
            shown = [
                f"{name} {place}: {text_of(data)}"
                for name, side in zip(("old", "new"), sides, strict=True)
                for place, data in side.files.items()
            ]
            self.case = "\n".join([f"at {at.isoformat()}", *wrong[:5], *shown])

    def _wrong(
        self,
        policies: Sequence[Policy],
        opinions: Sequence[Opinion],
        at: datetime,
        draw: random.Random,
        most: int,
    ) -> list[str]:
        def chosen(cells: Sequence[Cell]) -> Sequence[int]:
            found = draw.sample(range(len(cells)), min(most, len(cells)))
            self.asked += len(found)
            return found

        return list(wrong_cells(policies, opinions, at, chosen))


def run(wanted: int, stock: int = 0, start: int = 0) -> PairTally:
    """Compare *wanted* pairs; the same ones for the same *start*."""
    tally = PairTally(wanted, stock)
    before: list[Side] = []

    def compare(files: Files, number: int) -> None:
        draw = random.Random(number)
        with TemporaryDirectory() as name:
            folder = Path(name)
            here = Side(files, sound(files, folder / "drawn"))
            others = [*before]
            for edit in range(EDITS):
                changed = edited(files, draw)
                policy = sound_or_none(changed, folder / str(edit))
                others += [] if policy is None else [Side(changed, policy)]
            for place, other in enumerate(others):
                if not tally.over:
                    tally.compare((here, other), draw, folder / f"pair {place}")
        before[:] = [here]

    drawn = policy_sets(), st.integers(0, 2**32)
    for batch in drawn_in_batches(compare, *drawn, start=start, over=lambda: tally.over):
        if batch % 20 == 0:
            print(tally, file=sys.stderr, flush=True)
    return tally


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--pairs", type=int, default=5000, help="how many (default 5000)")
    parser.add_argument("--stock", type=int, default=200, help="how many with a stock enforcer (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="other pairs for another number (default 0)")
    options = parser.parse_args()
    tally = run(options.pairs, options.stock, options.seed)
    print(tally)
    if tally.case is not None:
        print(f"--seed {options.seed}\n{tally.case}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
