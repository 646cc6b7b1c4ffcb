"""`only` in a line of bindings: its instances are looked up, and what it leaves of a role is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rolegate.catalog.former_names import unknown
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.text import Text
from rolegate.grants import binding_problems
from rolegate.grants.blame import Blame
from rolegate.grants.check_dependencies import lacking_once
from rolegate.grants.domain_instances import read_instance
from rolegate.grants.domains import Domains
from rolegate.grants.only import NOTHING_LEFT, Beyond, Copy, Narrowed, Narrowing
from rolegate.grants.rights import RightSet
from rolegate.grants.roles import Role


class OnlyReader:
    """Reads the `only` of lines; what several of them leave of a role is worked out once."""

    def __init__(
        self, catalog: Catalog, domains: Domains, report: Report, blame: Blame | None = None
    ) -> None:
        self.catalog = catalog
        self.domains = domains
        self.report = report
        self.blame = Blame(report) if blame is None else blame
        self._narrowing = Narrowing(catalog, report)

    def called_as_today(self, line: BindingShape, role: Text) -> BindingShape:
        """*line*, which has `only`, with its *role* and kinds of instances as they are called now."""
        former = self.catalog.former
        if role != line.role:
            line = line.changed(role=role)
        if not (line.only and former.of("resource").keys() & line.only.keys()):
            return line
        found: dict[Text, list[Text]] = {}
        for kind, ids in line.only.items():
            found.setdefault(former.today("resource", kind, self.report), []).extend(ids)
        return line.changed(only=found)

    def copies(
        self, role: Role, only: Mapping[Text, list[Text]], at: Span, *, keep: bool
    ) -> tuple[Copy, ...]:
        """A copy of *role* for each instance that *only* names; with *keep*, one for the rest as well."""
        named = self._only(only, at)
        if named is None:
            return ()
        if role.aside is not None:
            return (NOTHING_LEFT,)
        left = self._narrowing.of(role, named, at)
        copies = left.copies(keep)
        # The line is as it was: where a domain has changed its role, that is set aside.
        with self.blame.on_role(role.domain, role.name, at.file, self.domains):
            if role.sound and not self._leaves_nothing(left, named):
                self._warn_beyond(left.beyond(copies), at)
                self._check_copies(role, copies, at, keep)
        return copies

    def _only(self, only: Mapping[Text, list[Text]], at: Span) -> dict[str, dict[str, Text]] | None:
        """The encoded instances that *only* names, by kind, and how each is written; None for an error."""
        if not only:
            binding_problems.only_empty(self.report, at)
            return None
        named: dict[str, dict[str, Text]] = {}
        for kind, ids in only.items():
            instances = self._instances(kind, ids)
            if instances is not None:
                named[str(kind)] = instances
        return named if len(named) == len(only) else None

    def _instances(self, kind: Text, ids: list[Text]) -> dict[str, Text] | None:
        known, former = self.catalog.resources, self.catalog.former
        if unknown(kind, known, "RG204", "resource", kind.span, self.report, former):
            return None
        if not ids:
            binding_problems.only_kind_empty(self.report, kind)
            return None
        chain = self.catalog.resources[str(kind)].chain
        paths = [read_instance(text, chain, self.report) for text in ids]
        if None in paths:
            return None
        return {path: text for path, text in zip(paths, ids, strict=True) if path is not None}

    def _leaves_nothing(self, left: Narrowed, named: Mapping[str, Mapping[str, Text]]) -> bool:
        """Report the instances for which nothing is left of the role; whether there are any."""
        empty = False
        for kind, instances in named.items():
            lost = [text for path, text in instances.items() if not left.on[f"{kind}/{path}"]]
            help = left.nothing_left(kind) if lost else ""
            for text in lost:
                binding_problems.only_leaves_nothing(self.report, text, kind, left.role.name, help)
                empty = True
        return empty

    def _warn_beyond(self, beyond: Iterable[Beyond], at: Span) -> None:
        said: set[tuple[str, str]] = set()
        for right, kind, origin in beyond:
            by = origin.implied_by
            if by is not None and (by.path, right.path) not in said:
                said.add((by.path, right.path))  # the broadest scope stands for the rest
                binding_problems.only_implies_more(self.report, at, right, kind, origin, by)

    def _check_copies(self, role: Role, copies: Iterable[Copy], at: Span, keep: bool) -> None:
        """Report what the *copies* hold between them without what it requires, and *role* with it."""
        what = f"role `{role.name}` limited by `only`"
        self.report.steps(sum(len(copy.rights) for copy in copies), what, at)
        rights = {right: origin for copy in copies for right, origin in copy.rights.items()}
        held: RightSet | None = None
        for right, origin, wanted in lacking_once(rights, self.catalog, self.report, what, at):
            held = held or RightSet(role.rights)
            if not held.meets(wanted):
                continue  # the role lacks it without `only`, and that was reported of the role
            binding_problems.only_drops_requirement(self.report, at, role.name, right, origin, wanted, keep)
