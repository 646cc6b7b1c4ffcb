"""Which lines give the holders of custom roles what no custom role may hold."""

from collections.abc import Mapping
from datetime import UTC, datetime

from plain.catalog import Data
from plain.evaluator import FRESH, Atom, Evaluator

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
"""When no line has ended."""


def forbidden(files: Mapping[str, Data], kind: str = "grants") -> list[int]:
    """The lines of grants, or of default roles, that do; by their places in the file."""
    policy = Evaluator(files, LONG_AGO)
    never = {
        atom
        for text in files["catalog.yaml"].get("custom_roles", {}).get("never", [])
        for row, instance, scope in policy.touched(text, taking=True)
        for atom in policy.upward(row, instance, scope, above=True)
    }
    lines = files.get("bindings.yaml", {"bindings": []})["bindings"]
    users = {user for line in lines for user in _users(policy, line)}
    return [
        place
        for place, line in enumerate(lines)
        if kind in line and _home(policy, line) is None and _all(policy, line) & never
        if any(_beside(policy, line, user) for user in users)
    ]


def _all(policy: Evaluator, line: Data) -> frozenset[Atom]:
    given = policy.given(line)
    return given | policy.behind(given)


def _beside(policy: Evaluator, line: Data, user: str) -> bool:
    """Does *user* have *line* in some domain, and a custom role there as well?"""
    for domain in policy.domains:
        there = [one for one in policy.live(domain) if policy.reaches(one, ("user", user, None), domain)]
        if line in there and any(_home(policy, one) is not None for one in there):
            return True
    return False


def _home(policy: Evaluator, line: Data) -> str | None:
    """The domain of the custom role that *line* gives."""
    if "role" not in line or policy.taken_by(line):
        return None
    index = policy.role(line["role"], line.get("domain", "default"))
    assert index is not None
    home = policy.roles[index].get("domain")
    return None if home is None else str(home)


def _users(policy: Evaluator, line: Data) -> list[str]:
    subject = policy.spoken_of(line)
    if subject[0] == "everyone":
        return [FRESH]  # a user whom no line names
    return [subject[1]] if subject[0] == "user" else policy.members(subject)
