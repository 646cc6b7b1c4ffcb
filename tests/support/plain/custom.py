"""What kinds of roles rule out: of roles, of lines beside them, and of lines where they do not exist."""

from collections.abc import Mapping
from datetime import UTC, datetime

from plain.catalog import CUSTOM, Data
from plain.evaluator import FRESH, Atom, Evaluator
from plain.meanings import texts

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
"""Long before anything that a set can say."""


def kind_of(policy: Evaluator, role: Data) -> str | None:
    """The kind that *role* names, else that of custom roles for a role of a domain.

    What replaces a default role is of the kind of that one.
    """
    if "replaces" in role:
        role = policy.roles[policy.replaced(role)]
    kind: str | None = role.get("kind", CUSTOM if "domain" in role else None)
    return kind


def beyond(policy: Evaluator, role: Data, held: frozenset[Atom]) -> set[str]:
    """The codes of what is wrong with *role*, which by its own words holds *held*."""
    codes: set[str] = set()
    for kind, judged in policy.judged(role, held):
        limits = policy.catalog.kinds_of_roles[kind]
        hidden = policy.behind(judged)
        if "replaces" in role and kind == CUSTOM:
            hidden -= policy.behind(policy.written(policy.replaced(role)))
        may: set[Atom] | None = None
        if "may" in limits:
            may = set()
            for text in texts(limits["may"]):
                for row, instance, scope in policy.touched(text, taking=False):
                    may |= policy.downward(row, instance, scope or policy.catalog.broadest(row))
        codes |= {"RG355"} if may is not None and not judged <= may else set()
        codes |= {"RG321"} if (judged | hidden) & never(policy, kind) else set()
    return codes


def never(policy: Evaluator, kind: str) -> set[Atom]:
    """What no role of *kind* may ever hold."""
    found: set[Atom] = set()
    for text in texts(policy.catalog.kinds_of_roles[kind].get("never")):
        named = list(policy.touched(text, taking=True))
        if text.endswith("*"):  # the stars of restrictions pass over what is hidden
            named += [(row, (), None) for row in policy.catalog.below(text) if row.hidden]
        for row, instance, scope in named:
            found |= policy.upward(row, instance, scope, above=True)
    return found


def misplaced(files: Mapping[str, Data]) -> dict[int, str]:
    """The lines that give a default role where there are none of its kind, with what is said of them."""
    policy = Evaluator(_at_any_time(files), LONG_AGO)
    found = {}
    for place, line in enumerate(policy.lines):
        role = _role(policy, line)
        if role is None or "domain" in role or "kind" not in role:
            continue
        row, here = policy.catalog.place(role["kind"]), line.get("domain", "default")
        if not policy.passes(row, here):
            elsewhere = row.kinds is not None and policy.domains[here].get("kind") not in row.kinds
            found[place] = "RG435" if elsewhere else "RG436"
    return found


def forbidden(files: Mapping[str, Data], form: str = "grants") -> list[int]:
    """The lines of grants that are wrong, or of roles that are warned of, by their places in the file."""
    return list(dict.fromkeys(place for _, place, _ in holders(files, form)))


def holders(files: Mapping[str, Data], form: str) -> list[tuple[str, int, str]]:
    """The same with each kind and user; on a line for everyone, those who hold such a role themselves."""
    files = _at_any_time(files)
    policy = Evaluator(files, LONG_AGO)
    lines = policy.lines
    users = list(dict.fromkeys(user for line in lines for user in _users(policy, line)))
    return [
        (kind, place, user)
        for kind in policy.catalog.kinds_of_roles
        for place, line in enumerate(lines)
        if form in line and not _gives(policy, line, kind)
        for user in (users if "everyone" in line else dict.fromkeys(_users(policy, line)))
        if _beside(policy, line, user, kind)
    ]


def _at_any_time(files: Mapping[str, Data]) -> dict[str, Data]:
    """*files* with lines that neither begin nor end."""
    lines = files.get("bindings.yaml", {"bindings": []})["bindings"]
    timeless = [{key: line[key] for key in line if key not in ("from", "until")} for line in lines]
    return {**files, "bindings.yaml": {"bindings": timeless}}


def _all(policy: Evaluator, line: Data, domain: str) -> frozenset[Atom]:
    given = policy.given(line, domain)
    return given | policy.behind(given)


def _beside(policy: Evaluator, line: Data, user: str, kind: str) -> bool:
    """Does *user* get by *line* what *kind* rules out, in a domain where they have a role of that kind?"""
    for domain in policy.domains:
        there = [one for one in policy.live(domain) if policy.reaches(one, ("user", user, None), domain)]
        of_kind = [one for one in there if _gives(policy, one, kind)]
        if "everyone" in line and user != FRESH:
            of_kind = [one for one in of_kind if "everyone" not in one]
        if line in there and of_kind and _all(policy, line, domain) & never(policy, kind):
            return True
    return False


def _gives(policy: Evaluator, line: Data, kind: str) -> bool:
    role = _role(policy, line)
    return role is not None and kind_of(policy, role) == kind


def _role(policy: Evaluator, line: Data) -> Data | None:
    """The role that *line* gives."""
    if "role" not in line or policy.taken_by(line):
        return None
    index = policy.role(line["role"], line.get("domain", "default"))
    assert index is not None
    return policy.roles[index]


def _users(policy: Evaluator, line: Data) -> list[str]:
    subject = policy.spoken_of(line)
    if subject[0] == "everyone":
        return [FRESH]  # a user whom no line names
    return [subject[1]] if subject[0] == "user" else policy.members(subject)
