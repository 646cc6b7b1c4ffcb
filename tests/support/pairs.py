"""Draws many pairs of policy sets, and stops where their difference is not what asking both of them says.

    python tests/support/pairs.py --pairs 5000 --stock 200

Each set that is drawn is compared with the one before it, and with two edits of it, at the time of the tests
or at one at which a line of either side begins or ends. Of as many pairs as `--stock` says, the first ones, a
stock `casbin.Enforcer` on the compiled files of both sides is asked as well. Hypothesis only draws the sets.

The exit code is 1 after a disagreement, which is shown with all that is needed to see it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from plain.asking import Stock
from plain.comparing import Opinion, wrong_cells
from plain.editing import edited
from plain.evaluator import Evaluator
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from plain.writer import text_of
from rolegate import Policy
from rolegate.review.cells import Cell
from rolegate.review.differences import moments

ASKED, ASKED_OF_STOCK = 60, 4
"""So many cells of each subject are asked about; a stock enforcer takes long for each."""

BATCH = 5
"""Sets drawn in one go."""


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

    def compare(self, sets: Sequence[Files], draw: random.Random, folder: Path) -> None:
        """Compare one pair."""
        policies = [sound(files, folder / str(side)) for side, files in enumerate(sets)]
        at = draw.choice(moments((policy.resolved for policy in policies), NOW))
        wrong = self._wrong(policies, [Evaluator(files, at).answer for files in sets], at, draw, ASKED)
        if not wrong and self.pairs < self.stock:
            self.with_stock += 1
            wrong = self._wrong(policies, stock_answers(sets, policies, at, folder), at, draw, ASKED_OF_STOCK)
        self.pairs += 1
        if wrong:
            shown = [
                f"{side} {name}: {text_of(data)}"
                for side, files in zip(("old", "new"), sets, strict=True)
                for name, data in files.items()
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


def stock_answers(
    sets: Sequence[Files], policies: Sequence[Policy], at: datetime, folder: Path
) -> list[Callable[..., bool]]:
    """What a stock enforcer answers, with the compiled files of each side."""
    found = []
    for side, (files, policy) in enumerate(zip(sets, policies, strict=True)):
        made = policy.compile(at=at)
        place = folder / f"compiled {side}"
        found.append(Stock(made.model_text, made.policy_text, place, Evaluator(files, at)).answer)
    return found


def run(wanted: int, stock: int = 0, start: int = 0) -> PairTally:
    """Compare *wanted* pairs; the same ones for the same *start*."""
    tally = PairTally(wanted, stock)
    batch = 0
    before: list[Files] = []
    while not tally.over:

        @seed(start * 1_000_000 + batch)
        @settings(
            max_examples=BATCH,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(policy_sets(), st.integers(0, 2**32))
        def one(files: Files, number: int) -> None:
            draw = random.Random(number)
            for other in (*before, edited(files, draw), edited(files, draw)):
                if not tally.over:
                    with TemporaryDirectory() as folder:
                        tally.compare((files, other), draw, Path(folder))
            before[:] = [files]

        one()
        batch += 1
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
