"""Labels: the words of each language, and which to show when one is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from rolegate.catalog import problems
from rolegate.catalog.former_names import Noun
from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Catalog, Group, Node, Permission
from rolegate.catalog.placeholders import check_placeholders, filled
from rolegate.catalog.role_kind import RoleKind
from rolegate.catalog.worded import own_words
from rolegate.diagnostics import Report, did_you_mean
from rolegate.documents.labels_file import LabelShape, LabelsShape
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Words:
    """The labels of one locale; the first layer that has a label wins: fr-CA, then fr."""

    layers: tuple[LabelsShape, ...] = ()
    tags: tuple[str, ...] = ()
    """The locale in small letters, and those it falls back to."""

    def title(self, node: Node) -> str:
        label = self._of(node.path, "title")
        if label is None and isinstance(node, Permission) and node.of_field:
            return self.scope(FIELD_LADDER.name, node.path.rpartition(".")[2], node.title)
        return label or node.title

    def description(self, node: Node) -> str:
        return self._of(node.path, "description") or node.description

    def every(self, node: Node) -> str | None:
        return self._of(node.path, "every") or node.every

    def _of(self, path: str, key: str) -> str | None:
        return self._part("permissions", path, key)

    def _part(self, section: str, name: str, key: str) -> str | None:
        """The title, description or another text of what a label may say more of than a title."""
        for layer in self.layers:
            label = getattr(layer, section).get(name)
            if label is not None and getattr(label, key) is not None:
                return str(getattr(label, key))
        return None

    def scope(self, ladder: str, scope: str, otherwise: str) -> str:
        return self._named("scopes", ladder, scope) or otherwise

    def resource(self, kind: str, otherwise: str) -> str:
        return self._named("resources", kind) or otherwise

    def role(self, name: str, otherwise: str) -> str:
        return own_words(otherwise, self.tags) or self._part("roles", name, "title") or otherwise

    def has_title(self, name: str, title: str) -> bool:
        """Whether a role with that *title* has another one in this language."""
        return own_words(title, self.tags) is not None or any(name in layer.roles for layer in self.layers)

    def role_description(self, name: str, otherwise: str) -> str:
        own = own_words(otherwise, self.tags)
        return own or self._part("roles", name, "description") or otherwise

    def role_kind(self, kind: RoleKind) -> str:
        return (self._named("role_kinds", kind.name) if kind.name is not None else None) or kind.title

    def restriction(self, name: str, otherwise: str) -> str:
        return self._part("restrictions", name, "title") or otherwise

    def restriction_description(self, name: str, otherwise: str) -> str:
        return self._part("restrictions", name, "description") or otherwise

    def listed(self, section: str, name: str, otherwise: str) -> str:
        """The title of a plan, an add-on or a kind of domains, by the *section* of labels that has it."""
        return self._named(section, name) or otherwise

    def instance(self, domains: Iterable[str], kind: str, path: str) -> str | None:
        """The label of an encoded instance in one of *domains*, the one it is asked in first."""
        text = readable(path)
        found = (self._named("instances", domain, kind, text) for domain in domains)
        return next((title for title in found if title is not None), None)

    def filled(self, title: str, known: Mapping[str, str], catalog: Catalog) -> str:
        """*title* with the ids of an instance in its placeholders, or the kinds where none is *known*."""

        def word(kind: str) -> str:
            resource = catalog.resources.get(kind)
            return known.get(kind) or f"[{self.resource(kind, resource.title if resource else kind)}]"

        return filled(title, word)

    def set_title(self, otherwise: str) -> str:
        return next((str(layer.title) for layer in self.layers if layer.title is not None), otherwise)

    def set_description(self, otherwise: str) -> str:
        found = (layer.description for layer in self.layers)
        return next((str(text) for text in found if text is not None), otherwise)

    def _named(self, section: str, *keys: str) -> str | None:
        for layer in self.layers:
            found = getattr(layer, section)
            for key in keys:
                found = found.get(key) if found is not None else None
            if found is not None:
                return str(found)
        return None


@dataclass(frozen=True, slots=True)
class Labels:
    """Every locale of a set; `base` is the language of the catalog's own titles."""

    base: str
    by_locale: Mapping[str, LabelsShape] = field(repr=False)

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.base, *self.by_locale)))

    def words(self, locale: str | None) -> Words | None:
        """The words of *locale*, or of the catalog's own, after BCP 47 look-up (`fr-CA`, `fr`).

        None when the set does not have the language.
        """
        layers, tags, found = [], list[str](), False
        tag = (self.base if locale is None else locale).replace("_", "-").casefold()
        while tag:
            for name in self.locales:
                if name.casefold() == tag:
                    found = True
                    if name in self.by_locale:
                        layers.append(self.by_locale[name])
            tags.append(tag)
            tag = tag.rpartition("-")[0]
        return Words(tuple(layers), tuple(tags)) if found else None


