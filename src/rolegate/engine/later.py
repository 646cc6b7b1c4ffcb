"""What a subject is answered later, when lines about it have begun or ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.names import is_domain
from rolegate.encoding import decode
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.domains import Domains
from rolegate.grants.resolve import Resolved
from rolegate.grants.zones import NO_ZONE, zone_called


@dataclass(frozen=True, slots=True)
class Later:
    """The moments at which lines about one subject in one domain begin or end, in the zone of the domain.

    `resolved` has these lines alone, and the domain with those around it: what answers the subject there.
    """

    resolved: Resolved
    moments: tuple[datetime, ...]
    _made: dict[datetime, Snapshot] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, asked: Asked, snapshot: Snapshot) -> Later:
        """What comes after *snapshot* for whom *asked* is about."""
        resolved = snapshot.resolved
        around = resolved.domains.outward(decode(asked.dom)) if is_domain(asked.dom) else ()
        subjects = ["", *snapshot.lookup.subjects(asked.sub, asked.dom)]
        every = (line for sub in subjects for line in snapshot.timeless.get(sub, ()))
        lines = tuple(line for line in every if line.domain in around)
        later = sorted({moment for line in lines for moment in line.changes if snapshot.at < moment})
        if not later:
            return cls(resolved, ())
        zone = zone_called(resolved.domains[around[0]].zone if around else NO_ZONE)
        domains = Domains(
            {name: resolved.domains[name] for name in sorted(around)},
            declared=resolved.domains.declared,
            sound=resolved.domains.sound,
        )
        own = replace(resolved, domains=domains, bindings=lines)
        return cls(own, tuple(moment.astimezone(zone) for moment in later))

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
