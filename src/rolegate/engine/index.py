"""Answers from a compiled policy, the same ones Casbin gives on its lines.

The one way to a decision is `Decider`; whoever is faster only has to give the same answers.
"""

from __future__ import annotations

from typing import Protocol

from rolegate.compiled.lines import Compiled, PLine
from rolegate.grants.rights import covers, overlap


class Decider(Protocol):
    """Answers requests in the words of the compiled policy."""

    def allows(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        """Whether the policy allows the request."""
        ...

    def allows_some(self, sub: str, dom: str, region: str, act: str, scope: str) -> bool:
        """Whether it allows a request about some instance of the pattern *region*."""
        ...


class Index:
    """Lines by subject, action and scope. Immutable once built."""

    __slots__ = ("_domains", "_lines", "_links")

    def __init__(self, compiled: Compiled) -> None:
        self._lines: dict[tuple[str, str, str], list[PLine]] = {}
        for line in compiled.p:
            self._lines.setdefault((line.sub, line.act, line.scope), []).append(line)
        self._links: dict[tuple[str, str], list[str]] = {}
        for link in compiled.g:
            self._links.setdefault((link.sub, link.dom), []).append(link.role)
        self._domains: dict[str, frozenset[str]] = {}
        for dom, gate in compiled.g2:
            self._domains[dom] = self._domains.get(dom, frozenset((dom,))) | {gate}

    def allows(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        allowed = False
        for line in self.matching(sub, dom, act, scope):
            if covers(line.obj, obj):
                if line.eft == "deny":
                    return False
                allowed = True
        return allowed

    def allows_some(self, sub: str, dom: str, region: str, act: str, scope: str) -> bool:
        lines = self.matching(sub, dom, act, scope)
        denied = [line.obj for line in lines if line.eft == "deny"]
        for line in lines:
            common = overlap(line.obj, region) if line.eft == "allow" else None
            if common is not None and not any(covers(obj, common) for obj in denied):
                return True
        return False

    def matching(self, sub: str, dom: str, act: str, scope: str) -> list[PLine]:
        """The lines that hold for *sub* in *dom*, whatever their object."""
        doms = self._domains.get(dom, frozenset((dom,)))
        return [
            line
            for each in self.subjects(sub, dom)
            for line in self._lines.get((each, act, scope), ())
            if line.dom in doms
        ]

    def subjects(self, sub: str, dom: str) -> list[str]:
        """*sub*, and the teams and roles it has in *dom*."""
        found = [sub]
        for each in found:
            found += [role for role in self._links.get((each, dom), ()) if role not in found]
        return found
