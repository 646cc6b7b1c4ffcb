"""A `casbin.AsyncEnforcer` that looks its answers up."""

from __future__ import annotations

from rolegate.casbin.change_scopes import followed
from rolegate.casbin.implicit_questions import AsyncImplicitQuestions
from rolegate.casbin.indexed_decisions import IndexedDecisions


@followed
class IndexedAsyncEnforcer(IndexedDecisions, AsyncImplicitQuestions):
    """Takes the place of `casbin.AsyncEnforcer`.

    What a call changes between two of its `await`s is seen at once. While it waits, the policy in force
    answers, and other calls may change it.
    """
