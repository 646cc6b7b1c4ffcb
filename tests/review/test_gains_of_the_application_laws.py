"""What the gate lets pass gives nothing to a user of the application, whatever she has there."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import rolegate
from desks import NOW
from drawing import some
from given_desk import DESK, EDITS, Files, allowed, some_lines
from reading import write
from rolegate import Policy, judge_change

USERS = 40


def edited(files: Files, draw: random.Random) -> Files:
    """*files* with one or two edits; what another one has taken out cannot be changed."""
    found = copy.deepcopy(files)
    for edit in draw.sample(EDITS, draw.choice((1, 1, 2))):
        try:
            edit(found)
        except (KeyError, IndexError):
            continue
    return found


def loaded(folder: Path, files: Files) -> Policy | None:
    write(folder, {f"{name}.yaml": json.dumps(content) for name, content in files.items()})
    try:
        return rolegate.load(folder, at=NOW)
    except rolegate.InvalidPolicyError:
        return None


def gains(old: Policy, new: Policy, draw: random.Random) -> list[object]:
    """What users are allowed now and were not before, with the lines that they have in the application."""
    found: list[object] = []
    for _ in range(USERS):
        user = draw.choice(["zoe", "eve"])  # one whom no file names, and one whom a line restricts
        place, asked = draw.choice([("acme", "acme"), ("acme", "emea"), ("beta", "beta"), ("acme", "beta")])
        lines = some_lines(user, draw)
        before, after = (allowed(side, user, place, asked, lines) for side in (old, new))
        if before is not None and after is not None and after - before:
            found.append((lines, place, asked, sorted(after - before)))
    return found


@pytest.mark.parametrize("seed", range(some(120, 10)))
def test_no_changes_that_pass_give_a_user_of_the_application_more(seed: int) -> None:
    """One after the other, each of which passes; also those that undo what others have done."""
    draw = random.Random(seed)
    before = DESK
    for _ in range(draw.randint(0, 5)):
        before = edited(before, draw)
    with TemporaryDirectory() as folder:
        first = last = loaded(Path(folder, "first"), before)
        passed = [before]
        for number in range(8):
            files = draw.choice([edited(passed[-1], draw), edited(passed[-1], draw), DESK])
            policy = loaded(Path(folder, str(number)), files)
            if last is not None and policy is not None and judge_change(last, policy, at=NOW):
                last = policy
                passed.append(files)
        if first is not None and last is not None:
            assert gains(first, last, draw) == []
