"""Changes are tried before they are made: what would be so after them, and whether somebody may make them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from rolegate.administration.administered_set import AdministeredSet, ReadDocuments
from rolegate.administration.judge import Actor, judge
from rolegate.administration.managing import Managing
from rolegate.administration.tenant_documents import TenantDocuments
from rolegate.engine.speaker import said_in
from rolegate.errors import ChangeError
from rolegate.giving.may_give import Refusal


class AdministrativeChange(Protocol):
    """A change as a value: it gives the documents after it."""

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        """*documents* after the change.

        Raises:
            ChangeError: when it cannot be made, whoever makes it.
        """


SetRules = Callable[[AdministeredSet, AdministeredSet], Iterable[Refusal]]
"""What a set says beside that about what it was and what it would be, such as its invariants."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A set after a change, and why it may not be made. It is true where nothing is in the way."""

    after: AdministeredSet
    refusals: tuple[Refusal, ...]

    def __bool__(self) -> bool:
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Administration:
    """How the changes of one policy set are judged: `read` gives documents their meaning.

    >>> from datetime import UTC, datetime
    >>> from rolegate.administration.administered_set import WholeSet
    >>> from rolegate.administration.role_changes import CreateRole
    >>> catalog = b'''
    ... catalog: desk
    ... custom_roles: {manage: roles.edit}
    ... permissions: {roles: {permissions: {edit: Edit}}, refund: Refund}
    ... '''
    >>> desk = Administration(WholeSet({"catalog.yaml": catalog}))
    >>> before = desk.read(TenantDocuments.of([
    ...     ("domain", {"domain": "acme"}),
    ...     ("role", {"role": "lead", "domain": "acme", "grants": ["roles.edit"]}),
    ...     ("line", {"user": "ana", "role": "lead", "domain": "acme"}),
    ... ]))
    >>> cashier = CreateRole({"role": "cashier", "domain": "acme", "grants": ["refund"]})
    >>> tried = desk.try_change(Actor("ana"), cashier, before, datetime.now(UTC))
    >>> bool(tried), [str(refusal) for refusal in tried.refusals]
    (False, ['you cannot give what you do not hold: `refund` in `acme`'])
    """

    read: ReadDocuments
    managing: Managing = field(default_factory=Managing)
    rules: tuple[SetRules, ...] = ()

    def try_change(
        self, actor: Actor, change: AdministrativeChange, before: AdministeredSet, at: datetime
    ) -> Judgement:
        """What a set would be after *change*, and whether *actor* may make it; nothing is changed.

        Raises:
            ChangeError: when it cannot be made, whoever makes it.
        """
        try:
            documents = change.made(before.documents)
        except ChangeError as error:
            if before.resolved is not None:
                error.say = partial(said_in, before.resolved, None)
            raise
        after = self.read(documents)
        return Judgement(after, self.judge(actor, before, after, at))

    def judge(
        self, actor: Actor, before: AdministeredSet, after: AdministeredSet, at: datetime
    ) -> tuple[Refusal, ...]:
        """Why *actor* may not make one set of another at a moment; nothing where they may."""
        found = judge(actor, before, after, at, self.managing)
        if before.resolved is not None and after.resolved is not None:
            found = (*found, *(refusal for rule in self.rules for refusal in rule(before, after)))
        return said_of(before, found)


def said_of(known: AdministeredSet, refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """*refusals*, which can be said in the languages of a set, with its titles."""
    resolved = known.resolved
    if resolved is None:
        return tuple(refusals)
    return tuple(replace(one, say=partial(said_in, resolved, one.domain)) for one in refusals)
