"""What a subject is answered later, when lines about it have begun or ended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.names import is_domain
from rolegate.encoding import decode
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.resolve import Resolved
from rolegate.grants.zones import NO_ZONE, zone_called


@dataclass(frozen=True, slots=True)
class Later:
    """The moments at which lines about some subjects in one domain begin or end, in the zone of the domain.

    `resolved` has these lines alone, and the domain with those around it: what answers the subjects there.
    """

    resolved: Resolved
    moments: tuple[datetime, ...]
    _made: dict[datetime, Snapshot] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, asked: Asked, snapshot: Snapshot) -> Later:
        """What comes after *snapshot* for whom *asked* is about."""
        return cls.of_all([asked], snapshot)[0]

    @classmethod
    def of_all(cls, questions: Sequence[Asked], snapshot: Snapshot) -> list[Later]:
        """What comes after *snapshot* for whom each of *questions* is about.

        Those for whom something changes at the same moments have one in common, so that what thousands are
        given by one line is compiled once. It has the lines about each of them.
        """
        together: dict[tuple[str, frozenset[datetime]], dict[int, Binding]] = {}
        keys = []
        shared: dict[str, list[Binding]] = {}
        for asked in questions:
            around = _around(asked.dom, snapshot)
            if asked.dom not in shared:
                shared[asked.dom] = [line for line in snapshot.timeless.get("", ()) if line.domain in around]
            own = [
                line
                for sub in snapshot.lookup.subjects(asked.sub, asked.dom)
                for line in snapshot.timeless.get(sub, ())
                if line.domain in around
            ]
            lines = (*shared[asked.dom], *own)
            changes = (moment for line in lines for moment in line.changes)
            key = (asked.dom, frozenset(moment for moment in changes if snapshot.at < moment))
            keys.append(key)
            found = together.setdefault(key, {})
            if key[1]:
                found.update((id(line), line) for line in lines)
        made = {key: cls._made_of(*key, lines.values(), snapshot) for key, lines in together.items()}
        return [made[key] for key in keys]

    @classmethod
    def _made_of(
        cls, dom: str, moments: Collection[datetime], lines: Iterable[Binding], snapshot: Snapshot
    ) -> Later:
        resolved = snapshot.resolved
        if not moments:
            return cls(resolved, ())
        around = _around(dom, snapshot)
        zone = zone_called(resolved.domains[around[0]].zone if around else NO_ZONE)
        domains = Domains(
            {name: resolved.domains[name] for name in sorted(around)},
            declared=resolved.domains.declared,
            sound=resolved.domains.sound,
        )
        own = replace(resolved, domains=domains, bindings=tuple(lines))
        return cls(own, tuple(moment.astimezone(zone) for moment in sorted(moments)))

    def until(self, holds: Callable[[Snapshot], bool]) -> datetime | None:
        """The first moment from which *holds* is false; None where there is none."""
        return next((moment for moment in self.moments if not holds(self._at(moment))), None)

    def denied(self, asked: Asked) -> datetime | None:
        """From when on a question that is allowed now is denied; None where it stays allowed."""
        return self.until(lambda later: any(later.allows(asked, request) for request in asked.requests))

    def _at(self, moment: datetime) -> Snapshot:
        made = self._made.get(moment)
        if made is None:
            compiled = compile_policy(self.resolved, moment)
            made = self._made[moment] = Snapshot.of(self.resolved, compiled, moment)
        return made


def _around(dom: str, snapshot: Snapshot) -> tuple[str, ...]:
    """A domain by its encoded name, and those around it."""
    return snapshot.resolved.domains.outward(decode(dom)) if is_domain(dom) else ()
