"""All files of a policy set become documents; every problem in any of them is reported in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from rolegate.diagnostics import Related, Report, Span
from rolegate.documents.composer import compose
from rolegate.documents.files import read_text
from rolegate.documents.lines import check_binding
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.models import (
    BindingShape,
    BindingsShape,
    CatalogShape,
    Documents,
    DomainsShape,
    LabelsShape,
    RoleBody,
    RoleShape,
    RolesShape,
    Shape,
)
from rolegate.documents.places import CATALOG, find_sets, list_files, shown
from rolegate.documents.shape import shape
from rolegate.documents.text import Keyed, Text, Value

__all__ = ["find_sets", "read_set"]

S = TypeVar("S", bound=Shape)
Role = tuple[Text, RoleBody]


def read_set(folder: Path, report: Report) -> Documents | None:
    """The documents of the policy set in *folder*; None when its catalog has errors.

    Roles, lines of bindings and other files with errors are left out; the rest is given.
    """
    files = list_files(folder, report)
    reader = _Reader(report)
    catalog = reader.whole(files.catalog, CatalogShape)
    domains = reader.whole(files.domains, DomainsShape, "domains")
    roles = tuple(role for path in files.roles for role in reader.roles(path))
    bindings = reader.bindings(files.bindings)
    labels = tuple(each for path in files.labels if (each := reader.labels(path)) is not None)
    _compare_ids(roles, domains, bindings, report)
    if catalog is None:
        return None
    top = Span(shown(folder / CATALOG))
    incomplete = frozenset(reader.incomplete)
    return Documents(shown(folder), catalog, roles, domains, bindings, labels, top, incomplete)


class _Reader:
    """Reads file after file; remembers of which kinds something had to be left out."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.incomplete: set[str] = set()

    def whole(self, path: Path | None, model: type[S], kind: str = "") -> S | None:
        """The file as one shape; None when it is absent or has errors."""
        if path is None:
            return None
        found, sound = self._shape(path, model)
        return self._keep(found if sound else None, kind)

    def roles(self, path: Path) -> list[Role]:
        """The roles of one file, less those with errors."""
        value, sound = self._value(path)
        top = Span(shown(path))
        before = len(self.report.diagnostics)
        roles: list[Role] = []
        if isinstance(value, Keyed) and "roles" in value and "role" in value:
            one, many = (next(key for key in value if key == name) for name in ("role", "roles"))
            related = Related(getattr(one, "span", top), "`role` stands here")
            help = "a file holds one `role`, or several under `roles`"
            self.report.add(
                "RG118", getattr(many, "span", top), "`role` and `roles` in one file", help, [related]
            )
        elif isinstance(value, Keyed) and "roles" in value:
            several = shape(RolesShape, value, top, self.report, entries="roles")
            roles = [(name, body) for name, body in several.roles.items()] if several is not None else []
        elif value is not None:
            single = shape(RoleShape, value, top, self.report)
            roles = [(single.role, single)] if single is not None else []
        if not sound or len(self.report.diagnostics) > before:
            self.incomplete.add("roles")
        return roles if sound else []

    def bindings(self, path: Path | None) -> tuple[BindingShape, ...]:
        """The lines of bindings.yaml, less those with errors."""
        if path is None:
            return ()
        before = len(self.report.diagnostics)
        found, sound = self._shape(path, BindingsShape, "bindings")
        lines = (
            tuple(line for line in found.bindings if check_binding(line, self.report))
            if found is not None
            else ()
        )
        if len(self.report.diagnostics) > before:
            self.incomplete.add("bindings")
        return lines if sound else ()

    def labels(self, path: Path) -> LabelsShape | None:
        """The labels of one language."""
        labels = self.whole(path, LabelsShape, "labels")
        if labels is not None and labels.locale != path.stem:
            message = f"`{labels.locale}` stands in the file of another locale, `{path.name}`"
            self.report.add(
                "RG116", labels.locale.span, message, "the file is called by its locale; rename one of them"
            )
            return self._keep(None, "labels")
        return labels

    def _shape(self, path: Path, model: type[S], entries: str = "") -> tuple[S | None, bool]:
        value, sound = self._value(path)
        if value is None:
            return None, False
        return shape(model, value, Span(shown(path)), self.report, entries), sound

    def _value(self, path: Path) -> tuple[Value | None, bool]:
        """What the file holds, and whether all of it could be read."""
        before = len(self.report.diagnostics)
        text = read_text(path, shown(path), self.report)
        value = None if text is None else compose(text, shown(path), self.report)
        return value, len(self.report.diagnostics) == before

    def _keep(self, found: S | None, kind: str) -> S | None:
        if found is None:
            self.incomplete.add(kind)
        return found


def _compare_ids(
    roles: tuple[Role, ...], domains: DomainsShape | None, bindings: tuple[BindingShape, ...], report: Report
) -> None:
    every = domains.domains if domains is not None else {}
    users = [line.user for line in bindings if line.user is not None]
    users += [user for domain in every.values() for team in domain.teams.values() for user in team]
    instances: dict[str, list[Text]] = {}
    for kinds in [*(domain.instances for domain in every.values()), *(line.only or {} for line in bindings)]:
        for kind, ids in kinds.items():
            instances.setdefault(str(kind), []).extend(ids)
    warn_of_lookalikes("role", [name for name, _ in roles], report)
    warn_of_lookalikes("domain", every, report)
    warn_of_lookalikes("team", [team for domain in every.values() for team in domain.teams], report)
    warn_of_lookalikes("user", users, report)
    for resource, ids in instances.items():
        warn_of_lookalikes(resource, ids, report)
