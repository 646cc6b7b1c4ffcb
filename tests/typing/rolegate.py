"""The types of what `rolegate` offers. mypy reads this file; nothing runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar, assert_type

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import rolegate
from rolegate import (
    AcceptedFinding,
    AllowedInstances,
    AlongWith,
    AsyncBindingSource,
    BindingSource,
    BindingsUnavailableError,
    BoundLine,
    BoxHolder,
    ClonedRole,
    ClosedReason,
    CompiledPolicy,
    Decision,
    DecisionNote,
    Diagnostic,
    DomainBindings,
    DomainStatus,
    Draft,
    DraftChange,
    DraftError,
    DraftFinding,
    EditError,
    Explanation,
    ExplanationStep,
    Forbidden,
    Gate,
    GateStatus,
    GrantSyntaxError,
    GuardError,
    InvalidPolicyError,
    InvalidQuestionError,
    Matrix,
    MatrixCell,
    MatrixColumn,
    MatrixRow,
    MissingLabel,
    PermissionHolder,
    Policy,
    PolicyNotFoundError,
    Question,
    RecordError,
    RestrictionState,
    RoleFile,
    RolegateError,
    RoleParts,
    RoleText,
    SetAside,
    Subject,
    Suggestion,
    TreeNode,
    TreeTooLargeError,
    UndefinedScopeError,
    UnknownNameError,
    Validation,
    WrittenRole,
)
from rolegate.catalog.model import Catalog
from rolegate.changes import Assign
from rolegate.giving.may_give import Refusal
from rolegate.records import HeldPermission, WriteCheck
from rolegate.store.admin_history import AdminEntry
from rolegate.store.apply_files import StoredChange
from rolegate.store.item import Item
from rolegate.store.made_change import MadeChange
from rolegate.store.plan import StorePlan
from rolegate.store.upgrade import StoreUpgrade

E = TypeVar("E", bound=RolegateError)
Fields = dict[str, Literal["edit", "view", "hidden"]]
Json = dict[str, Any]


def reading(path: Path, at: date) -> None:
    """A set is read from a path or its text, now or at a time."""
    assert_type(rolegate.load(path), Policy)
    assert_type(rolegate.load("policies/responso", at=at), Policy)
    assert_type(rolegate.validate([path, "policies/responso"]), Validation)
    assert_type(rolegate.json_schemas(), dict[str, Json])
    assert_type(rolegate.casbin_model_text(), str)
    assert_type(rolegate.parse_instance("support/eu"), tuple[str, ...])


def a_policy(policy: Policy, question: Question, at: date) -> None:
    """A policy answers questions, and says what it holds."""
    assert_type(policy.json_schemas(), dict[str, Json])
    assert_type(policy.path, Path | None)
    assert_type(policy.name, str)
    assert_type(policy.title, str)
    assert_type(policy.at, datetime | None)
    assert_type(rolegate.report_html(policy, None, at=at, locale="fr", title="Access"), str)
    assert_type(policy.files, tuple[str, ...])
    assert_type(policy.warnings, tuple[Diagnostic, ...])
    assert_type(policy.catalog, Catalog)
    assert_type(policy.locales, tuple[str, ...])
    assert_type(policy.domains, tuple[str, ...])
    assert_type(policy.needs_domain, bool)
    assert_type(policy.users, tuple[str, ...])
    assert_type(policy.teams, tuple[str, ...])
    assert_type(policy.roles, tuple[str, ...])
    assert_type(policy.check("ana", "tickets.show", domain="acme", on="support", at=at), Decision)
    assert_type(policy.explain("ana", "tickets.show", scope="my"), Explanation)
    assert_type(policy.decide(question), Decision)
    assert_type(policy.explain_question(question, at), Explanation)
    assert_type(policy.who_can("tickets.show", on="support", at=at), tuple[PermissionHolder, ...])
    assert_type(policy.instances("inboxes.access", user="ana"), AllowedInstances)
    assert_type(policy.fields("contacts", role="agent"), Fields)
    assert_type(policy.tree(team="support", locale="de"), TreeNode)
    assert_type(policy.matrix(locale="de"), Matrix)
    assert_type(policy.matrix(domain="acme"), Matrix)
    assert_type(policy.roles_of("acme"), tuple[str, ...])
    assert_type(policy.role_texts("acme", locale="fr"), tuple[RoleText, ...])
    assert_type(policy.managed_by("lead", domain="acme"), str | None)
    assert_type(policy.domains_of("ana", at), tuple[str, ...])
    assert_type(policy.bindings(role="agent", ends_before=at), tuple[BoundLine, ...])
    assert_type(policy.missing_labels("fr"), tuple[MissingLabel, ...])
    assert_type(policy.restrictions(locale="de", user="dana"), tuple[RestrictionState, ...])
    assert_type(policy.compile(at), CompiledPolicy)


def findings(found: Validation, diagnostic: Diagnostic) -> None:
    """What is wrong with files is a value with a place."""
    assert_type(found.ok, bool)
    assert_type(found.sets, tuple[Path, ...])
    assert_type(found.diagnostics, tuple[Diagnostic, ...])
    assert_type(found.read, Mapping[str, bytes])
    assert_type(found.accepted, tuple[AcceptedFinding, ...])
    for accepted in found.accepted:
        assert_type(accepted.finding, Diagnostic)
        assert_type(accepted.reason, str)
        assert_type(accepted.to_dict(), Json)
    assert_type(diagnostic.code, str)
    assert_type(diagnostic.name, str)
    assert_type(diagnostic.severity, Literal["error", "warning", "note"])
    assert_type(diagnostic.message, str)
    assert_type(diagnostic.help, str)
    assert_type((diagnostic.file, diagnostic.line, diagnostic.column), tuple[str, int, int])
    assert_type(diagnostic.to_dict(), Json)


def questions(question: Question, decision: Decision, note: DecisionNote) -> None:
    """A question, and the answer to it."""
    assert_type(Question("tickets.show", user="ana", on=("support", "eu")), Question)
    assert_type(Question.from_dict({"permission": "tickets.show", "user": "ana"}), Question)
    assert_type(Question.from_json('{"permission": "tickets.show", "user": "ana"}'), Question)
    assert_type(question.permission, str)
    assert_type(question.user, str | None)
    assert_type(question.team, str | None)
    assert_type(question.role, str | None)
    assert_type(question.domain, str | None)
    assert_type(question.on, str | tuple[str, ...] | None)
    assert_type(question.scope, str | None)
    assert_type(question.any, bool)
    assert_type(question.path, tuple[str, ...])
    assert_type(question.subject, str)
    assert_type(question.about("team", "support", None), Question)
    assert_type(decision.allowed, bool)
    assert_type(decision.question, Question)
    assert_type(decision.reason, str)
    assert_type(decision.notes, tuple[DecisionNote, ...])
    assert_type(decision.to_dict(), Json)
    assert_type((note.code, note.message, note.help), tuple[str, str, str])


def explanations(explanation: Explanation, step: ExplanationStep, suggestion: Suggestion) -> None:
    """Why, and what would change it."""
    assert_type(explanation.decision, Decision)
    assert_type(explanation.chain, tuple[ExplanationStep, ...])
    assert_type(explanation.blocked, tuple[ExplanationStep, ...])
    assert_type(explanation.nearest, tuple[Suggestion, ...])
    assert_type(explanation.unknown, bool)
    assert_type(explanation.grant, str | None)
    assert_type(explanation.to_dict(), Json)
    assert_type((step.text, step.file, step.line, step.column), tuple[str, str, int, int])
    assert_type(step.to_dict(), Json)
    assert_type((suggestion.text, suggestion.file, suggestion.line), tuple[str, str, int])
    assert_type(suggestion.add, Mapping[str, Any] | None)
    assert_type(suggestion.warnings, tuple[str, ...])
    assert_type(suggestion.to_dict(), Json)


def role_files(
    file: RoleFile, parts: RoleParts, draft: Draft, written: WrittenRole, clone: ClonedRole
) -> None:
    """Role files are read, changed and written."""
    assert_type(rolegate.read_role("policies/responso", "agent", domain=None), RoleFile)
    assert_type(rolegate.new_role(Path(), parts), WrittenRole)
    assert_type(rolegate.clone_role(".", "agent", "lead", title="Lead", leave_out=True), ClonedRole)
    assert_type(file.parts, RoleParts)
    assert_type(file.text(parts), str)
    assert_type(file.text(draft), str)
    assert_type(file.save(parts), WrittenRole)
    assert_type((parts.title, parts.grants, parts.locked), tuple[str | None, tuple[str, ...], bool])
    assert_type(parts.text(), str)
    assert_type((written.path, written.warnings), tuple[Path, tuple[Diagnostic, ...]])
    assert_type((clone.left_out, clone.not_copied), tuple[tuple[str, ...], tuple[str, ...]])
    assert_type(clone.labels, tuple[str, ...])
    assert_type(clone.to_dict(), Json)


def restrictions(state: RestrictionState, line: BoundLine) -> None:
    """What applications draw boxes of."""
    assert_type(state.on, bool)
    assert_type(state.restrict, tuple[str, ...])
    assert_type(state.lines, tuple[BoundLine, ...])
    assert_type(state.to_dict(), Json)
    assert_type(line.users, tuple[str, ...])
    assert_type(line.until, datetime | None)
    assert_type(line.to_dict(), Json)


def lists(holder: PermissionHolder, instances: AllowedInstances, matrix: Matrix, row: MatrixRow) -> None:
    """Who, where, and all roles side by side."""
    assert_type(holder.kind, Literal["everyone", "user", "team", "role"])
    assert_type((holder.name, holder.domain, holder.via, holder.grant), tuple[str, str, str, str])
    assert_type(holder.but_not, tuple[str, ...])
    assert_type(holder.to_dict(), Json)
    assert_type(instances.permission, str)
    assert_type(instances.known, tuple[str, ...])
    assert_type(instances.every, bool)
    assert_type(instances.later, tuple[str, ...])
    assert_type(instances.to_dict(), Json)
    assert_type(matrix.roles, tuple[tuple[str, str], ...])
    assert_type(matrix.rows, tuple[MatrixRow, ...])
    assert_type(matrix.to_dict(), Json)
    assert_type(rolegate.matrix_csv(matrix), str)
    assert_type(rolegate.matrix_html(matrix, "Roles", "en"), str)
    assert_type(rolegate.matrix_html(matrix), str)
    assert_type(rolegate.matrix_markdown(matrix, "Roles"), str)
    assert_type((row.path, row.title, row.depth, row.group), tuple[str, str, int, bool])
    assert_type(row.cells, tuple[str, ...])
    assert_type(row.held, tuple[MatrixCell, ...])
    assert_type(row.held[0].state, Literal["on", "off", "partial"])
    assert_type((row.held[0].star, row.held[0].held, row.held[0].among), tuple[bool, int, int])
    assert_type((row.held[0].labels, row.held[0].titles), tuple[tuple[str, ...], tuple[str, ...]])
    assert_type(matrix.columns, tuple[MatrixColumn, ...])
    assert_type((matrix.title, matrix.locale, matrix.left_out), tuple[str, str, int])


def trees(node: TreeNode, catalog: Catalog) -> None:
    """Boxes to tick, and the grants that they become."""
    assert_type((node.id, node.title, node.path, node.description), tuple[str, str, str, str])
    assert_type(node.kind, Literal["set", "group", "permission"])
    assert_type(node.state, Literal["on", "off", "partial"])
    assert_type(node.children, tuple[TreeNode, ...])
    assert_type((node.star, node.available, node.deprecated, node.template), tuple[bool, bool, bool, bool])
    assert_type(node.by_name, bool)
    assert_type(node.opens, tuple[str, ...])
    assert_type((node.restricted, node.taken), tuple[bool, tuple[str, ...]])
    assert_type(node.part("tickets", 2), TreeNode)
    assert_type(rolegate.tree_html(node, "Ana", "fr", ticked=False), str)
    assert_type(node.scopes, tuple[str, ...])
    assert_type(node.ladder, tuple[tuple[str, str, bool], ...])
    assert_type(node.instance, str | None)
    assert_type(node.to_dict(), Json)
    assert_type(node.walk(), Iterator[TreeNode])
    assert_type(rolegate.grants_of(node, catalog), tuple[str, ...])
    assert_type(node.held_by, tuple[BoxHolder, ...])
    assert_type(node.requires, tuple[str, ...])
    assert_type(node.closed, tuple[ClosedReason, ...])
    assert_type(node.closed_at, tuple[tuple[str, tuple[ClosedReason, ...]], ...])


def drafts(policy: Policy, holder: BoxHolder, reason: ClosedReason, along: AlongWith) -> None:
    """A role that is being edited, and what each change did to it."""
    draft = policy.draft("lead", domain="acme", name="boss", grants=["tickets.*"], locked=False)
    assert_type(draft, Draft)
    assert_type(draft.tick("tickets.reply").untick("tickets.reply"), Draft)
    assert_type(draft.called("boss", title="Boss"), Draft)
    assert_type((draft.name, draft.title, draft.description), tuple[str, str, str])
    assert_type(draft.titles, Mapping[str, str])
    assert_type(
        (draft.domain, draft.kind, draft.replaces, draft.clone_of),
        tuple[str | None, str | None, str | None, str | None],
    )
    assert_type(
        (draft.grants, draft.excepts, draft.extends), tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    )
    assert_type(draft.locked, bool)
    assert_type(draft.brought, frozenset[str])
    assert_type(draft.tree("fr"), TreeNode)
    assert_type(draft.change, DraftChange | None)
    assert_type(draft.findings, tuple[DraftFinding, ...])
    assert_type(draft.findings[0].diagnostic, Diagnostic)
    assert_type((draft.findings[0].box, draft.findings[0].grant), tuple[str | None, str | None])
    change = DraftChange("tickets", ticked=True)
    assert_type((change.box, change.ticked), tuple[str, bool])
    assert_type(
        (change.added, change.removed, change.stars_lost),
        tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    )
    assert_type((change.brought, change.taken_along), tuple[tuple[AlongWith, ...], tuple[AlongWith, ...]])
    assert_type(change.left, tuple[ClosedReason, ...])
    assert_type(change.to_dict(), Json)
    assert_type((along.grant, along.by), tuple[str, str])
    assert_type(along.why, Literal["requires", "implies"])
    assert_type(holder.kind, Literal["role", "parent", "implies", "requires"])
    assert_type((holder.name, holder.title, holder.scope), tuple[str, str, str | None])
    assert_type(
        (reason.text, reason.about, reason.names, reason.titles),
        tuple[str, str, tuple[str, ...], tuple[str, ...]],
    )
    assert_type(rolegate.DraftError("no", (reason,)).reasons, tuple[ClosedReason, ...])


def compiled(lines: CompiledPolicy) -> None:
    """Casbin's two files."""
    assert_type((lines.model_text, lines.policy_text), tuple[str, str])
    assert_type(lines.holds_until, datetime | None)


