"""The instances on which somebody may use a permission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.catalog.dependency_entries import SAME
from rolegate.catalog.labels import words_of
from rolegate.catalog.model import Permission
from rolegate.compiled.names import every_below
from rolegate.encoding import readable
from rolegate.engine.known_instances import given_to, instance_title, known_paths
from rolegate.engine.question import Question
from rolegate.engine.request import Request, visible
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translated
from rolegate.errors import UnknownNameError
from rolegate.grants.rights import Right

_LATER = ":later"
"""An instance that no file can name: it is allowed where instances added later are."""


@dataclass(frozen=True, slots=True)
class AllowedInstances:
    """On which instances a subject may use a permission, in the notation of grants.

    `known` are those that the policy knows. In it, `allegro/*` means everything below `allegro`; it is there
    when the subject holds all of that, but not everything there is. `every` says whether instances that are
    added later are included. `later` has the known outer instances (`allegro/*`) below which they are
    included, even if `every` is false. `titles` has what those of `known` are called that have a title.
    """

    permission: str
    known: tuple[str, ...]
    every: bool
    later: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form; without `later` and `titles` where they have nothing."""
        more: dict[str, Any] = {"later": list(self.later)} if self.later else {}
        if self.titles:
            more["titles"] = dict(self.titles)
        return {
            "permission": self.permission,
            "instances": list(self.known),
            "every": self.every,
            **more,
        }


def instances(question: Question, snapshot: Snapshot, locale: str | None = None) -> AllowedInstances:
    """The instances for which the answer to *question* is yes.

    Raises:
        UnknownNameError: for an unknown permission, domain, subject or language, and for a permission that is
            not per instance.
    """
    asked = translated(question, snapshot.resolved)
    permission = asked.permissions[0]
    if not permission.chain:
        raise UnknownNameError("instance", permission.path, f"`{permission.path}` is not per instance")
    scope = asked.scope_of(permission)

    def allowed(obj: str) -> bool:
        return snapshot.holds(asked.sub, asked.dom, Request(permission, obj, (scope,)))

    rights = given_to(asked, snapshot).union(_fixed(permission, scope, snapshot))
    held: list[str] = []
    later: list[str] = []
    whole = {"": allowed(every_below(""))}
    for depth in range(1, len(permission.chain) + 1):
        for path in known_paths(asked.dom, permission.chain[:depth], rights, snapshot.resolved):
            if depth == len(permission.chain):
                held += [path] if allowed(path) else []
                continue
            whole[path] = allowed(every_below(path))
            if whole[path] and not whole[path.rpartition("/")[0]]:
                held.append(f"{path}/*")
            later += [f"{path}/*"] if allowed(f"{path}/{_LATER}") else []
    words, kind = words_of(snapshot.resolved.labels, locale), permission.chain[-1]
    titles = {
        readable(path): instance_title(asked.dom, kind, path, words, snapshot.resolved) for path in held
    }
    return AllowedInstances(
        permission.path,
        tuple(map(readable, held)),
        allowed(_LATER),
        tuple(map(readable, later)),
        {path: title for path, title in titles.items() if title is not None},
    )


def _fixed(permission: Permission, scope: str, snapshot: Snapshot) -> Iterator[Right]:
    """The instances that the catalog itself names where it says what implies a hidden permission."""
    for request in visible(Request(permission, "*", (scope,), some=True), snapshot.resolved.catalog):
        if request.implier is not None and request.implier.instance != SAME:
            yield Right(permission.path, request.implier.instance, scope)
