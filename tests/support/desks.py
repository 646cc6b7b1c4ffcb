"""The desk of `git_desk` as policies: with one text in the place of another in some files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import rolegate
from git_desk import FILES
from rolegate import AccessDiff, GateVerdict, access_diff, judge_change

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def policy(folder: Path, **changed: tuple[str, str]) -> rolegate.Policy:
    """The desk, with one text in the place of another in some files."""
    for name, text in FILES.items():
        key = name.removesuffix(".yaml").replace("/", "__")
        before, after = changed.get(key, ("", ""))
        assert before in text
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(before, after), encoding="utf-8")
    return rolegate.load(folder)


def judged(folder: Path, **changes: tuple[str, str]) -> GateVerdict:
    """What a gate says where agents come to reach every ticket, with other *changes* beside it."""
    changes["roles__agent"] = ("tickets.*@team", "tickets.*@all")
    return judge_change(policy(folder / "old"), policy(folder / "new", **changes), at=NOW)


def changed(desk: rolegate.Policy, folder: Path, **changes: tuple[str, str]) -> AccessDiff:
    """What these changes do to the access of a desk."""
    return access_diff(desk, policy(folder, **changes), at=NOW)