def a_gate(gate: Gate, policy: Policy, status: GateStatus) -> None:
    """What an application creates once, and asks."""
    assert_type(Gate(policy), Gate)
    assert_type(Gate.from_path("policies/responso", watch=True, interval=0.5), Gate)
    assert_type(gate.policy, Policy)
    assert_type(gate.check("ana", "tickets.show", domain="acme", on="support", scope="my"), bool)
    gate.require("ana", "tickets.show")
    assert_type(gate.explain("ana", "tickets.show"), Explanation)
    assert_type(gate.subject("ana", "acme", {"region": "eu"}), Subject)
    assert_type(gate.subject("ana", "acme", roles=["agent"], teams={"sales"}), Subject)
    assert_type(gate.domains_of("ana"), tuple[str, ...])
    who = gate.users_who_can("tickets.show", policy, domain="acme", attributes=lambda user: {"name": user})
    assert_type(who, tuple[str, ...])
    assert_type(gate.reload(removals=True), bool)
    assert_type(gate.status(), GateStatus)
    assert_type((status.store_revision, status.heard_ago), tuple[int | None, float | None])
    assert_type(status.listening, bool | None)
    assert_type(
        Gate.from_store("sqlite://", watch=False, interval=0.5, max_staleness=30, listen=False, keep=9), Gate
    )
    gate.at_least(3, wait=0.5)
    assert_type(rolegate.PolicyStaleError("acme", "silence").reason, str)
    assert_type((status.revision, status.loaded_at, status.age), tuple[str, datetime, float])
    assert_type((status.stale, status.error), tuple[bool, str | None])
    assert_type((status.set_aside, policy.set_aside), tuple[tuple[SetAside, ...], tuple[SetAside, ...]])
    assert_type(rolegate.validate(["policies"]).set_aside, tuple[SetAside, ...])
    for part in status.set_aside:
        assert_type((part.domain, part.role, part.why), tuple[str, str | None, Diagnostic])
        assert_type(part.to_dict(), Json)