def check_labels(
    shapes: Sequence[LabelsShape],
    catalog: Catalog,
    roles: Mapping[str, str],
    restrictions: Collection[str],
    instances: Mapping[str, Mapping[str, Collection[str]]],
    report: Report,
    former_domains: Mapping[str, str] = MappingProxyType({}),
) -> Labels:
    """The labels of a set; a label for something that is not declared is an error.

    *roles* has what each name of a role, a former one too, is today. *instances* are those that each domain
    knows, encoded, by kind.
    """
    by_locale = {}
    role_names = frozenset(roles.values())
    paths = dict.fromkeys(path for path in catalog.nodes if path)
    former = catalog.former
    for shape in shapes:
        by_locale[str(shape.locale)] = shape
        _known(shape.permissions, paths, "permission", report, catalog)
        for path, label in shape.permissions.items():
            if path in paths and path not in catalog.unclear:
                _check_words(label, catalog.nodes[path], report)
        _known(shape.roles, role_names, "role", report, now=roles)
        _known(shape.restrictions, restrictions, "restriction", report)
        _known(shape.role_kinds, catalog.role_kinds, "kind of role", report)
        renamed: tuple[tuple[Noun, Iterable[Text], Collection[str]], ...] = (
            ("resource", shape.resources, catalog.resources),
            ("kind of domain", shape.domain_kinds, catalog.domain_kinds),
            ("plan", shape.plans, catalog.plans),
            ("add-on", shape.addons, catalog.addons),
            ("ladder of scopes", shape.scopes, catalog.ladders),
        )
        for noun, given, names in renamed:
            _known(given, names, noun, report, now=former.of(noun))
        _known(shape.instances, instances, "domain", report, now=former_domains)
        _check_instances(shape, catalog, instances, report)
        for ladder, scopes in shape.scopes.items():
            if (known := catalog.ladders.get(ladder)) is not None:
                _known(scopes, known.scopes, "scope", report, now=known.former)
    warn_of_lookalikes("locale", [shape.locale for shape in shapes], report)
    return Labels(catalog.locale, dict(sorted(by_locale.items())))


def _check_instances(
    shape: LabelsShape,
    catalog: Catalog,
    instances: Mapping[str, Mapping[str, Collection[str]]],
    report: Report,
) -> None:
    for domain, kinds in shape.instances.items():
        _known(kinds, catalog.resources, "resource", report, now=catalog.former.of("resource"))
        for kind, labels in kinds.items():
            if domain in instances and kind in catalog.resources:
                known = dict.fromkeys(map(readable, instances[str(domain)].get(str(kind), ())))
                _known(labels, known, f"{kind} of domain `{domain}`", report)


def _known(
    labels: Iterable[Text],
    names: Collection[str],
    noun: str,
    report: Report,
    catalog: Catalog | None = None,
    now: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Report labels of what is not one of *names*; *now* has what former names are called now."""
    for name in labels:
        if name not in names:
            node = catalog.find(name) if catalog is not None else None
            fate = "" if catalog is None else catalog.fate(name)
            path = now.get(name) if node is None else node.path
            problems.label_unknown(report, name, noun, names, path, fate)


def _check_words(label: LabelShape, node: Node, report: Report) -> None:
    """Report placeholders that do not name a kind of the node, and `every` on a node without instances."""
    check_placeholders((label.title, label.every), node.chain, label.span, report)
    boxed = node.own_per if isinstance(node, Group) else bool(node.chain)
    if label.every is not None and not boxed:
        problems.label_every_without_per(report, label.at("every"), node.path)


def words_of(labels: Labels, locale: str | None) -> Words:
    """The words of a language, or the catalog's own.

    Raises:
        UnknownNameError: for an unknown language.
    """
    words = labels.words(locale) if locale is None or isinstance(locale, str) else None
    if words is None:
        raise UnknownNameError("locale", locale or "", help=did_you_mean(str(locale or ""), labels.locales))
    return words
