"""Findings that say nothing new, since they only follow from another one: one mistake is one error.

INVARIANT: something is left out only where an error is reported, so no set gets by without a finding.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rolegate.catalog.circles import circles
from rolegate.catalog.former_names import Noun
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Diagnostic
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.documents import Documents
from rolegate.documents.domains_file import DomainShape
from rolegate.documents.file_kinds import ASIDE, DOMAINS, ROLES
from rolegate.documents.text import Text
from rolegate.grants.problems import is_unknown_role

_BY_KIND: Mapping[str, tuple[str, ...]] = {
    ROLES.key: ("RG216", "RG317", "RG324"),
    DOMAINS.key: ("RG216", "RG401", "RG403", "RG411"),
    ASIDE: ("RG216",),
}
"""Codes that say nothing new where a file of this kind was left out, since that was reported."""

_OF_DOMAINS = frozenset(
    ["RG320", "RG329", "RG403", "RG414", "RG418", "RG431", "RG432", "RG435", "RG436", "RG440"]
)
"""Codes about what a domain has, by itself or from the domains around it."""
_OF_PLANS = frozenset(("RG320", "RG329", "RG431", "RG432", "RG435", "RG436"))
"""Those of them about its plan and its add-ons."""
_OF_KINDS = frozenset(("RG320", "RG326", "RG410", "RG431", "RG432", "RG435", "RG436"))
"""Codes about what a domain has by its kind."""
_LOOKED_AT = _OF_DOMAINS | _OF_KINDS | {"RG216", "RG306", "RG317"}


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Knows which findings follow from errors in declarations.

    `roles` are declared, though it is not known for which domain; of the `domains` it is not known what is
    around them, of `plans` what these domains are offered, of `kinds` what kind these domains are, and of the
    `resources` what they lie within.
    """

    codes: frozenset[str]
    roles: frozenset[str]
    domains: frozenset[str] = field(default=frozenset())
    plans: frozenset[str] = field(default=frozenset())
    resources: frozenset[str] = field(default=frozenset())
    kinds: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, documents: Documents, catalog: Catalog | None) -> FollowUps:
        """What follows from the errors in the declarations of *documents*."""
        codes = frozenset(code for kind in documents.incomplete for code in _BY_KIND.get(kind, ()))
        shapes = documents.domains.domains if documents.domains is not None else {}
        lost, unsure = dict(_without_place(documents)), frozenset(_unsure(shapes, None))
        plans = unsure if catalog is None else frozenset(_unsure(shapes, catalog))
        if unsure:  # a custom role that one of them seems to lack may be that of a domain around it
            lost |= {str(name): None for name, body in documents.roles if body.domain is not None}
        resources = frozenset(_nowhere(documents.catalog))
        kinds = frozenset() if catalog is None else frozenset(_of_no_kind(shapes, catalog))
        return cls(codes, documents.strays | lost.keys(), unsure, plans, resources, kinds)

    def without(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Those of *found* that say something new."""
        looked_at = self.codes | _LOOKED_AT
        return (one for one in found if one.code not in looked_at or not self._has(one))

    def _has(self, found: Diagnostic) -> bool:
        code = found.code
        if code in self.codes:
            return True
        if code == "RG317":
            return is_unknown_role(found, self.roles)
        if code == "RG216":
            return any(f"unknown role `{role}`" in found.message for role in self.roles)
        if code in _OF_DOMAINS | _OF_KINDS:
            domains = self.kinds if code in _OF_KINDS else frozenset()
            domains |= self.plans if code in _OF_PLANS else self.domains if code in _OF_DOMAINS else set()
            return any(f"domain `{domain}`" in found.message for domain in domains)
        kind = re.search(r"\b(?:per|one) ([\w-]+)", found.message) if code == "RG306" else None
        return kind is not None and kind[1] in self.resources


def _without_place(documents: Documents) -> Iterator[tuple[str, None]]:
    """The roles of domains that are not declared."""
    declared = documents.declared
    for name, body in documents.roles:
        if body.domain is not None and body.domain not in declared:
            yield str(name), None


def _is_known(catalog: Catalog, noun: Noun, name: Text | None, names: Collection[str]) -> bool:
    return name is None or name in names or name in catalog.former.of(noun)


def _unsure(shapes: Mapping[Text, DomainShape], catalog: Catalog | None) -> Iterator[str]:
    """Domains of which the one around, or a plan or an add-on of *catalog*, is not declared, and inside."""
    outer: dict[Text, Text | None] = {name: shape.within for name, shape in shapes.items()}
    found = {str(name) for around in circles(outer) for name in around}
    for name, shape in shapes.items():
        known = shape.within is None or shape.within in shapes
        if catalog is not None:
            known = known and (_is_known(catalog, "plan", shape.plan, catalog.plans))
            known = known and all(_is_known(catalog, "add-on", name, catalog.addons) for name in shape.addons)
        if not known:
            found.add(str(name))
    yield from _leading_nowhere(outer, found)


def _of_no_kind(shapes: Mapping[Text, DomainShape], catalog: Catalog) -> Iterator[str]:
    """Domains whose kind is not declared, or that have none where each has one."""
    for name, shape in shapes.items():
        none = shape.kind is None and catalog.domain_kinds
        if none or not _is_known(catalog, "kind of domain", shape.kind, catalog.domain_kinds):
            yield str(name)


def _nowhere(shape: CatalogShape) -> Iterable[str]:
    """The kinds of resources that lie, at some depth, within one that is not declared."""
    return _leading_nowhere({kind: resource.within for kind, resource in shape.resources.items()})


def _leading_nowhere(outer: Mapping[Text, Text | None], at_fault: Iterable[str] = ()) -> Iterator[str]:
    """Those *at_fault*, those around which one is not declared or lies within itself, and all inside.

    Each is walked over once, however deep they lie.
    """
    leads: dict[str, bool] = dict.fromkeys(at_fault, True)
    for name in outer:
        walked: dict[str, None] = {}
        here: Text | None = name
        while here is not None and here in outer and here not in leads and here not in walked:
            walked[str(here)] = None
            here = outer[here]
        leads |= dict.fromkeys(walked, here is not None and leads.get(here, True))
    return (name for name, nowhere in leads.items() if nowhere)
