"""Questions about all domains at once: of the policy in force, or of a store that is read in parts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from time import time
from typing import TYPE_CHECKING, Unpack

from rolegate.answers.inventory import domains_of
from rolegate.answers.who_can import PermissionHolder
from rolegate.engine.question import Question, QuestionDetails
from rolegate.gate.row_state import RowState
from rolegate.gate.stored_moments import StoredMomentHolder

if TYPE_CHECKING:
    from rolegate.store.store import Store


class EverywhereHolder(StoredMomentHolder):
    """Answers questions that are about no single domain; the answer is that of the whole policy."""

    def domains_of(self, user: str) -> tuple[str, ...]:
        """The domains in which a line in force or a team names *user*, and those inside, sorted.

        Where domains answer from their rows, the database of the store is asked.

        Raises:
            InvalidQuestionError: for a user that is not a text.
            StoreError: when the database cannot be asked.
        """
        store = self._asked_everywhere("domains_of")
        if store is None:
            return domains_of(user, self._current(time()).snapshot)
        from rolegate.store.all_domains import domains_naming

        with store.reading() as snapshot:
            return domains_naming(snapshot, user)

    def who_can(
        self,
        permission: str,
        *,
        any: bool = False,
        locale: str | None = None,
        **details: Unpack[QuestionDetails],
    ) -> Iterator[PermissionHolder]:
        """Every user, team and role that may use *permission*, in one domain or in all, one after the other.

        Of a store, the documents of one domain are in memory at a time, and all are of one moment: the
        transaction lasts until the last is asked for.

        Raises:
            UnknownNameError: for an unknown permission, domain, scope or language.
            BindingsUnavailableError: when the bindings of the application cannot be had.
            StoreError: when the database cannot be asked.
        """
        question = Question(permission, user="*", any=any, **details)
        if question.domain is not None:
            policy = self.policy_in(question.domain)
        else:
            store = self._asked_everywhere("who_can")
            if store is not None:
                found = _holders(store, question, locale)
                return chain(list(islice(found, 1)), found)  # what is unknown is refused here
            policy = self._current(time()).policy
        return iter(policy.who_can(permission, any=any, locale=locale, **details))

    def _asked_everywhere(self, what: str) -> Store | None:
        """The store that is asked about all domains; None where the policy in force has all of them.

        Raises:
            InvalidQuestionError: if *what* needs the bindings of every domain, which the application has.
        """
        if self._stored is None or self._closed is not None or not isinstance(self._live, RowState):
            self._whole(what)
            return None
        return self._stored.store


def _holders(store: Store, question: Question, locale: str | None) -> Iterator[PermissionHolder]:
    from rolegate.store.all_domains import holders_everywhere

    with store.reading() as snapshot:
        yield from holders_everywhere(snapshot, question, locale)
