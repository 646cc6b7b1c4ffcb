"""The plans and add-ons a domain needs for something to be available there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Availability:
    """The domains where something is available: on one of `plans` (None: any), with all of `addons`."""

    plans: frozenset[str] | None = None
    addons: frozenset[str] = frozenset()

    def includes(self, plan: str | None, addons: frozenset[str]) -> bool:
        """Whether a domain on *plan* with *addons* is one of these domains."""
        return (self.plans is None or plan in self.plans) and self.addons <= addons

    def implies(self, other: Availability) -> bool:
        """Whether each of these domains is one of *other*."""
        fits = other.plans is None or (self.plans is not None and self.plans <= other.plans)
        return fits and other.addons <= self.addons

    @property
    def everywhere(self) -> bool:
        """Whether every domain is one of them."""
        return self.plans is None and not self.addons

    @property
    def in_words(self) -> str:
        """What a domain needs to be one of them."""
        parts = [f"the add-on `{addon}`" for addon in sorted(self.addons)]
        if self.plans is not None:
            parts.insert(0, "the plan " + " or ".join(f"`{plan}`" for plan in sorted(self.plans)))
        return " and ".join(parts)


EVERYWHERE = Availability()
"""The availability of what needs no plan and no add-on."""
