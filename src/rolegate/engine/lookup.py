"""The lines of a compiled policy by subject, action and scope: which of them speak about a request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rolegate.compiled.lines import CompiledPolicy, Links, PLine, links_by_domain
from rolegate.compiled.names import EVERYONE, is_user
from rolegate.compiled.unwritten_lines import UnwrittenLines


class Lookup:
    """Lines by subject, action and scope. Immutable once built."""

    __slots__ = ("_domains", "_lines", "_unwritten", "links")

    def __init__(self, compiled: CompiledPolicy) -> None:
        self._unwritten = compiled.p if isinstance(compiled.p, UnwrittenLines) else None
        self._lines: dict[tuple[str, str, str], list[PLine]] = {}
        for line in compiled.p if self._unwritten is None else self._unwritten.others:
            self._lines.setdefault((line.sub, line.act, line.scope), []).append(line)
        self.links: Links = links_by_domain(compiled)
        self._domains: dict[str, frozenset[str]] = {}
        for dom, name in compiled.g2:
            self._domains[dom] = self._domains.get(dom, frozenset((dom,))) | {name}

    def matching(self, sub: str, dom: str, act: str, scope: str) -> list[PLine]:
        """The lines that hold for *sub* in *dom*, whatever their object."""
        doms = self._domains.get(dom, frozenset((dom,)))
        return [
            line
            for subject in self.subjects(sub, dom)
            for line in self._about(subject, act, scope)
            if line.dom in doms
        ]

    def _about(self, sub: str, act: str, scope: str) -> Iterable[PLine]:
        """The lines of *sub* by itself, in any domain."""
        if self._unwritten is not None and sub in self._unwritten.roles:
            own = self._unwritten.of_role(sub)
            return [line for line in own if line.act == act and line.scope == scope]
        return self._lines.get((sub, act, scope), ())

    def subjects(self, sub: str, dom: str) -> list[str]:
        """*sub*, and the teams and roles it has in *dom*; for a user, everyone and theirs come last."""
        found = self._reached(sub, dom)
        if is_user(sub):
            found += [subject for subject in self._reached(EVERYONE, dom) if subject not in found]
        return found

    def _reached(self, sub: str, dom: str) -> list[str]:
        found = {sub: None}
        waiting = [sub]
        for subject in waiting:
            fresh = [role for role in self.roles(subject, dom) if role not in found]
            found.update(dict.fromkeys(fresh))
            waiting += fresh
        return waiting

    def roles(self, sub: str, dom: str) -> Sequence[str]:
        """The teams and roles that *sub* has in *dom* by itself."""
        links = self.links
        return links[dom][sub] if dom in links and sub in links[dom] else ()
