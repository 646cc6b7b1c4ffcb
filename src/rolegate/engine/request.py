"""Requests: one permission, in the words of compiled lines; a hidden one is asked as what implies it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rolegate.catalog.dependency_entries import SAME, TAKES_NONE, Implier
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import ALL, NONE, asked_object
from rolegate.grants.rights import covers, overlap


@dataclass(frozen=True, slots=True)
class Request:
    """Whether a permission may be used on *region*, a pattern of instances, at one of *scopes*.

    With `some`, one instance of the region is enough. `implier` is set where the permission is asked because
    it implies a hidden one.
    """

    permission: Permission
    region: str
    scopes: tuple[str, ...]
    some: bool = False
    implier: Implier | None = None

    @property
    def obj(self) -> str:
        """The object column, where all of the region is meant."""
        return asked_object(self.region)

    def touches(self, obj: str) -> bool:
        """Whether a line with this object speaks about what is asked."""
        if self.some:
            return overlap(obj, self.region) is not None
        return covers(obj, self.obj)


def visible(request: Request, catalog: Catalog) -> Iterator[Request]:
    """*request*, or for a hidden permission those of which one has to be allowed: what implies it."""
    if not request.permission.hidden:
        yield request
        return
    for implier in catalog.impliers.get(request.permission.path, ()):
        asked = _as_implier(request, implier, catalog.permission(implier.path))
        if asked is not None:
            yield asked


def _as_implier(request: Request, implier: Implier, permission: Permission) -> Request | None:
    """*request* put to an implier; None where the hidden permission is implied on something else."""
    region, scopes, some = request.region, request.scopes, request.some
    if implier.instance == SAME:
        region = "/".join(region.split("/")[: len(permission.chain)])
    elif implier.instance == TAKES_NONE or _lies_within(request, implier.instance):
        region, some = (ALL if permission.chain else NONE), True
    else:
        return None
    if implier.scope != SAME:
        ladder = request.permission.ladder
        if ladder is not None and not set(scopes) & set(ladder.within(implier.scope)):
            return None
        scopes = permission.scope_names
    return Request(permission, region, scopes, some, implier)


def _lies_within(request: Request, pattern: str) -> bool:
    """Whether all of the region, or for `some` any of it, is part of *pattern*."""
    if request.some:
        return overlap(pattern, request.region) is not None
    return covers(pattern, request.region)
