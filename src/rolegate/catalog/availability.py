"""What a domain has to be and to have for something to be available there: its kind, plan and add-ons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rolegate.wording.phrases import Listing, Phrase, SaidName

NO_NEEDS: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class Availability:
    """The domains where something is available: of one of `kinds`, on one of `plans`, with all of `addons`.

    Such a domain also has one add-on of each of `choices`.
    Without kinds or plans (None), those of a domain do not matter.
    """

    plans: frozenset[str] | None = None
    addons: frozenset[str] = frozenset()
    kinds: frozenset[str] | None = None
    choices: frozenset[frozenset[str]] = frozenset()

    def includes(self, kind: str | None, plan: str | None, addons: frozenset[str]) -> bool:
        """Whether a domain of *kind* on *plan* with *addons* is one of these domains."""
        return (
            (self.kinds is None or kind in self.kinds)
            and (self.plans is None or plan in self.plans)
            and self.addons <= addons
            and (not self.choices or not any(choice.isdisjoint(addons) for choice in self.choices))
        )

    def exists_in(self, kind: str | None) -> bool:
        """Whether some domain of *kind* is one of these, whatever its plan; None is no particular kind."""
        return kind is None or self.kinds is None or kind in self.kinds

    def implies(self, other: Availability, needs: Mapping[str, frozenset[str]] = NO_NEEDS) -> bool:
        """Whether each of these domains is one of *other*.

        *needs* has what comes with an add-on that needs others, which no domain has without them.
        """
        if not (_within(self.kinds, other.kinds) and _within(self.plans, other.plans)):
            return False
        lacking = [*map(_only, other.addons - self.addons), *(other.choices - self.choices)]
        known = [*map(_only, self.addons), *self.choices] if lacking else []
        # Whichever add-on of a choice a domain has, it has to bring one that is wanted.
        return all(
            any(all(not wanted.isdisjoint(needs.get(name, (name,))) for name in choice) for choice in known)
            for wanted in lacking
        )

    def effort(self, other: Availability) -> int:
        """The steps that `implies` takes, beside looking for the same names."""
        lacking = len(other.addons - self.addons) + len(other.choices - self.choices)
        return lacking * (len(self.addons) + sum(map(len, self.choices)))

    def meets(self, other: Availability) -> bool:
        """Whether some domain may be one of these and one of *other*."""
        return _meet(self.kinds, other.kinds) and _meet(self.plans, other.plans)

    @property
    def everywhere(self) -> bool:
        """Whether every domain is one of them."""
        return self.kinds is None and self.plans is None and not (self.addons or self.choices)

    @property
    def in_words(self) -> Listing:
        """What a domain needs to be one of them, in words."""
        choices = sorted([*map(_only, self.addons), *self.choices], key=sorted)
        parts = [
            *((("plan", self.plans),) if self.plans is not None else ()),
            *(("addon", c) for c in choices),
        ]
        if self.kinds is not None:
            parts.insert(0, ("kind_of_domain", self.kinds))
        return Listing("and", [Phrase(kind, name=one_of(names, kind)) for kind, names in parts])


EVERYWHERE = Availability()
"""The availability of what every domain has."""


def one_of(names: Iterable[str], kind: str = "kind_of_domain") -> Listing:
    """*names* in words, of which one will do."""
    return Listing("or", [SaidName(kind, name) for name in sorted(names)])


def _only(name: str) -> frozenset[str]:
    return frozenset((name,))


def _meet(names: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    return names is None or others is None or not names.isdisjoint(others)


def _within(names: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    """Whether each of *names* is one of *others*; None stands for all there are."""
    return others is None or (names is not None and names <= others)
