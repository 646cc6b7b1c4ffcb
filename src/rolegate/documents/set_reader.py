"""The files of a policy set become documents; every problem in any of them is reported in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from rolegate.diagnostics import Report, Span
from rolegate.documents import file_problems, problems
from rolegate.documents.acceptances import Acceptance, Acceptances, acceptances_in
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.capture import Files
from rolegate.documents.composer import compose
from rolegate.documents.documents import Documents, MeantDocuments
from rolegate.documents.domain_names import check_spellings, domain_of
from rolegate.documents.domains_file import joined
from rolegate.documents.file_kinds import (
    APPROVALS,
    BINDINGS,
    BINDINGS_IN_FOLDER,
    BINDINGS_OF_DOMAIN,
    CATALOG,
    DOMAIN,
    DOMAINS,
    FILE_KINDS,
    INVARIANTS,
    LABELS,
    REVIEW,
    ROLES,
    ROLES_OF_DOMAIN,
    FileKind,
    kind_of,
    meant,
)
from rolegate.documents.file_report import MAX_PROBLEMS, FileReport, TooManyProblemsError
from rolegate.documents.files import decode
from rolegate.documents.lookalikes import compare_ids
from rolegate.documents.meant_parts import MeantParts
from rolegate.documents.readable_rest import readable_rest
from rolegate.documents.roles_file import Role, told_role
from rolegate.documents.set_finder import shown
from rolegate.documents.text import Text, Value
from rolegate.documents.unreadable import UnreadableReason
from rolegate.documents.value_builder import ValueCount

P = TypeVar("P")


def read_set(files: Files, report: Report) -> Documents | None:
    """The documents of the policy set in *files*; None when its catalog has errors.

    Roles, lines of bindings and other files with errors are left out; the rest is given.
    """
    return read_both(files, report)[0]


def read_both(files: Files, report: Report) -> tuple[Documents | None, MeantDocuments | None]:
    """The documents that `read_set` gives, and as they are meant where something was left out."""
    if files.changing is not None:
        problems.file_changing(report, Span(files.shown(files.changing)))
        return None, None
    if files.beyond is not None:
        name, reason = files.beyond
        problems.unreadable(report, Span(files.shown(name)), reason)
        return None, None
    reader = _SetReader(files, report)
    reader.report_unknown()
    reader.report_spellings()
    catalog = next(iter(reader.parts(CATALOG)), None)
    domains = joined((*reader.parts(DOMAINS), *reader.parts(DOMAIN)), report)
    roles = (*reader.parts(ROLES), *reader.parts(ROLES_OF_DOMAIN))
    bindings = tuple(
        line for kind in (BINDINGS, BINDINGS_OF_DOMAIN, BINDINGS_IN_FOLDER) for line in reader.parts(kind)
    )
    labels = reader.parts(LABELS)
    review, approvals = reader.parts(REVIEW), reader.parts(APPROVALS)
    invariants = reader.parts(INVARIANTS)
    compare_ids(roles, domains, bindings, report)
    if catalog is None:
        report.take(reader.beside.diagnostics)
        return None, reader.as_meant()
    told = {} if reader.count.full else reader.told  # what was not read may be of anybody
    documents = Documents(
        folder=shown(files.folder),
        catalog=catalog,
        roles=roles,
        domains=domains,
        bindings=bindings,
        labels=labels,
        top=Span(files.shown(CATALOG.place)),
        incomplete=frozenset(reader.incomplete),
        accepted=Acceptances(tuple(reader.accepted)),
        homes={} if reader.count.full else reader.homes,
        in_files=frozenset(reader.in_files),
        strays=frozenset(reader.strays),
        told={
            file: (domain, None if role is None else str(role[0])) for file, (domain, role) in told.items()
        },
        review=review,
        approvals=approvals,
        invariants=invariants,
        beside=reader.beside.sorted(),
        told_roles=tuple(role for _, role in told.values() if role is not None),
        limits=files.limits,
    )
    return documents, reader.as_meant()


def read_beside(files: Files, report: Report, kind: FileKind[P]) -> tuple[P, ...]:
    """The parts of the files of a *kind* that does not say what is in force."""
    return _SetReader(files, report).parts(kind)


def read_lines(text: str, report: Report) -> tuple[BindingShape, ...]:
    """The lines of bindings in *text*, which is in no file."""
    return _SetReader(Files(Path(), {BINDINGS.place: text.encode()}), report).parts(BINDINGS)


class _SetReader:
    """Reads file after file; remembers of which kinds something had to be left out."""

    def __init__(self, files: Files, report: Report) -> None:
        self.files = files
        self.kinds = {name: kind_of(name) for name in files.contents}
        self.report = report
        self.beside = Report()
        self.incomplete: set[str] = set()
        self.accepted: list[Acceptance] = []
        self.homes: dict[str, str] = {}
        self.in_files: set[str] = set()
        self.told: dict[str, tuple[str, Role | None]] = {}
        self.count, self.rest, self.count_beside = (ValueCount(most=files.limits.values) for _ in range(3))
        self.meant = MeantParts()
        self.strays = set[str]()

    def as_meant(self) -> MeantDocuments | None:
        """The documents with all that can be read of files with bad values; None where there are none."""
        catalog = next(iter(self.meant.of(CATALOG)), None)
        if catalog is None or not self.meant.mended:
            return None
        documents = Documents(
            folder=shown(self.files.folder),
            catalog=catalog,
            roles=self.meant.of(ROLES),
            domains=joined(self.meant.of(DOMAINS), Report()),
            bindings=self.meant.of(BINDINGS),
            labels=self.meant.of(LABELS),
            top=Span(self.files.shown(CATALOG.place)),
            accepted=Acceptances(tuple(self.accepted)),
            homes=self.homes,
            in_files=frozenset(self.in_files),
            strays=frozenset(self.strays),
            limits=self.files.limits,
        )
        return MeantDocuments(documents, frozenset(self.meant.lost))

    def report_unknown(self) -> None:
        """Report what is not part of a set, what cannot be read, and that there is no catalog."""
        unknown = [name for name, kind in self.kinds.items() if kind is None]
        wanted = {name: meant(name) for name in unknown}
        for name in unknown:
            content, top = self.files.contents[name], Span(self.files.shown(name))
            if isinstance(content, UnreadableReason):
                problems.unreadable(self.report, top, content)
                self.incomplete.add(name)
            elif "/." in name:
                domain_of(name, top, self.report)
            else:
                patterns = [kind.pattern for kind in FILE_KINDS]
                there = wanted[name] in self.files.contents
                file_problems.file_unknown(self.report, top, name, wanted[name], patterns, there=there)
            kind = kind_of(wanted[name])
            self.strays.add(name.rpartition("/")[2].rpartition(".")[0])
            if kind is not None:  # what it declares is not in the set, and that was reported
                self.incomplete.add(kind.key)
                self.meant.lose(kind)
        if CATALOG.place not in (*self.files.contents, *wanted.values()):
            problems.catalog_missing(self.report, Span(self.files.shown(CATALOG.place)))

    def report_spellings(self) -> None:
        """Report files named after a domain that cannot stand side by side."""
        places: dict[str, list[str]] = {}
        for name, kind in self.kinds.items():
            if kind is not None and kind.in_domain is not None:
                places.setdefault(kind.place, []).append(name)
        for names in places.values():
            check_spellings(names, self.report, {name: Span(self.files.shown(name)) for name in names})

    def parts(self, kind: FileKind[P]) -> tuple[P, ...]:
        """The parts of all files of *kind*, without those that have errors."""
        names = sorted(name for name, found in self.kinds.items() if found is kind)
        return tuple(part for name in names for part in self._parts_of_file(kind, name))

    def _count(self, kind: FileKind[P]) -> ValueCount:  # what judges changes takes no room from the rest
        return self.count_beside if kind.judges else self.count

    def _parts_of_file(self, kind: FileKind[P], name: str) -> tuple[P, ...]:
        if self._count(kind).full:  # it was reported; the rest is not read
            self.incomplete.add(kind.key)
            self.meant.lose(kind)
            return ()
        told, report = self.beside if kind.judges else self.report, FileReport()
        top = Span(self.files.shown(name))
        content, parts, meant = self.files.contents[name], tuple[P, ...](), tuple[P, ...]()
        try:
            parts, meant = self._read(kind, name, top, report)
        except TooManyProblemsError:
            problems.too_many_problems(told, top, MAX_PROBLEMS)
            self.meant.lose(kind)
        told.take(report.diagnostics)
        self.meant.add(kind, meant)
        if report.failed:
            self.incomplete.add(kind.key)
        if isinstance(content, bytes) and (b"accept" in content or b"\\" in content):
            # In other files the key is not even spelled as escapes.
            self.accepted += acceptances_in(parts, name)
        return parts

    def _read(
        self, kind: FileKind[P], name: str, top: Span, report: Report
    ) -> tuple[tuple[P, ...], tuple[P, ...]]:
        """The parts of one file, none where its text is not the YAML of a policy set; and as it is meant."""
        content = self.files.contents[name]
        domain = domain_of(name, top, report) if kind.in_domain is not None else None
        if domain is not None:  # before anything that can break
            self.homes[top.file] = str(domain)
            self.in_files |= {str(domain)} if kind.key == DOMAIN.key else set()
        if isinstance(content, UnreadableReason):
            problems.unreadable(report, top, content)
        text = decode(content, top.file, report) if isinstance(content, bytes) else None
        value = compose(text, top.file, report, self._count(kind)) if text is not None else None
        if value is None and text is not None:
            return (), self._rest(kind, text, domain, top, report)
        # Reading goes on after a problem in the YAML, so that everything in the file is reported at once.
        sound = not report.failed
        if kind.in_domain is not None:
            if domain is None or value is None:
                self.meant.lose(kind)
                return (), ()
            value = kind.in_domain(value, domain)
        parts = kind.read(value, top, report) if value is not None else ()
        if value is not None and sound and kind.key == ROLES.key:
            self._check_roles(value, top, report, domain)
        kept = parts if sound and not (report.failed and kind is ROLES_OF_DOMAIN) else ()
        return kept, self.meant.read(kind, value, top, report) if report.failed else parts

    def _rest(
        self, kind: FileKind[P], text: str, domain: Text | None, top: Span, report: Report
    ) -> tuple[P, ...]:
        """What is said around the broken place of a file that is not YAML, as it is meant."""
        items = kind.key == BINDINGS.key
        value = readable_rest(text, top.file, report, self.rest, items=items)
        if value is None or (kind.in_domain is not None and domain is None):
            self.meant.lose(kind)
            return ()
        if kind.in_domain is not None and domain is not None:
            value = kind.in_domain(value, domain)
        self.meant.lose_place(kind)
        if items:  # each is complete
            kind.read(value, top, report)
        return self.meant.read(kind, value, top, report)

    def _check_roles(self, value: Value, top: Span, report: Report, domain: Text | None) -> None:
        """Report roles of another *domain* than their file; remember whose role a file with errors has."""
        if domain is not None:
            for role, body in ROLES.read(value, top, Report()):
                if body.domain is not None and body.domain != domain:
                    file_problems.role_elsewhere(report, body.domain.span, role, body.domain, domain)
        told = told_role(value, top) if report.failed else None
        if told is not None and domain in (None, told[0]):
            self.told[top.file] = told
