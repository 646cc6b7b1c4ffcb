"""Sentences of the program in a language of the set, with titles in the place of paths and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant, parse_instance_text
from rolegate.catalog.labels import Words, words_of
from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Group, Node, Permission
from rolegate.encoding import readable
from rolegate.grants.resolve import Resolved
from rolegate.texts.escaping import plain
from rolegate.wording.languages import Wording, wording
from rolegate.wording.phrases import Listing, Phrase, SaidName

BELOW = " › "
"""Between the title of a group and that of what is in it: `Show` alone may be one of many."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says a sentence in the language of `words`, as seen from `domain`.

    What is not a `Phrase`, such as the message of a diagnostic, stays as it is.
    """

    said: Wording
    words: Words
    resolved: Resolved = field(repr=False)
    domain: str | None = None

    @classmethod
    def of(cls, resolved: Resolved, locale: str, domain: str | None = None) -> Speaker:
        """The speaker of a language.

        Raises:
            UnknownNameError: for a language that the set does not have.
        """
        return cls(wording(locale), words_of(resolved.labels, locale), resolved, domain)

    @classmethod
    def of_errors(cls, resolved: Resolved, locale: str, domain: str | None = None) -> Speaker:
        """The speaker of a language where an error is told, which raises no other one.

        Where the set does not have the language, titles are its own.
        """
        words = resolved.labels.words(locale) or words_of(resolved.labels, None)
        return cls(wording(locale), words, resolved, domain)

    def say(self, text: str) -> str:
        """*text* in the language, if it is a sentence of the program."""
        if isinstance(text, Listing):
            return self.said(text.key).join(map(self._value, text.parts))
        if not isinstance(text, Phrase):
            return text
        return self.said(text.key, **{name: self._shown(value) for name, value in text.values.items()})

    def _shown(self, value: object) -> object:
        return value if isinstance(value, int) else self._value(value)

    def _value(self, value: object) -> str:
        if isinstance(value, SaidName):
            return self.name(value)
        return self.say(value) if isinstance(value, (Phrase, Listing)) else plain(str(value))

    def name(self, named: SaidName) -> str:
        """What people call something, in the quotes of the language."""
        kind, name, of = named
        if kind == "grant":
            return self.grant(name)
        if kind == "permission":
            return self.permission(name)
        if kind in ("code", "attribute"):
            return str(named)
        if kind == "resource":
            resource = self.resolved.catalog.resources.get(name)
            return plain(self.words.resource(name, resource.title if resource is not None else name))
        title = _TITLES[kind](self, name, of) if kind in _TITLES else name
        return self._quoted(title)

    def permission(self, path: str, known: tuple[str, ...] = ()) -> str:
        """The title of a permission below those of its groups; *known* are raw ids of its instance.

        These stay as they are: whoever is told of a refusal may not know what they are called.
        """
        node = self.resolved.catalog.find(path)
        if node is None:
            return self._quoted(path)
        return self._quoted(self._filled(node, dict(zip(node.chain, known, strict=False))))

    def grant(self, text: str) -> str:
        """A grant by the titles of what it names; as it is written where it cannot be read."""
        catalog = self.resolved.catalog
        try:
            grant = parse_grant(text, catalog.marked)
        except GrantSyntaxError:
            return self._quoted(text)
        node = catalog.find(grant.path) if grant.path else None
        if node is None and not (grant.star and not grant.path):
            return self._quoted(text)
        said = self._what(grant, node)
        return (
            said if grant.scope is None else self.said("grant_at", what=said, scope=self._scope(grant, node))
        )

    def _what(self, grant: Grant, node: Node | None) -> str:
        """What a grant is about, without its scope."""
        ids = [part for part in (grant.instance or "").split("/") if part not in ("", "*")]
        if node is None:
            said = self.said("everything")
        else:
            title = self._titled(node, ids, grant.instance == "*" and not grant.star)
            said = self._quoted(title)
            if grant.star:
                said = self.said("everything_in", what=said)
            if ids and title == self._titled(node, ids[:-1]):  # no placeholder shows the instance
                said = self.said("grant_on", what=said, instance=self._quoted(self._path(node, ids)))
        return self.said("grant_on_each", what=said) if (grant.instance or "").endswith("*") else said

    def _titled(self, node: Node, ids: list[str], every: bool = False) -> str:
        """The titles from the outermost group to *node*, with the instances that *ids* name.

        For *every* instance, the last of them is that of the box for all.
        """
        known = {
            kind: self.instance(kind, "/".join(ids[: depth + 1]))
            for depth, kind in enumerate(node.chain[: len(ids)])
        }
        return self._filled(node, known, every)

    def _filled(self, node: Node, known: Mapping[str, str], every: bool = False) -> str:
        """The titles on the way to *node*, with what is *known* of its instance by kind."""
        catalog, parts = self.resolved.catalog, node.path.split(".")
        found = [catalog.nodes.get(".".join(parts[: depth + 1])) for depth in range(len(parts))]
        titles = [self.words.title(step) for step in found if step is not None]
        if every:
            titles[-1:] = [self.words.every(node) or titles[-1]]
        return plain(BELOW.join(self.words.filled(title, known, catalog) for title in titles))

    def _path(self, node: Node, ids: list[str]) -> str:
        path = "/".join(ids)
        return (
            self.instance(node.chain[len(ids) - 1], path) if len(ids) <= len(node.chain) else readable(path)
        )

    def instance(self, kind: str, path: str) -> str:
        """The title of an encoded instance, as the nearest domain around has it, or its id."""
        domains = self.resolved.domains
        around = domains.outward(self.domain) if self.domain is not None and self.domain in domains else ()
        label = self.words.instance(around, kind, path)
        if label is not None:
            return label
        titles = (domains[name].titles.get(kind, {}).get(path) for name in around)
        return next((title for title in titles if title is not None), readable(path.rpartition("/")[2]))

    def _scope(self, grant: Grant, node: Node | None) -> str:
        catalog, scope = self.resolved.catalog, grant.scope or ""
        ladders = [node.ladder] if isinstance(node, Permission) and node.ladder is not None else []
        if not ladders:
            inside = catalog.below(node.path if isinstance(node, Group) else "")
            ladders = [
                leaf.ladder for leaf in inside if leaf.ladder is not None and scope in leaf.ladder.scopes
            ]
        return _scope_title(self, scope, ladders[0].name if ladders else "")

    def _quoted(self, text: str) -> str:
        return self.said("quoted", text=plain(text))


def said_in(resolved: Resolved, domain: str | None, text: str, locale: str) -> str:
    """*text* of an error in a language, with the titles of a set as seen from a domain."""
    return Speaker.of_errors(resolved, locale, domain).say(text)


def _role_title(speaker: Speaker, name: str, domain: str) -> str:
    role = speaker.resolved.roles.get((domain or None, name))
    return speaker.words.role(name, role.title if role is not None else name)


def _domain_title(speaker: Speaker, name: str, _: str) -> str:
    domains = speaker.resolved.domains
    return domains[name].title if name in domains else name


def _role_kind_title(speaker: Speaker, name: str, _: str) -> str:
    kind = speaker.resolved.catalog.role_kinds.get(name)
    return name if kind is None else speaker.words.role_kind(kind) or name


def _restriction_title(speaker: Speaker, name: str, _: str) -> str:
    found = speaker.resolved.restrictions.get(name)
    return speaker.words.restriction(name, found.title if found is not None else name)


def _scope_title(speaker: Speaker, name: str, ladder: str) -> str:
    known = FIELD_LADDER if ladder == FIELD_LADDER.name else speaker.resolved.catalog.ladders.get(ladder)
    scope = known.scopes.get(name) if known is not None else None
    return speaker.words.scope(ladder, name, scope.title if scope is not None else name)


def _listed(section: str, attribute: str) -> Callable[[Speaker, str, str], str]:
    """The title of what the catalog lists with titles."""

    def title(speaker: Speaker, name: str, _: str) -> str:
        titles: Mapping[str, Any] = getattr(speaker.resolved.catalog, attribute)
        return speaker.words.listed(section, name, str(titles.get(name) or name))

    return title


def _instance_title(speaker: Speaker, name: str, kind: str) -> str:
    try:
        return speaker.instance(kind, parse_instance_text(name))
    except GrantSyntaxError:
        return name


_TITLES: Mapping[str, Callable[[Speaker, str, str], str]] = {
    "role": _role_title,
    "domain": _domain_title,
    "restriction": _restriction_title,
    "scope": _scope_title,
    "instance": _instance_title,
    "plan": _listed("plans", "plans"),
    "addon": _listed("addons", "addons"),
    "kind_of_domain": _listed("domain_kinds", "domain_kinds"),
    "kind_of_role": _role_kind_title,
}
