"""A `casbin.Enforcer` that looks its answers up."""

from __future__ import annotations

from rolegate.casbin.change_scopes import followed
from rolegate.casbin.implicit_questions import ImplicitQuestions
from rolegate.casbin.indexed_decisions import IndexedDecisions


@followed
class IndexedEnforcer(IndexedDecisions, ImplicitQuestions):
    """Takes the place of `casbin.Enforcer`, with the same answers for roles, domains and denials."""
