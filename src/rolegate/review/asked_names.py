"""The names of a question about a history: each has to be one that some state of the policy set has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rolegate.diagnostics import did_you_mean, quoted
from rolegate.errors import UnknownNameError
from rolegate.policy.policy import Policy
from rolegate.review.asked_access import AskedAccess


class _Sought(NamedTuple):
    """A name that a policy is looked through for: whether it has it, and which names of the kind it has."""

    kind: str
    is_there: bool
    names: tuple[str, ...]


@dataclass(slots=True)
class AskedNames:
    """Which of the names in *asked* are known, after a look at some states.

    Each is looked for by itself: the state that has the role need not have the permission.
    """

    asked: AskedAccess
    _known: set[str] = field(default_factory=set)
    _later: str = ""
    _offered: dict[str, set[str]] = field(default_factory=dict)

    def look_for_later(self, policy: Policy, called: AskedAccess) -> None:
        """Look whether a state says that a name no younger one has is a former name of something."""
        later = called.called_in(policy)
        kinds = {str(called.kind)} if (later.name, later.also) != (called.name, called.also) else set()
        kinds |= {kind for kind in ("domain", "permission") if getattr(later, kind) != getattr(called, kind)}
        if kinds and not kinds & self._known and not self._later:
            self._later = later.said()

    def look_at(self, policy: Policy, called: AskedAccess) -> None:
        """Look for the names in a state, where what is asked about is *called* so."""
        for kind, is_there, names in _sought(called, policy):
            if is_there:
                self._known.add(kind)
            else:
                self._offered.setdefault(kind, set()).update(names)

    def refusal(self, *, part: bool, told: bool) -> UnknownNameError | None:
        """What is wrong with a name that no state has; with *part*, older states were not looked at.

        A user may be anybody: where something is *told*, it is what everybody else has.
        """
        for kind in self._unknown():
            if kind == "user" and told:
                continue
            name = str(getattr(self.asked, "name" if kind == self.asked.kind else kind))
            names = self._offered[kind]
            help = _without_star(name, names) or did_you_mean(name, sorted(names))
            if not part:
                return UnknownNameError(kind, name, help=help)
            further = "or look further back, without `--since` and `-n`"
            message = f"no revision that was looked at has {kind} {quoted(name)}"
            return UnknownNameError(kind, name, message, f"{help}; {further}" if help else further[3:])
        return None

    def note(self, *, part: bool) -> str:
        """What is to be known of a name: what was called so later, or that no state has the user."""
        if self._later:
            return f"called later: {self._later}; ask about that as well, since newer revisions do not say so"
        if "user" not in self._unknown():
            return ""
        name = str(self.asked.name)
        near = did_you_mean(name, sorted(self._offered["user"]), "this is what everybody else has")
        return f"no revision {'that was looked at ' if part else ''}names user {quoted(name)}: {near}"

    def _unknown(self) -> tuple[str, ...]:
        return tuple(kind for kind in self._offered if kind not in self._known)


def _without_star(name: str, paths: set[str]) -> str:
    group = name.removesuffix(".*")
    return f"write {quoted(group)}" if group != name and group in paths else ""


def _sought(asked: AskedAccess, policy: Policy) -> Iterator[_Sought]:
    if asked.domain is not None:
        yield _Sought("domain", asked.domain in policy.domains, policy.domains)
    if asked.kind == "role":
        roles = policy.resolved.roles
        names = tuple(name for _, name in roles)
        yield _Sought("role", asked.name in names or any(key in roles for key in asked.also), names)
    elif asked.kind is not None:
        names = policy.users if asked.kind == "user" else policy.teams
        yield _Sought(asked.kind, asked.name in names, names)
    if asked.permission is not None:
        found = policy.catalog.find(asked.permission)
        yield _Sought(
            "permission",
            found is not None,
            () if found is not None else tuple(filter(None, policy.catalog.nodes)),
        )