class Rows:
    """The tables of an application."""

    def look(self, domain: str) -> object:
        return domain

    def read(self, domain: str) -> DomainBindings:
        return DomainBindings([{"user": "ana", "role": domain}], {"sales": ["ana"]})


class AsyncRows:
    """The same, asynchronous."""

    async def look(self, domain: str) -> object:
        return domain

    async def read(self, domain: str) -> DomainBindings:
        return DomainBindings(lines=({"user": domain, "grants": ["*"]},))


async def bound_gates(status: DomainStatus, error: BindingsUnavailableError) -> None:
    """Gates that have bindings from an application."""
    source: BindingSource = Rows()
    later: AsyncBindingSource = AsyncRows()
    gate = Gate.from_path("policies/responso", bindings=source, keep=50)
    assert_type(Gate.from_path("policies/responso", bindings=later), Gate)
    assert_type((source, later), tuple[BindingSource, AsyncBindingSource])
    gate.load("acme")
    await gate.aload("acme")
    assert_type(gate.refresh(), bool)
    assert_type(await gate.arefresh("acme"), bool)
    assert_type(gate.policy_in("acme"), Policy)
    assert_type(gate.status().domains, tuple[DomainStatus, ...])
    assert_type((status.domain, status.read_at, status.error), tuple[str, datetime | None, str | None])
    assert_type((error, error.domain, error.reason), tuple[BindingsUnavailableError, str, str])
    assert_type(source.read("acme"), DomainBindings)


