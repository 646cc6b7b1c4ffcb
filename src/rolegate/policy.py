"""The facade: load a policy set, and ask it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rolegate.answers.explain import Explanation, explain
from rolegate.answers.fields import FieldState, fields
from rolegate.answers.instances import Instances, instances
from rolegate.answers.matrix import Matrix, build_matrix, shown_name
from rolegate.answers.who_can import PermissionHolder, who_can
from rolegate.catalog.labels import words_of
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.columns import check_compiled
from rolegate.compiled.lines import Compiled
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import Files, read_files
from rolegate.documents.set_finder import find_sets
from rolegate.documents.set_reader import read_set
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Decision, Snapshot
from rolegate.engine.times import Snapshots, moment_of
from rolegate.engine.translation import translated
from rolegate.errors import InvalidPolicyError, PolicyNotFoundError, UnknownNameError
from rolegate.grants.resolve import Resolved, resolve
from rolegate.spelling import sparing
from rolegate.tree.draw_boxes import draw_tree
from rolegate.tree.tree_node import TreeNode


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found in one or more policy sets; `read` has the files, as their diagnostics name them."""

    sets: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]
    read: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether there are no errors; warnings may be there."""
        return all(each.severity != "error" for each in self.diagnostics)


def validate(paths: Sequence[Path | str]) -> Validation:
    """Every problem of every policy set found at or below *paths*.

    Raises:
        PolicyNotFoundError: when a path does not exist or holds no policy set.
    """
    sets: list[Path] = []
    for path in paths:
        sets += _sets_at(Path(path))
    report = Report()
    read: dict[str, bytes] = {}
    for each in dict.fromkeys(sets):
        files = read_files(each)
        _resolve(files, report)
        read |= {files.shown(n): text for n, text in files.contents.items() if isinstance(text, bytes)}
    return Validation(tuple(dict.fromkeys(sets)), report.sorted(), read)


def load(path: Path | str, *, at: date | None = None) -> Policy:
    """The policy set in the folder *path*.

    Questions are answered for the time *at*, or for the moment they are asked.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError: when it has errors; every finding is in `diagnostics`.
        InvalidQuestionError: when *at* is no time.
    """
    at = None if at is None else moment_of(at)
    return policy_of(read_files(set_at(Path(path))), at)


def set_at(path: Path) -> Path:
    """The folder of the one policy set at *path*.

    Raises:
        PolicyNotFoundError: when there is none, or more than one.
    """
    found = _sets_at(path)
    if len(found) != 1:
        names = ", ".join(each.as_posix() for each in found)
        raise PolicyNotFoundError(f"{path} holds several policy sets, name one: {names}")
    return found[0]


def policy_of(files: Files, at: datetime | None = None) -> Policy:
    """The policy set in *files*.

    Raises:
        InvalidPolicyError: when it has errors; every finding is in `diagnostics`.
    """
    report = Report()
    resolved = _resolve(files, report)
    if resolved is None or report.failed:
        raise InvalidPolicyError(report.sorted())
    return Policy(files.folder, resolved, report.sorted(), at, tuple(sorted(files.contents)))


def schema_for(policy: Policy) -> dict[str, dict[str, Any]]:
    """The JSON Schemas of the file kinds, with the grants of *policy*, so that editors complete them."""
    from rolegate.documents.schema import schema_for as with_grants

    texts = ["*", *policy.catalog.aliases]
    for path, node in policy.catalog.nodes.items():
        if isinstance(node, Permission):
            instance = "[*]" if node.chain else ""
            scopes = [f"@{scope}" for scope in node.ladder.scopes] if node.ladder else [""]
            texts += [path, *(f"{path}{instance}{scope}" for scope in scopes if not node.hidden)]
        elif path and policy.catalog.shown(path):
            texts.append(f"{path}.*")
    return with_grants(texts)


def _sets_at(path: Path) -> tuple[Path, ...]:
    sets = find_sets([path])
    if not sets:
        why = "holds no policy set (a folder with a catalog.yaml)" if path.exists() else "does not exist"
        raise PolicyNotFoundError(f"{path} {why}")
    return sets


def _resolve(files: Files, report: Report) -> Resolved | None:
    own = Report()
    with sparing():
        documents = read_set(files, own)
        resolved = resolve(documents, own) if documents is not None else None
    if resolved is not None and not own.failed:
        check_compiled(resolved, own)
    report.take(own.diagnostics)
    return resolved


@dataclass(slots=True)
class Policy:
    """A sound policy set. Safe to share between threads; what it answers never changes but with time.

    `files` are the names of the files it was read from.
    """

    path: Path
    resolved: Resolved
    warnings: tuple[Diagnostic, ...] = ()
    at: datetime | None = None
    files: tuple[str, ...] = ()
    _snapshots: Snapshots = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.at = None if self.at is None else moment_of(self.at)
        self._snapshots = Snapshots(self.resolved)

    @property
    def name(self) -> str:
        return self.catalog.name

    @property
    def title(self) -> str:
        return self.catalog.title

    @property
    def catalog(self) -> Catalog:
        return self.resolved.catalog

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages of the set, the catalog's own first."""
        return self.resolved.labels.locales

    @property
    def domains(self) -> tuple[str, ...]:
        return self.resolved.domains.names

    @property
    def needs_domain(self) -> bool:
        """Whether questions about users and teams have to name a domain."""
        return self.resolved.domains.declared

    @property
    def users(self) -> tuple[str, ...]:
        """Every user the files name, sorted."""
        bound = {b.subject.name for b in self.resolved.bindings if b.subject.kind == "user"}
        members = {str(u) for d in self.resolved.domains for users in d.teams.values() for u in users}
        return tuple(sorted(bound | members))

    @property
    def teams(self) -> tuple[str, ...]:
        """The name of every team, sorted; teams of several domains may share one."""
        return tuple(sorted({team for domain in self.resolved.domains for team in domain.teams}))

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role; custom ones as `domain/role`."""
        return tuple(shown_name(role) for role in self.resolved.roles.values())

    def snapshot(self, at: date | None = None) -> Snapshot:
        """The policy at one time, or at the time the policy was loaded for, or now.

        A plain date is 00:00 UTC of it, and a time without a zone is in UTC. Between two ends of bindings the
        same snapshot is given, as long as it is kept.

        Raises:
            InvalidQuestionError: for a time that is neither.
        """
        given = self.at if at is None else at
        return self._snapshots.at(datetime.now(UTC) if given is None else moment_of(given))

    def check(self, question: Question, at: date | None = None) -> Decision:
        """The answer to *question*; anything unknown is a no that says so."""
        return self.snapshot(at).decide(question)

    def explain(self, question: Question, at: date | None = None) -> Explanation:
        """The answer with the file and line of each reason, and what would change a no."""
        return explain(question, self.snapshot(at))

    def who_can(
        self,
        permission: str,
        *,
        domain: str | None = None,
        on: str | tuple[str, ...] | None = None,
        scope: str | None = None,
        any: bool = False,
        at: date | None = None,
    ) -> tuple[PermissionHolder, ...]:
        """Every user, team and role that may use *permission*, in one domain or in all.

        Raises:
            UnknownNameError: for an unknown permission, domain or scope.
        """
        snapshot = self.snapshot(at)
        question = Question(permission, user="*", domain=domain, on=on, scope=scope, any=any)
        somewhere = domain if domain is not None else next(iter(self.domains), None)
        if somewhere is None:
            return ()
        translated(replace(question, domain=somewhere), snapshot.resolved)
        return who_can(question, snapshot)

    def instances(
        self,
        permission: str,
        *,
        user: str | None = None,
        team: str | None = None,
        role: str | None = None,
        domain: str | None = None,
        scope: str | None = None,
        at: date | None = None,
    ) -> Instances:
        """The known instances the subject may use *permission* on, and whether new ones are included.

        Raises:
            UnknownNameError: for an unknown permission, domain or scope.
        """
        question = Question(permission, user, team, role, domain, None, scope)
        return instances(question, self.snapshot(at))

    def fields(
        self,
        group: str,
        *,
        user: str | None = None,
        team: str | None = None,
        role: str | None = None,
        domain: str | None = None,
        on: str | tuple[str, ...] | None = None,
        at: date | None = None,
    ) -> dict[str, FieldState]:
        """Each field of *group* with `edit`, `view` or `hidden`.

        Raises:
            UnknownNameError: for a group without fields and for unknown subjects and domains.
        """
        return fields(group, Question(group, user, team, role, domain, on), self.snapshot(at))

    def tree(
        self,
        *,
        user: str | None = None,
        team: str | None = None,
        role: str | None = None,
        domain: str | None = None,
        locale: str | None = None,
        at: date | None = None,
    ) -> TreeNode:
        """The tree of checkboxes of a subject, or of the catalog alone.

        Raises:
            UnknownNameError: for an unknown subject, domain or language.
        """
        asked = None
        if user is not None or team is not None or role is not None:
            asked = Question(next(self.catalog.permissions).path, user, team, role, domain)
        elif domain is not None:
            raise UnknownNameError("subject", domain, "a tree in a domain needs a user, a team or a role")
        return draw_tree(asked, self.snapshot(at), locale)

    def matrix(self, *, locale: str | None = None) -> Matrix:
        """Roles against permissions.

        Raises:
            UnknownNameError: for an unknown language.
        """
        return build_matrix(self.resolved, words_of(self.resolved.labels, locale))

    def compile(self, at: date | None = None) -> Compiled:
        """The Casbin model and policy in force at a time."""
        return self.snapshot(at).compiled
