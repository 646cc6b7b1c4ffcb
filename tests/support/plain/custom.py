"""Which lines give the holders of custom roles what no custom role may hold."""

from collections.abc import Mapping
from datetime import UTC, datetime

from plain.catalog import Data
from plain.evaluator import FRESH, Atom, Evaluator

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
"""Long before anything that a set can say."""


def forbidden(files: Mapping[str, Data], kind: str = "grants") -> list[int]:
    """The lines of grants, or of default roles, that do; by their places in the file."""
    return list(dict.fromkeys(place for place, _ in holders(files, kind)))


def holders(files: Mapping[str, Data], kind: str) -> list[tuple[int, str]]:
    """The same with each user concerned; on a line for everyone, those who hold a custom role themselves."""
    files = _at_any_time(files)
    policy = Evaluator(files, LONG_AGO)
    never = {
        atom
        for text in files["catalog.yaml"].get("custom_roles", {}).get("never", [])
        for row, instance, scope in policy.touched(text, taking=True)
        for atom in policy.upward(row, instance, scope, above=True)
    }
    lines = files.get("bindings.yaml", {"bindings": []})["bindings"]
    users = list(dict.fromkeys(user for line in lines for user in _users(policy, line)))
    return [
        (place, user)
        for place, line in enumerate(lines)
        if kind in line and not _is_custom(policy, line)
        for user in (users if "everyone" in line else dict.fromkeys(_users(policy, line)))
        if _beside(policy, line, user, never)
    ]


def _at_any_time(files: Mapping[str, Data]) -> dict[str, Data]:
    """*files* with lines that neither begin nor end."""
    lines = files.get("bindings.yaml", {"bindings": []})["bindings"]
    timeless = [{key: line[key] for key in line if key not in ("from", "until")} for line in lines]
    return {**files, "bindings.yaml": {"bindings": timeless}}


def _all(policy: Evaluator, line: Data, domain: str) -> frozenset[Atom]:
    given = policy.given(line, domain)
    return given | policy.behind(given)


def _beside(policy: Evaluator, line: Data, user: str, never: set[Atom]) -> bool:
    """Does *user* get something of *never* by *line* in some domain, and have a custom role there as well?"""
    for domain in policy.domains:
        there = [one for one in policy.live(domain) if policy.reaches(one, ("user", user, None), domain)]
        customs = [one for one in there if _is_custom(policy, one)]
        if "everyone" in line and user != FRESH:
            customs = [one for one in customs if "everyone" not in one]
        if line in there and customs and _all(policy, line, domain) & never:
            return True
    return False


def _is_custom(policy: Evaluator, line: Data) -> bool:
    """Does *line* give a custom role? What a domain has in the place of a default one is none."""
    if "role" not in line or policy.taken_by(line):
        return False
    index = policy.role(line["role"], line.get("domain", "default"))
    assert index is not None
    role = policy.roles[index]
    return "domain" in role and "replaces" not in role


def _users(policy: Evaluator, line: Data) -> list[str]:
    subject = policy.spoken_of(line)
    if subject[0] == "everyone":
        return [FRESH]  # a user whom no line names
    return [subject[1]] if subject[0] == "user" else policy.members(subject)