class Ticket:
    """A class of an application."""


def a_subject(subject: Subject, ticket: Ticket) -> None:
    """One user in one domain."""
    assert_type(subject.can("tickets.show"), bool)
    assert_type(subject.can("tickets.show", ticket, on=("support",), scope="my"), bool)
    subject.require("tickets.show", ticket)
    assert_type(subject.explain("tickets.show"), Explanation)
    assert_type(subject.where("tickets.show", Ticket), sa.ColumnElement[bool])
    assert_type(subject.held("tickets.show"), HeldPermission)
    assert_type(subject.current(), Subject)
    assert_type(subject.teams, tuple[str, ...])
    assert_type(subject.mask("contacts", ticket, keep=["id"]), Json)
    assert_type(subject.may_write("contacts", {"email": "a@b.example"}), WriteCheck)
    assert_type(subject.scopes("tickets.show"), tuple[str, ...])
    assert_type(subject.scope("tickets.show", on="support"), str | None)
    assert_type(subject.permissions(), frozenset[str])
    assert_type(subject.tree(locale="de"), TreeNode)
    assert_type(subject.instances("inboxes.access", scope="my"), AllowedInstances)
    assert_type(subject.fields("contacts"), Fields)


def caught(kind: type[E], attempt: Callable[[], object]) -> E:
    """The exception of *kind* that *attempt* raises; each is a `RolegateError`."""
    try:
        attempt()
    except kind as error:
        return error
    raise AssertionError


