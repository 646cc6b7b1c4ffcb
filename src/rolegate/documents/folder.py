"""All files of a policy set become documents; every problem in any of them is reported in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

from rolegate.diagnostics import RelatedSpan, Report, Span
from rolegate.documents.binding_rules import check_binding
from rolegate.documents.capture import Files
from rolegate.documents.composer import compose
from rolegate.documents.files import UnreadableReason, decode
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.name_lengths import check_role, check_teams
from rolegate.documents.sets import (
    ALL_FILES,
    BINDINGS,
    CATALOG,
    DOMAINS,
    LABELS,
    ROLES,
    is_known,
    meant,
    shown,
)
from rolegate.documents.shapes import (
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
from rolegate.documents.text import Keyed, Text, Value, span_of
from rolegate.documents.validation import shape

MAX_PROBLEMS = 1000

S = TypeVar("S", bound=Shape)
Role = tuple[Text, RoleBody]


def read_set(files: Files, report: Report) -> Documents | None:
    """The documents of the policy set in *files*; None when its catalog has errors.

    Roles, lines of bindings and other files with errors are left out; the rest is given.
    """
    if files.changing is not None:
        help = "try again when nothing is written there; put a new version in place by swapping a link"
        report.add("RG123", Span(files.shown(files.changing)), "the file changes while it is read", help)
        return None
    reader = _SetReader(files, report)
    reader.report_unknown()
    catalog = reader.whole(CATALOG, CatalogShape, "catalog")
    domains = reader.whole(DOMAINS, DomainsShape, "domains", check_teams)
    roles = tuple(role for name in reader.below(ROLES) for role in reader.roles(name))
    bindings = reader.bindings(BINDINGS)
    labels = tuple(each for name in reader.below(LABELS) if (each := reader.labels(name)) is not None)
    _compare_ids(roles, domains, bindings, report)
    if catalog is None:
        return None
    top = Span(files.shown(CATALOG))
    incomplete = frozenset(reader.incomplete)
    return Documents(shown(files.folder), catalog, roles, domains, bindings, labels, top, incomplete)


def read_lines(text: str, report: Report) -> tuple[BindingShape, ...]:
    """The lines of bindings in *text*, which is in no file."""
    return _SetReader(Files(Path(), {BINDINGS: text.encode()}), report).bindings(BINDINGS)


class _TooManyProblemsError(Exception):
    """So much is wrong with a file that the rest of it is not worth reporting."""


@dataclass(slots=True)
class _FileReport(Report):
    """What is wrong with one file, up to `MAX_PROBLEMS`."""

    def add(
        self, code: str, span: Span, message: str, help: str = "", related: Iterable[RelatedSpan] = ()
    ) -> None:
        if len(self.diagnostics) == MAX_PROBLEMS:
            raise _TooManyProblemsError
        Report.add(self, code, span, message, help, related)


class _SetReader:
    """Reads file after file; remembers of which kinds something had to be left out."""

    def __init__(self, files: Files, report: Report) -> None:
        self.files = files
        self.report = report
        self.incomplete: set[str] = set()

    def report_unknown(self) -> None:
        """Report what no part of a set reads, what cannot be read, and that there is no catalog."""
        unknown = [name for name in self.files.contents if not is_known(name)]
        for name in unknown:
            content, top = self.files.contents[name], Span(self.files.shown(name))
            if isinstance(content, UnreadableReason):
                self.report.add(content.code, top, content.message, content.help)
                self.incomplete.add(name)
            else:
                close = meant(name)
                help = f"did you mean `{close}`?" if close else ALL_FILES
                self.report.add("RG111", top, f"no part of a policy set reads `{name}`", help)
        if CATALOG not in self.files.contents and not any(meant(each) == CATALOG for each in unknown):
            help = "every policy set has one, with at least `catalog:` and `permissions:`"
            top = Span(self.files.shown(CATALOG))
            self.report.add("RG120", top, "the policy set has no catalog.yaml", help)

    def below(self, folder: str) -> list[str]:
        """The names of the known files in *folder*, sorted."""
        inside = f"{folder}/"
        return sorted(each for each in self.files.contents if each.startswith(inside) and is_known(each))

    def whole(
        self,
        name: str,
        model: type[S],
        kind: str,
        check: Callable[[S, Report], None] | None = None,
    ) -> S | None:
        """The file as one shape, with *check* for its own rules; None when it is absent or has errors."""
        found: S | None = None
        if name in self.files.contents:
            with self._file(name, kind) as (value, top, report):
                found = shape(model, value, top, report) if value is not None else None
                if found is not None and check is not None:
                    check(found, report)
                found = None if report.failed else found
        return found

    def roles(self, name: str) -> list[Role]:
        """The roles of one file, less those with errors."""
        roles: list[Role] = []
        with self._file(name, "roles") as (value, top, report):
            readable = not report.failed
            found: list[Role] = []
            if isinstance(value, Keyed) and "roles" in value and "role" in value:
                spans = {str(key): span_of(key, top) for key in value}
                related = RelatedSpan(spans["role"], "`role` stands here")
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

    def bindings(self, name: str) -> tuple[BindingShape, ...]:
        """The lines of bindings.yaml, less those with errors."""
        lines: tuple[BindingShape, ...] = ()
        if name in self.files.contents:
            with self._file(name, "bindings") as (value, top, report):
                readable = not report.failed
                found = shape(BindingsShape, value, top, report, "bindings") if value is not None else None
                sound = (
                    [line for line in found.bindings if check_binding(line, report)]
                    if found is not None
                    else []
                )
                lines = tuple(sound) if readable else ()
        return lines

    def labels(self, name: str) -> LabelsShape | None:
        """The labels of one language."""
        labels = self.whole(name, LabelsShape, "labels")
        path = PurePath(name)
        if labels is None or labels.locale == path.stem:
            return labels
        self.incomplete.add("labels")
        message = f"`{labels.locale}` stands in the file of another locale, `{path.name}`"
        self.report.add(
            "RG116", labels.locale.span, message, "the file is called by its locale; rename one of them"
        )
        return None

    @contextmanager
    def _file(self, name: str, kind: str) -> Iterator[tuple[Value | None, Span, Report]]:
        """What the file holds, and a report of its own that ends up in the common one."""
        content, name, report = self.files.contents[name], self.files.shown(name), _FileReport()
        value: Value | None = None
        enough = False
        try:
            if isinstance(content, UnreadableReason):
                report.add(content.code, Span(name), content.message, content.help)
            text = decode(content, name, report) if isinstance(content, bytes) else None
            value = None if text is None else compose(text, name, report)
        except _TooManyProblemsError:
            enough = True
        try:
            yield value, Span(name), report
        except _TooManyProblemsError:
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
