"""What a domain needs for a permission: its plan, its add-ons and its kind, as people call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

from rolegate.answers.matrix import Needs
from rolegate.catalog.availability import Availability
from rolegate.catalog.labels import Words
from rolegate.catalog.model import Catalog

Need = tuple[str, frozenset[str]]
"""`plan`, `addon` or `kind`, and the names of which a domain needs one."""


def needed(availability: Availability) -> frozenset[Need]:
    """Everything that a domain needs for what has *availability*."""
    found = {("addon", frozenset((name,))) for name in availability.addons}
    found |= {("addon", choice) for choice in availability.choices}
    if availability.plans is not None:
        found.add(("plan", availability.plans))
    if availability.kinds is not None:
        found.add(("kind", availability.kinds))
    return frozenset(found)


def needed_by_all(availabilities: Iterable[Availability]) -> frozenset[Need]:
    """What a domain needs for each of them."""
    sets = [needed(availability) for availability in dict.fromkeys(availabilities)]
    return reduce(frozenset.__and__, sets) if sets else frozenset()


def titled(needs: frozenset[Need], catalog: Catalog, words: Words) -> Needs:
    """*needs* with the titles of a language, in the order of the catalog."""
    sections = {"kind": "domain_kinds", "plan": "plans", "addon": "addons"}
    titles: Mapping[str, dict[str, str]] = {
        kind: {name: words.listed(section, name, title) for name, title in getattr(catalog, section).items()}
        for kind, section in sections.items()
    }
    found = [
        (kind, tuple(title for name, title in titles[kind].items() if name in names)) for kind, names in needs
    ]
    return tuple(sorted(found, key=lambda need: (list(titles).index(need[0]), need[1])))