def exceptions(attempt: Callable[[], object]) -> None:
    """One `except RolegateError` catches them all, and each says what there is to know."""
    assert_type(caught(RolegateError, attempt).message("de"), str)
    assert_type(caught(PolicyNotFoundError, attempt), PolicyNotFoundError)
    assert_type(caught(InvalidPolicyError, attempt).diagnostics, tuple[Diagnostic, ...])
    assert_type(caught(InvalidQuestionError, attempt), InvalidQuestionError)
    assert_type(caught(DraftError, attempt), DraftError)
    assert_type(caught(TreeTooLargeError, attempt).code, str)
    assert_type(caught(GuardError, attempt), GuardError)
    assert_type(caught(rolegate.RouteLockError, attempt), rolegate.RouteLockError)
    assert_type(rolegate.lock_text([rolegate.GuardedRoute("/", "GET", "public")]), str)
    assert_type(caught(EditError, attempt), EditError)
    assert_type(caught(RecordError, attempt), RecordError)
    unknown: UnknownNameError = caught(UnknownNameError, attempt)
    assert_type((unknown.kind, unknown.name, unknown.said, unknown.help), tuple[str, str, str, str])
    undefined: UndefinedScopeError = caught(UndefinedScopeError, attempt)
    assert_type((undefined.permission, undefined.scope), tuple[str, str])
    forbidden: Forbidden = caught(Forbidden, attempt)
    assert_type(forbidden.question, Question)
    assert_type(forbidden.explanation, Explanation)
    assert_type(forbidden.to_dict(), Json)
    try:
        attempt()
    except GrantSyntaxError as syntax:
        assert_type(syntax, GrantSyntaxError)
        assert_type((syntax.code, syntax.help), tuple[str, str])


