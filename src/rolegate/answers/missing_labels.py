"""The labels that a language does not have yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rolegate.catalog.labels import Words, words_of
from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Permission
from rolegate.documents.file_kinds import LABELS
from rolegate.documents.labels_file import LabelsShape
from rolegate.errors import UnknownNameError
from rolegate.grants.named_restrictions import NamedRestriction
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role
from rolegate.texts.spelling import nearest

_LOCALE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_DESCRIBED = ("permissions", "roles", "restrictions")
"""The sections whose labels may say more than a title."""


@dataclass(frozen=True, slots=True)
class MissingLabel:
    """A text of the catalog or of a default role without a label.

    `section` and `name` are its place in a file of labels, such as `permissions` and `tickets.show`; the name
    of a scope is `ladder.scope`. `key` is `title`, `description` or `every`, and `text` what is shown now.
    """

    section: str
    name: str
    key: str
    text: str

    def to_dict(self) -> dict[str, str]:
        return {"section": self.section, "name": self.name, "key": self.key, "text": self.text}


def missing_labels(resolved: Resolved, locale: str) -> tuple[MissingLabel, ...]:
    """What a reader of *locale* sees in the language of the catalog.

    Raises:
        UnknownNameError: for an unknown language.
    """
    try:
        words = words_of(resolved.labels, locale)
    except UnknownNameError as unknown:
        if nearest(str(locale), resolved.labels.locales) or not _LOCALE.fullmatch(str(locale)):
            raise
        help = f"to begin it, write `{LABELS.place}/{locale}.yaml` with `locale: {locale}`"
        raise UnknownNameError("locale", locale, help=help) from unknown
    base = resolved.labels.base.replace("_", "-").casefold()
    if f"{locale.replace('_', '-').casefold()}-".startswith(f"{base}-"):
        return ()
    return tuple(label for label in _texts(resolved) if not _labelled(label, words))


def _texts(resolved: Resolved) -> Iterator[MissingLabel]:
    catalog = resolved.catalog
    yield MissingLabel("title", "", "title", catalog.title)
    if catalog.description:
        yield MissingLabel("description", "", "description", catalog.description)
    for path, node in catalog.nodes.items():
        if not path or not (_has_own_text(node) if isinstance(node, Permission) else catalog.shown(path)):
            continue
        yield MissingLabel("permissions", path, "title", node.title)
        if node.description:
            yield MissingLabel("permissions", path, "description", node.description)
        if node.every is not None:
            yield MissingLabel("permissions", path, "every", node.every)
    shown = [permission for permission in catalog.permissions if not permission.hidden]
    used = {permission.ladder.name for permission in shown if permission.ladder is not None}
    if any(permission.of_field for permission in shown):
        used.add(FIELD_LADDER.name)
    for ladder in catalog.ladders.values():
        for scope in ladder.scopes.values() if ladder.name in used else ():
            yield MissingLabel("scopes", f"{ladder.name}.{scope.name}", "title", scope.title)
    named: dict[str, Mapping[str, str | Role | NamedRestriction]] = {
        "resources": {kind: resource.title for kind, resource in catalog.resources.items()},
        "roles": {name: role for (owner, name), role in resolved.roles.items() if owner is None},
        "restrictions": dict(resolved.restrictions),
        "domain_kinds": dict(catalog.domain_kinds),
        "role_kinds": {name: kind.title for name, kind in catalog.role_kinds.items()},
        "plans": dict(catalog.plans),
        "addons": dict(catalog.addons),
    }
    for section, things in named.items():
        for name, thing in things.items():
            yield MissingLabel(section, name, "title", thing if isinstance(thing, str) else thing.title)
            if not isinstance(thing, str) and thing.description:
                yield MissingLabel(section, name, "description", thing.description)


def _has_own_text(permission: Permission) -> bool:
    """Whether people see its title: the two of a field are called like the scopes of other fields."""
    return not (permission.hidden or permission.of_field)


def _labelled(label: MissingLabel, words: Words) -> bool:
    return any(_has(label, layer) for layer in words.layers)


def _has(label: MissingLabel, layer: LabelsShape) -> bool:
    if label.section in ("title", "description"):
        return getattr(layer, label.section) is not None
    if label.section in _DESCRIBED:
        found = getattr(layer, label.section).get(label.name)
        return found is not None and getattr(found, label.key) is not None
    if label.section == "scopes":
        ladder, _, scope = label.name.partition(".")
        scopes = layer.scopes.get(ladder)  # type: ignore[call-overload]
        return scopes is not None and scope in scopes
    return label.name in getattr(layer, label.section)
