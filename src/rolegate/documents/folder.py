"""All files of a policy set become documents; every problem in any of them is reported in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from rolegate.documents.owned import check_role, check_teams
from rolegate.documents.places import CATALOG, find_sets, list_files, shown
from rolegate.documents.shape import shape
from rolegate.documents.text import Keyed, Text, Value, span_of

__all__ = ["find_sets", "read_set"]

MAX_PROBLEMS = 1000

S = TypeVar("S", bound=Shape)
Role = tuple[Text, RoleBody]


def read_set(folder: Path, report: Report) -> Documents | None:
    """The documents of the policy set in *folder*; None when its catalog has errors.

    Roles, lines of bindings and other files with errors are left out; the rest is given.
    """
    files = list_files(folder, report)
    reader = _Reader(report)
    catalog = reader.whole(files.catalog, CatalogShape, "catalog")
    domains = reader.whole(files.domains, DomainsShape, "domains", check_teams)
    roles = tuple(role for path in files.roles for role in reader.roles(path))
    bindings = reader.bindings(files.bindings)
    labels = tuple(each for path in files.labels if (each := reader.labels(path)) is not None)
    _compare_ids(roles, domains, bindings, report)
    if catalog is None:
        return None
    top = Span(shown(folder / CATALOG))
    incomplete = frozenset(reader.incomplete)
    return Documents(shown(folder), catalog, roles, domains, bindings, labels, top, incomplete)


class _Enough(Exception):
    """So much is wrong with a file that the rest of it is not worth reporting."""


@dataclass(slots=True)
class _FileReport(Report):
    """What is wrong with one file, up to `MAX_PROBLEMS`."""

    def add(
        self, code: str, span: Span, message: str, help: str = "", related: Iterable[Related] = ()
    ) -> None:
        if len(self.diagnostics) == MAX_PROBLEMS:
            raise _Enough
        Report.add(self, code, span, message, help, related)


class _Reader:
    """Reads file after file; remembers of which kinds something had to be left out."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.incomplete: set[str] = set()

    def whole(
        self,
        path: Path | None,
        model: type[S],
        kind: str,
        check: Callable[[S, Report], None] | None = None,
    ) -> S | None:
        """The file as one shape, with *check* for its own rules; None when it is absent or has errors."""
        found: S | None = None
        if path is not None:
            with self._file(path, kind) as (value, top, report):
                found = shape(model, value, top, report) if value is not None else None
                if found is not None and check is not None:
                    check(found, report)
                found = None if report.failed else found
        return found

    def roles(self, path: Path) -> list[Role]:
        """The roles of one file, less those with errors."""
        roles: list[Role] = []
        with self._file(path, "roles") as (value, top, report):
            readable = not report.failed
            found: list[Role] = []
            if isinstance(value, Keyed) and "roles" in value and "role" in value:
                spans = {str(key): span_of(key, top) for key in value}
                related = Related(spans["role"], "`role` stands here")
                help = "a file holds one `role`, or several under `roles`"
                report.add("RG118", spans["roles"], "`role` and `roles` in one file", help, [related])
            elif isinstance(value, Keyed) and "roles" in value:
                several = shape(RolesShape, value, top, report, entries="roles")
                found = list(several.roles.items()) if several is not None and readable else []
            elif value is not None:
                single = shape(RoleShape, value, top, report)
                found = [(single.role, single)] if single is not None and readable else []
            roles += [role for role in found if check_role(*role, report)]
        return roles

    def bindings(self, path: Path | None) -> tuple[BindingShape, ...]:
        """The lines of bindings.yaml, less those with errors."""
        lines: tuple[BindingShape, ...] = ()
        if path is not None:
            with self._file(path, "bindings") as (value, top, report):
                readable = not report.failed
                found = shape(BindingsShape, value, top, report, "bindings") if value is not None else None
                sound = (
                    [line for line in found.bindings if check_binding(line, report)]
                    if found is not None
                    else []
                )
                lines = tuple(sound) if readable else ()
        return lines

    def labels(self, path: Path) -> LabelsShape | None:
        """The labels of one language."""
        labels = self.whole(path, LabelsShape, "labels")
        if labels is None or labels.locale == path.stem:
            return labels
        self.incomplete.add("labels")
        message = f"`{labels.locale}` stands in the file of another locale, `{path.name}`"
        self.report.add(
            "RG116", labels.locale.span, message, "the file is called by its locale; rename one of them"
        )
        return None

    @contextmanager
    def _file(self, path: Path, kind: str) -> Iterator[tuple[Value | None, Span, Report]]:
        """What the file holds, and a report of its own that ends up in the common one."""
        name, report = shown(path), _FileReport()
        value: Value | None = None
        enough = False
        try:
            text = read_text(path, name, report)
            value = None if text is None else compose(text, name, report)
        except _Enough:
            enough = True
        try:
            yield value, Span(name), report
        except _Enough:
            enough = True
        self.report.diagnostics.extend(report.diagnostics)
        if enough:
            help = "mend these first; the rest of the file is not reported"
            self.report.add("RG107", Span(name), f"more than {MAX_PROBLEMS} problems in one file", help)
        if report.failed:
            self.incomplete.add(kind)


def _compare_ids(
    roles: tuple[Role, ...], domains: DomainsShape | None, bindings: tuple[BindingShape, ...], report: Report
) -> None:
    every = domains.domains if domains is not None else {}
    users = [line.user for line in bindings if line.user is not None]
    users += [user for domain in every.values() for team in domain.teams.values() for user in team]
    warn_of_lookalikes("role", [name for name, _ in roles], report)
    warn_of_lookalikes("domain", every, report)
    warn_of_lookalikes("team", [team for domain in every.values() for team in domain.teams], report)
    warn_of_lookalikes("user", users, report)