def stored(at: datetime) -> None:
    """A policy set in a database."""
    store = rolegate.Store.open("sqlite://", prefix="roles_", limits=rolegate.Limits())
    assert_type(store, rolegate.Store)
    change = store.apply("policies/responso", at=at)
    assert_type((change.changed, change.revision, change.texts), tuple[bool, int, int])
    assert_type(store.refresh(at=at).changed, bool)
    assert_type(store.upgrade(), StoreUpgrade)
    assert_type(store.policy(at=at), Policy)
    assert_type(store.status(at=at).is_sound, bool)
    with store.reading() as snapshot:
        assert_type(snapshot, rolegate.StoreSnapshot)
        assert_type(snapshot.revision, int)
        assert_type(snapshot.policy(at=at, domains=["acme"]), Policy)
    admin = store.admin("ana", domain="acme")
    assert_type(admin, rolegate.StoreAdmin)
    assert_type(store.admin(system="sign-up", domain="acme"), rolegate.StoreAdmin)
    assert_type(admin.create_role("night", grants=["tickets.show@my"]).revision, int)
    assert_type(admin.draft("night")[1], int)
    assert_type(admin.edit("night").untick("refund"), rolegate.EditedRole)
    assert_type(rolegate.ChangeError("gone").code, str)
    refused: rolegate.RefusedChangeError
    try:
        admin.assign(user="bo", role="night")
    except rolegate.RefusedChangeError as error:
        refused = error
        assert_type(refused.code, str)
    assert_type(rolegate.StoreError("gone").code, str)
    conflict: rolegate.StoreError = rolegate.ConflictError("taken")
    assert_type(conflict.code, str)
    plan: rolegate.StoreError = rolegate.PlanRefusedError("refused", ("another set",), "RG970")
    assert_type(plan.code, str)
    assert_type(rolegate.PlanRefusedError("refused", (), "RG970").reasons, tuple[str, ...])


async def stored_from_asyncio(engine: AsyncEngine, session: AsyncSession) -> None:
    """Each call has the arguments of the synchronous one, and what it gives is awaited."""
    store = rolegate.AsyncStore.open(engine, prefix="roles_")
    assert_type(store, rolegate.AsyncStore)
    assert_type(store.sync, rolegate.Store)
    await store.create()
    assert_type(await store.apply("policies/responso", source="here"), StoredChange)
    assert_type(await store.plan("policies/responso", older=True), StorePlan)
    assert_type(await store.policy(), rolegate.Policy)
    await store.apply(5)  # type: ignore[arg-type]  # no source
    async with store.reading(bind=session) as snapshot:
        assert_type(snapshot, rolegate.AsyncStoreSnapshot)
        assert_type(await snapshot.items(domains=["acme"]), tuple[Item, ...])
        assert_type(await snapshot.declares_domains, bool)


async def administered_from_asyncio(store: rolegate.AsyncStore, session: AsyncSession) -> None:
    """The administration of a tenant, and a role while somebody edits it."""
    admin = store.admin("ana", domain="acme", bind=session)
    assert_type(admin, rolegate.AsyncStoreAdmin)
    assert_type(await admin.create_role("night", grants=["refund"], reason="x"), MadeChange)
    assert_type(await admin.may(Assign({"user": "bo", "role": "night"})), tuple[Refusal, ...])
    assert_type(await admin.history(newest=20, before=3), tuple[AdminEntry, ...])
    await admin.create_role(5)  # type: ignore[arg-type]  # no name
    await admin.rename_role("night", "day", why="x")  # type: ignore[call-arg]  # no such argument
    edited = await admin.edit("night", grants=["refund"])
    assert_type(edited, rolegate.AsyncEditedRole)
    assert_type(edited.tick("ship"), rolegate.AsyncEditedRole)
    assert_type(await edited.preview(), rolegate.AccessDiff)
    assert_type(await edited.save(reason="x"), MadeChange)
    store.admin("ana", bind=store.sync.engine)  # type: ignore[arg-type]  # it is not of asyncio


async def followed_from_asyncio(store: rolegate.AsyncStore) -> None:
    """A gate follows it in threads."""
    gate = rolegate.Gate.from_store(store)
    await gate.aat_least(3, wait=2)


