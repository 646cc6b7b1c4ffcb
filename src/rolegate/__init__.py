"""Authorization as code on Casbin.

Permission catalogs, roles, tenants and bindings are YAML in git; `load` reads a policy set and answers
questions about it. Importing this module loads neither YAML nor Casbin; each name is loaded when it is used.
"""

from __future__ import annotations

from importlib import import_module

# Not from `typing`, which takes longer to import than everything here together.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from rolegate.catalog.syntax import GrantSyntaxError as GrantSyntaxError
    from rolegate.catalog.syntax import parse_instance as parse_instance
    from rolegate.compiled.compile import model_text as model_text
    from rolegate.compiled.lines import Compiled as Compiled
    from rolegate.diagnostics import Diagnostic as Diagnostic
    from rolegate.documents.schema import schemas as schemas
    from rolegate.engine.question import Note as Note
    from rolegate.engine.question import Question as Question
    from rolegate.engine.snapshot import Decision as Decision
    from rolegate.errors import GuardError as GuardError
    from rolegate.errors import PolicyInvalid as PolicyInvalid
    from rolegate.errors import PolicyNotFound as PolicyNotFound
    from rolegate.errors import QuestionInvalid as QuestionInvalid
    from rolegate.errors import RolegateError as RolegateError
    from rolegate.errors import SelectionError as SelectionError
    from rolegate.errors import UnknownName as UnknownName
    from rolegate.gate import Gate as Gate
    from rolegate.gate import Status as Status
    from rolegate.gates.forbidden import Forbidden as Forbidden
    from rolegate.gates.subject import Subject as Subject
    from rolegate.grants.selection import Selection as Selection
    from rolegate.policy import Policy as Policy
    from rolegate.policy import Validation as Validation
    from rolegate.policy import load as load
    from rolegate.policy import schema_for as schema_for
    from rolegate.policy import validate as validate
    from rolegate.records.errors import RecordError as RecordError
    from rolegate.records.errors import ScopeUndefined as ScopeUndefined
    from rolegate.review.explain import Explanation as Explanation
    from rolegate.review.explain import Step as Step
    from rolegate.review.holders import Holder as Holder
    from rolegate.review.holders import Instances as Instances
    from rolegate.review.matrix import Matrix as Matrix
    from rolegate.review.matrix import MatrixRow as MatrixRow
    from rolegate.review.suggest import Suggestion as Suggestion
    from rolegate.review.tree import TreeNode as TreeNode
    from rolegate.review.writing import grants_of as grants_of

__version__ = "0.1.0"

_HOMES = {
    "Compiled": "compiled.lines",
    "Decision": "engine.snapshot",
    "Diagnostic": "diagnostics",
    "Explanation": "review.explain",
    "Forbidden": "gates.forbidden",
    "Gate": "gate",
    "GrantSyntaxError": "catalog.syntax",
    "GuardError": "errors",
    "Holder": "review.holders",
    "Instances": "review.holders",
    "Matrix": "review.matrix",
    "MatrixRow": "review.matrix",
    "Note": "engine.question",
    "Policy": "policy",
    "PolicyInvalid": "errors",
    "PolicyNotFound": "errors",
    "Question": "engine.question",
    "RecordError": "records.errors",
    "ScopeUndefined": "records.errors",
    "QuestionInvalid": "errors",
    "RolegateError": "errors",
    "Selection": "grants.selection",
    "SelectionError": "errors",
    "grants_of": "review.writing",
    "Status": "gate",
    "Step": "review.explain",
    "Subject": "gates.subject",
    "Suggestion": "review.suggest",
    "TreeNode": "review.tree",
    "UnknownName": "errors",
    "Validation": "policy",
    "load": "policy",
    "model_text": "compiled.compile",
    "parse_instance": "catalog.syntax",
    "schema_for": "policy",
    "schemas": "documents.schema",
    "validate": "policy",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module `rolegate` has no attribute `{name}`")
    value = getattr(import_module(f"rolegate.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
