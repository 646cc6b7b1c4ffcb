"""A policy set that was read and found sound, with everything one can ask it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Unpack

from rolegate.answers.bound_lines import BoundLine
from rolegate.answers.build_matrix import WantedCells, build_matrix
from rolegate.answers.explain import Explanation
from rolegate.answers.fields import FieldState, fields
from rolegate.answers.grant_schemas import schemas_with_names
from rolegate.answers.instances import AllowedInstances, instances
from rolegate.answers.inventory import (
    WantedLines,
    bound_lines,
    check_domain,
    domains_of,
)
from rolegate.answers.matrix import Matrix
from rolegate.answers.missing_labels import MissingLabel, missing_labels
from rolegate.answers.restriction_states import RestrictionState, restriction_states
from rolegate.answers.said_answers import decided, explained
from rolegate.answers.who_can import PermissionHolder, who_can
from rolegate.catalog.labels import words_of
from rolegate.compiled.lines import CompiledPolicy
from rolegate.engine.decision import Decision
from rolegate.engine.question import Question, QuestionDetails, SubjectDetails
from rolegate.engine.translation import translated
from rolegate.errors import InvalidQuestionError
from rolegate.policy.declared_policy import DeclaredPolicy
from rolegate.tree.draft import Draft
from rolegate.tree.draw_boxes import draw_tree
from rolegate.tree.new_draft import DraftDetails, draft_of
from rolegate.tree.tree_node import TreeNode


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Policy(DeclaredPolicy):
    """A policy set without errors. It never changes, so threads may share it.

    `path` is the folder it was read from, `files` are the names of the files in it, and `departed` those of
    files that went with their domains (see `PolicyFolder`); a policy made in memory has none of them.
    """

    def check(
        self,
        user: str,
        permission: str,
        *,
        at: date | None = None,
        locale: str | None = None,
        **details: Unpack[QuestionDetails],
    ) -> Decision:
        """Whether *user* may use *permission*, and why; the decision is true when it is allowed.

        `domain`, `on` and `scope` are those of `Gate.check`. Unknown names are denied, and a note says so.
        With `locale`, the reason is in that language and says titles; without it, English and paths.

        Raises:
            InvalidQuestionError: for values of the wrong kind.
            UnknownNameError: for an unknown language.
        """
        return self.decide(Question(permission, user, **details), at, locale)

    def explain(
        self,
        user: str,
        permission: str,
        *,
        at: date | None = None,
        locale: str | None = None,
        **details: Unpack[QuestionDetails],
    ) -> Explanation:
        """The answer of `check` with the file and line of each reason, and what would change a no.

        Raises:
            InvalidQuestionError: for values of the wrong kind.
            UnknownNameError: for an unknown language.
        """
        return self.explain_question(Question(permission, user, **details), at, locale)

    def decide(self, question: Question, at: date | None = None, locale: str | None = None) -> Decision:
        """The answer to a question about a user, a team or a role; unknown names are denied.

        Raises:
            UnknownNameError: for an unknown language.
        """
        return decided(question, self.snapshot(at), locale)

    def explain_question(
        self, question: Question, at: date | None = None, locale: str | None = None
    ) -> Explanation:
        """The answer of `decide` with the file and line of each reason, and what would change a no.

        Raises:
            UnknownNameError: for an unknown language.
        """
        return explained(question, self.snapshot(at), locale)

    def who_can(
        self,
        permission: str,
        *,
        any: bool = False,
        at: date | None = None,
        locale: str | None = None,
        **details: Unpack[QuestionDetails],
    ) -> tuple[PermissionHolder, ...]:
        """Every user, team and role that may use *permission*, in one domain or in all.

        Raises:
            UnknownNameError: for an unknown permission, domain, scope or language.
        """
        snapshot = self.snapshot(at)
        question = Question(permission, user="*", any=any, **details)
        domain = question.domain if question.domain is not None else next(iter(self.domains), None)
        if domain is None:
            return ()
        translated(replace(question, domain=domain), snapshot.resolved)
        return who_can(question, snapshot, locale)

    def instances(
        self,
        permission: str,
        *,
        scope: str | None = None,
        locale: str | None = None,
        at: date | None = None,
        **subject: Unpack[SubjectDetails],
    ) -> AllowedInstances:
        """The known instances the subject may use *permission* on, and whether new ones are included.

        Raises:
            UnknownNameError: for an unknown permission, domain, subject, scope or language.
        """
        return instances(Question(permission, scope=scope, **subject), self.snapshot(at), locale)

    def fields(
        self,
        group: str,
        *,
        on: str | tuple[str, ...] | None = None,
        at: date | None = None,
        **subject: Unpack[SubjectDetails],
    ) -> dict[str, FieldState]:
        """Each field of *group* with `edit`, `view` or `hidden`; one with scopes as in every record.

        Raises:
            UnknownNameError: for a group without fields, and for unknown subjects and domains.
        """
        return fields(group, Question(group, on=on, **subject), self.snapshot(at))

    def tree(
        self, *, locale: str | None = None, at: date | None = None, **subject: Unpack[SubjectDetails]
    ) -> TreeNode:
        """The tree of checkboxes of a subject.

        Without a subject nothing is ticked: it is the tree of the catalog, or of what a domain has of it.

        Raises:
            UnknownNameError: for an unknown subject, domain or language.
            InvalidQuestionError: when one of them is not a text.
            TreeTooLargeError: for more than 50,000 boxes.
        """
        domain = subject.get("domain")
        if any(name is not None for key, name in subject.items() if key != "domain"):
            asked = Question(next(self.catalog.permissions).path, **subject)
            return draw_tree(asked, self.snapshot(at), locale)
        check_domain(domain, self.resolved.domains)
        return draw_tree(None, self.snapshot(at), locale, domain)

    def draft(
        self, role: str | None = None, *, domain: str | None = None, **details: Unpack[DraftDetails]
    ) -> Draft:
        """The draft of a role, for a form in which somebody edits it; or of a new role of *domain*.

        `name`, `title`, `description`, `extends`, `grants`, `excepts`, `kind`, `replaces`, `clone_of` and
        `locked` are in the place of what the role says.

        Raises:
            UnknownNameError: for an unknown role, domain or kind of role.
            DraftError: for grants and exceptions that are not valid, and for a role that is set aside.
            InvalidQuestionError: for values of the wrong kind.
        """
        check_domain(domain, self.resolved.domains)
        return draft_of(self.resolved, role, domain, details)

    def restrictions(
        self, *, locale: str | None = None, at: date | None = None, **subject: Unpack[SubjectDetails]
    ) -> tuple[RestrictionState, ...]:
        """Each named restriction of the catalog; for a subject, with the lines that switch it on.

        Raises:
            UnknownNameError: for an unknown subject, domain or language.
        """
        snapshot = self.snapshot(at)
        asked = None
        if any(name is not None for name in subject.values()):
            question = Question(next(self.catalog.permissions).path, any=True, **subject)
            asked = translated(question, snapshot.resolved)
        return restriction_states(asked, snapshot, words_of(self.resolved.labels, locale))

    def bindings(
        self,
        *,
        user: str | None = None,
        team: str | None = None,
        role: str | None = None,
        domain: str | None = None,
        ends_before: date | None = None,
        at: date | None = None,
    ) -> tuple[BoundLine, ...]:
        """The lines of bindings in force: those that reach a user or a team, or name a role.

        A line reaches a user through a team as well. With `domain`, the lines that hold there, those of outer
        domains included; with `ends_before`, those that end at that time or earlier. A date is the beginning
        of that day, in the zone of the line's domain.

        Raises:
            UnknownNameError: for an unknown team, role or domain.
            InvalidQuestionError: for an end that is neither a date nor a time.
        """
        return bound_lines(WantedLines(user, team, role, domain, ends_before), self.snapshot(at))

    def domains_of(self, user: str, at: date | None = None) -> tuple[str, ...]:
        """The domains in which a line in force or a team names *user*, and those inside, sorted.

        Raises:
            InvalidQuestionError: for a user that is not a text.
        """
        return domains_of(user, self.snapshot(at))

    def missing_labels(self, locale: str) -> tuple[MissingLabel, ...]:
        """The texts that a reader of *locale* sees in the language of the catalog.

        Raises:
            UnknownNameError: for an unknown language.
        """
        return missing_labels(self.resolved, locale)

    def matrix(
        self,
        *,
        domain: str | None = None,
        locale: str | None = None,
        roles: Sequence[str] | None = None,
        group: str | None = None,
        depth: int | None = None,
    ) -> Matrix:
        """Roles against permissions; with a domain, the roles it can use and the permissions it has.

        With `roles`, the ids of some columns, only these, in that order; with `group`, what is in this group;
        with `depth`, so many levels of it.

        Raises:
            UnknownNameError: for an unknown domain, language, role or group.
            InvalidQuestionError: for a domain that is not a text, and roles that are one.
        """
        check_domain(domain, self.resolved.domains)
        labels = self.resolved.labels
        if isinstance(roles, str):
            raise InvalidQuestionError(f"`roles` takes a list, not a text; write `[{roles!r}]`")
        named = None if roles is None else tuple(roles)
        wanted = WantedCells(locale or labels.base, domain, named, group, depth)
        return build_matrix(self.resolved, words_of(labels, locale), wanted)

    def json_schemas(self) -> dict[str, dict[str, Any]]:
        """A JSON Schema for each kind of file, with the grants of this set, so that editors complete them."""
        return schemas_with_names(self.resolved, self.users)

    def compile(self, at: date | None = None) -> CompiledPolicy:
        """The Casbin model and policy in force at a time."""
        return self.snapshot(at).compiled