def reviewed(old: Policy, at: datetime) -> None:
    """Two policies are compared, each read from any source."""
    assert_type(rolegate.load_source("HEAD:policies/responso", at=at, limits=rolegate.Limits()), Policy)
    assert_type(rolegate.Limits.large().files, int)
    diff = rolegate.access_diff(old, old, at=at)
    assert_type(rolegate.access_diff(old, old), rolegate.AccessDiff)
    assert_type(diff, rolegate.AccessDiff)
    verdict = rolegate.judge_change(old, old, at=at)
    assert_type(rolegate.judge_change(old, old), rolegate.GateVerdict)
    assert_type(verdict.refusals, tuple[rolegate.GateRefusal, ...])
    assert_type(diff.subjects, tuple[rolegate.ChangedSubjects, ...])
    assert_type(diff.subjects[0].changes, tuple[rolegate.AccessChange, ...])
    assert_type(rolegate.RevisionError("gone"), rolegate.RevisionError)
    broken = rolegate.broken_invariants(old, at=at)
    assert_type(rolegate.broken_invariants(old), tuple[rolegate.BrokenInvariant, ...])
    assert_type(broken[0].invariant, rolegate.Invariant)
    assert_type(rolegate.prove(old, "never billing.pay for roles", at=at), rolegate.Proof)
    assert_type(rolegate.prove(old, "never billing.pay").apart, tuple[tuple[str, str], ...])
    assert_type(broken[0].witness, rolegate.Witness)


def linted(at: datetime) -> None:
    """What lint takes and gives."""
    settings = rolegate.read_settings("policies")
    assert_type(rolegate.read_settings("policies"), rolegate.LintSettings)
    assert_type(settings.failing_at("note"), rolegate.LintSettings)
    result = rolegate.lint(["policies", "HEAD:policies/responso"], at=at, settings=settings)
    assert_type(rolegate.lint(["policies"]), rolegate.LintResult)
    assert_type(result.ok, bool)
    assert_type(result.diagnostics, tuple[Diagnostic, ...])
    assert_type(rolegate.SettingsError("x"), rolegate.SettingsError)
    assert_type(rolegate.format_sets(["policies"], check=True), tuple[Path, ...])
    fixed: rolegate.LintFix = rolegate.lint_fix(["policies"], at=at, settings=settings)
    assert_type(fixed, rolegate.LintFix)
    assert_type((fixed.files, fixed.fixed), tuple[tuple[Path, ...], tuple[Diagnostic, ...]])
    assert_type(fixed.explained(fixed.left), tuple[Diagnostic, ...])


def expected(at: datetime) -> None:
    """The expectations of a set are put to it."""
    run = rolegate.run_expectations("policies/livechat", at=at, only=["interns"])
    assert_type(rolegate.run_expectations("policies"), rolegate.ExpectationRun)
    assert_type((run.ok, run.policy), tuple[bool, rolegate.Policy])
    assert_type(rolegate.report_html(run.policy, run, sections=["matrix"]), str)
    lists = rolegate.write_expectations("policies/livechat", at=at, only=["holds.yaml"], everybody=True)
    assert_type(lists, rolegate.WrittenLists)
    assert_type(rolegate.write_expectations("policies"), rolegate.WrittenLists)
    assert_type((lists.files, lists.lists), tuple[tuple[Path, ...], int])
    assert_type(run.results, tuple[rolegate.ExpectationResult, ...])
    assert_type(run.results[0].unmet, tuple[rolegate.UnmetAnswer, ...])
    assert_type(rolegate.InvalidExpectationsError(()).diagnostics, tuple[rolegate.Diagnostic, ...])


def imported(model: Path) -> None:
    """A Casbin policy becomes a policy set."""
    done = rolegate.import_casbin(
        model, [["p", "ana", "data", "read"]], kinds=["/doc/{id}"], names={"data": "d"}
    )
    assert_type(rolegate.import_casbin("model.conf", "policy.csv", questions=9), rolegate.CasbinImport)
    assert_type((done.ok, done.files), tuple[bool, Mapping[str, str]])
    assert_type(done.findings, tuple[Diagnostic, ...])
    assert_type(done.proof, rolegate.ImportProof)
    assert_type(done.proof.differences, tuple[rolegate.AnswerDifference, ...])
    assert_type(rolegate.CasbinMapping.read(model).question("ana", "data", "read"), rolegate.Question | None)
    assert_type(rolegate.CasbinImportError("x").diagnostics, tuple[Diagnostic, ...])
