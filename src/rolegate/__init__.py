"""Authorization as code on Casbin.

Permission catalogs, roles, tenants and bindings are YAML in git; `load` reads a policy set and answers
questions about it. Importing this module loads neither YAML nor Casbin; each name is loaded when it is used.
"""

from __future__ import annotations

from rolegate.lazy_names import lazy_names

# Not from `typing`, which takes longer to import than everything here together.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from rolegate.answers.bound_lines import BoundLine as BoundLine
    from rolegate.answers.explain import Explanation as Explanation
    from rolegate.answers.explanation_step import ExplanationStep as ExplanationStep
    from rolegate.answers.instances import AllowedInstances as AllowedInstances
    from rolegate.answers.matrix import Matrix as Matrix
    from rolegate.answers.matrix import MatrixCell as MatrixCell
    from rolegate.answers.matrix import MatrixColumn as MatrixColumn
    from rolegate.answers.matrix import MatrixRow as MatrixRow
    from rolegate.answers.matrix_csv import matrix_csv as matrix_csv
    from rolegate.answers.matrix_html import matrix_html as matrix_html
    from rolegate.answers.matrix_markdown import matrix_markdown as matrix_markdown
    from rolegate.answers.missing_labels import MissingLabel as MissingLabel
    from rolegate.answers.restriction_states import RestrictionState as RestrictionState
    from rolegate.answers.role_texts import RoleText as RoleText
    from rolegate.answers.suggest import Suggestion as Suggestion
    from rolegate.answers.tree_html import tree_html as tree_html
    from rolegate.answers.who_can import PermissionHolder as PermissionHolder
    from rolegate.catalog.grant_syntax import GrantSyntaxError as GrantSyntaxError
    from rolegate.catalog.grant_syntax import parse_instance as parse_instance
    from rolegate.compiled.lines import CompiledPolicy as CompiledPolicy
    from rolegate.compiled.model_conf import casbin_model_text as casbin_model_text
    from rolegate.diagnostics import Diagnostic as Diagnostic
    from rolegate.documents.acceptances import AcceptedFinding as AcceptedFinding
    from rolegate.documents.limits import Limits as Limits
    from rolegate.documents.role_parts import RoleParts as RoleParts
    from rolegate.documents.route_lock import GuardedRoute as GuardedRoute
    from rolegate.documents.route_lock import lock_text as lock_text
    from rolegate.documents.schema import json_schemas as json_schemas
    from rolegate.engine.decision import Decision as Decision
    from rolegate.engine.question import DecisionNote as DecisionNote
    from rolegate.engine.question import Question as Question
    from rolegate.errors import CasbinImportError as CasbinImportError
    from rolegate.errors import ChangeError as ChangeError
    from rolegate.errors import ConflictError as ConflictError
    from rolegate.errors import EditError as EditError
    from rolegate.errors import GuardError as GuardError
    from rolegate.errors import InvalidExpectationsError as InvalidExpectationsError
    from rolegate.errors import InvalidPolicyError as InvalidPolicyError
    from rolegate.errors import InvalidQuestionError as InvalidQuestionError
    from rolegate.errors import PlanRefusedError as PlanRefusedError
    from rolegate.errors import PolicyNotFoundError as PolicyNotFoundError
    from rolegate.errors import RefusedChangeError as RefusedChangeError
    from rolegate.errors import RevisionError as RevisionError
    from rolegate.errors import RolegateError as RolegateError
    from rolegate.errors import RouteLockError as RouteLockError
    from rolegate.errors import SettingsError as SettingsError
    from rolegate.errors import StoreError as StoreError
    from rolegate.errors import TreeTooLargeError as TreeTooLargeError
    from rolegate.errors import UnknownNameError as UnknownNameError
    from rolegate.gate.binding_source import AsyncBindingSource as AsyncBindingSource
    from rolegate.gate.binding_source import BindingSource as BindingSource
    from rolegate.gate.binding_source import BindingsUnavailableError as BindingsUnavailableError
    from rolegate.gate.binding_source import DomainBindings as DomainBindings
    from rolegate.gate.binding_source import PolicyStaleError as PolicyStaleError
    from rolegate.gate.forbidden import Forbidden as Forbidden
    from rolegate.gate.gate import Gate as Gate
    from rolegate.gate.reloading import DomainStatus as DomainStatus
    from rolegate.gate.reloading import GateStatus as GateStatus
    from rolegate.gate.subject import Subject as Subject
    from rolegate.grants.set_aside import SetAside as SetAside
    from rolegate.importing.casbin_mapping import CasbinMapping as CasbinMapping
    from rolegate.importing.import_casbin import CasbinImport as CasbinImport
    from rolegate.importing.import_casbin import import_casbin as import_casbin
    from rolegate.importing.import_proof import AnswerDifference as AnswerDifference
    from rolegate.importing.import_proof import ImportProof as ImportProof
    from rolegate.linting.fix import LintFix as LintFix
    from rolegate.linting.fix import lint_fix as lint_fix
    from rolegate.linting.format_sets import format_sets as format_sets
    from rolegate.linting.lint import LintResult as LintResult
    from rolegate.linting.lint import lint as lint
    from rolegate.linting.lint_levels import LintSettings as LintSettings
    from rolegate.linting.read_settings import read_settings as read_settings
    from rolegate.loading.load import Validation as Validation
    from rolegate.loading.load import load as load
    from rolegate.loading.sources import load_source as load_source
    from rolegate.policy.policy import Policy as Policy
    from rolegate.records.errors import RecordError as RecordError
    from rolegate.records.errors import UndefinedScopeError as UndefinedScopeError
    from rolegate.review.access_diff import AccessDiff as AccessDiff
    from rolegate.review.access_diff import ChangedSubjects as ChangedSubjects
    from rolegate.review.access_diff import access_diff as access_diff
    from rolegate.review.broken_invariants import BrokenInvariant as BrokenInvariant
    from rolegate.review.broken_invariants import broken_invariants as broken_invariants
    from rolegate.review.expectation_results import ExpectationResult as ExpectationResult
    from rolegate.review.expectation_results import UnmetAnswer as UnmetAnswer
    from rolegate.review.expectation_run import ExpectationRun as ExpectationRun
    from rolegate.review.expectation_run import run_expectations as run_expectations
    from rolegate.review.extents import AccessChange as AccessChange
    from rolegate.review.gate_refusal import GateRefusal as GateRefusal
    from rolegate.review.gate_verdict import GateVerdict as GateVerdict
    from rolegate.review.gate_verdict import judge_change as judge_change
    from rolegate.review.invariants import Invariant as Invariant
    from rolegate.review.prove import Proof as Proof
    from rolegate.review.prove import prove as prove
    from rolegate.review.report_html import report_html as report_html
    from rolegate.review.validate_sets import validate as validate
    from rolegate.review.witness import Witness as Witness
    from rolegate.review.write_lists import WrittenLists as WrittenLists
    from rolegate.review.write_lists import write_expectations as write_expectations
    from rolegate.role_files.clone_role import ClonedRole as ClonedRole
    from rolegate.role_files.clone_role import clone_role as clone_role
    from rolegate.role_files.new_role import new_role as new_role
    from rolegate.role_files.read_role import read_role as read_role
    from rolegate.role_files.role_file import RoleFile as RoleFile
    from rolegate.role_files.role_file import WrittenRole as WrittenRole
    from rolegate.store.admin import StoreAdmin as StoreAdmin
    from rolegate.store.async_admin import AsyncEditedRole as AsyncEditedRole
    from rolegate.store.async_admin import AsyncStoreAdmin as AsyncStoreAdmin
    from rolegate.store.async_store import AsyncStore as AsyncStore
    from rolegate.store.async_store import AsyncStoreSnapshot as AsyncStoreSnapshot
    from rolegate.store.edited_role import EditedRole as EditedRole
    from rolegate.store.store import Store as Store
    from rolegate.store.store_snapshot import StoreSnapshot as StoreSnapshot
    from rolegate.tree.box_reasons import BoxHolder as BoxHolder
    from rolegate.tree.box_reasons import ClosedReason as ClosedReason
    from rolegate.tree.draft import Draft as Draft
    from rolegate.tree.draft_change import AlongWith as AlongWith
    from rolegate.tree.draft_change import DraftChange as DraftChange
    from rolegate.tree.draft_error import DraftError as DraftError
    from rolegate.tree.draft_findings import DraftFinding as DraftFinding
    from rolegate.tree.tree_node import TreeNode as TreeNode
    from rolegate.tree.write_grants import grants_of as grants_of

__version__ = "0.1.0"

_HOMES = {
    "AnswerDifference": "rolegate.importing.import_proof",
    "CasbinImport": "rolegate.importing.import_casbin",
    "CasbinImportError": "rolegate.errors",
    "CasbinMapping": "rolegate.importing.casbin_mapping",
    "ImportProof": "rolegate.importing.import_proof",
    "import_casbin": "rolegate.importing.import_casbin",
    "AccessChange": "rolegate.review.extents",
    "AccessDiff": "rolegate.review.access_diff",
    "ChangedSubjects": "rolegate.review.access_diff",
    "BrokenInvariant": "rolegate.review.broken_invariants",
    "Invariant": "rolegate.review.invariants",
    "Witness": "rolegate.review.witness",
    "Proof": "rolegate.review.prove",
    "prove": "rolegate.review.prove",
    "broken_invariants": "rolegate.review.broken_invariants",
    "ExpectationResult": "rolegate.review.expectation_results",
    "ExpectationRun": "rolegate.review.expectation_run",
    "UnmetAnswer": "rolegate.review.expectation_results",
    "run_expectations": "rolegate.review.expectation_run",
    "WrittenLists": "rolegate.review.write_lists",
    "write_expectations": "rolegate.review.write_lists",
    "RevisionError": "rolegate.errors",
    "ChangeError": "rolegate.errors",
    "ConflictError": "rolegate.errors",
    "PlanRefusedError": "rolegate.errors",
    "RefusedChangeError": "rolegate.errors",
    "AsyncEditedRole": "rolegate.store.async_admin",
    "AsyncStore": "rolegate.store.async_store",
    "AsyncStoreAdmin": "rolegate.store.async_admin",
    "AsyncStoreSnapshot": "rolegate.store.async_store",
    "EditedRole": "rolegate.store.edited_role",
    "Store": "rolegate.store.store",
    "StoreAdmin": "rolegate.store.admin",
    "StoreError": "rolegate.errors",
    "StoreSnapshot": "rolegate.store.store_snapshot",
    "access_diff": "rolegate.review.access_diff",
    "GateRefusal": "rolegate.review.gate_refusal",
    "GateVerdict": "rolegate.review.gate_verdict",
    "judge_change": "rolegate.review.gate_verdict",
    "load_source": "rolegate.loading.sources",
    "AcceptedFinding": "rolegate.documents.acceptances",
    "AsyncBindingSource": "rolegate.gate.binding_source",
    "BindingSource": "rolegate.gate.binding_source",
    "BindingsUnavailableError": "rolegate.gate.binding_source",
    "DomainBindings": "rolegate.gate.binding_source",
    "PolicyStaleError": "rolegate.gate.binding_source",
    "DomainStatus": "rolegate.gate.reloading",
    "BoundLine": "rolegate.answers.bound_lines",
    "MissingLabel": "rolegate.answers.missing_labels",
    "RestrictionState": "rolegate.answers.restriction_states",
    "ClonedRole": "rolegate.role_files.clone_role",
    "EditError": "rolegate.errors",
    "Limits": "rolegate.documents.limits",
    "RoleFile": "rolegate.role_files.role_file",
    "RoleParts": "rolegate.documents.role_parts",
    "WrittenRole": "rolegate.role_files.role_file",
    "clone_role": "rolegate.role_files.clone_role",
    "new_role": "rolegate.role_files.new_role",
    "read_role": "rolegate.role_files.read_role",
    "RoleText": "rolegate.answers.role_texts",
    "CompiledPolicy": "rolegate.compiled.lines",
    "Decision": "rolegate.engine.decision",
    "Diagnostic": "rolegate.diagnostics",
    "Explanation": "rolegate.answers.explain",
    "Forbidden": "rolegate.gate.forbidden",
    "Gate": "rolegate.gate.gate",
    "GrantSyntaxError": "rolegate.catalog.grant_syntax",
    "GuardError": "rolegate.errors",
    "GuardedRoute": "rolegate.documents.route_lock",
    "RouteLockError": "rolegate.errors",
    "lock_text": "rolegate.documents.route_lock",
    "PermissionHolder": "rolegate.answers.who_can",
    "AllowedInstances": "rolegate.answers.instances",
    "Matrix": "rolegate.answers.matrix",
    "MatrixCell": "rolegate.answers.matrix",
    "MatrixColumn": "rolegate.answers.matrix",
    "MatrixRow": "rolegate.answers.matrix",
    "DecisionNote": "rolegate.engine.question",
    "Policy": "rolegate.policy.policy",
    "InvalidExpectationsError": "rolegate.errors",
    "InvalidPolicyError": "rolegate.errors",
    "PolicyNotFoundError": "rolegate.errors",
    "Question": "rolegate.engine.question",
    "InvalidQuestionError": "rolegate.errors",
    "RecordError": "rolegate.records.errors",
    "RolegateError": "rolegate.errors",
    "UndefinedScopeError": "rolegate.records.errors",
    "AlongWith": "rolegate.tree.draft_change",
    "BoxHolder": "rolegate.tree.box_reasons",
    "ClosedReason": "rolegate.tree.box_reasons",
    "Draft": "rolegate.tree.draft",
    "DraftChange": "rolegate.tree.draft_change",
    "DraftFinding": "rolegate.tree.draft_findings",
    "DraftError": "rolegate.tree.draft_error",
    "TreeTooLargeError": "rolegate.errors",
    "GateStatus": "rolegate.gate.reloading",
    "ExplanationStep": "rolegate.answers.explanation_step",
    "Subject": "rolegate.gate.subject",
    "Suggestion": "rolegate.answers.suggest",
    "TreeNode": "rolegate.tree.tree_node",
    "UnknownNameError": "rolegate.errors",
    "SetAside": "rolegate.grants.set_aside",
    "Validation": "rolegate.loading.load",
    "grants_of": "rolegate.tree.write_grants",
    "format_sets": "rolegate.linting.format_sets",
    "LintFix": "rolegate.linting.fix",
    "lint_fix": "rolegate.linting.fix",
    "LintResult": "rolegate.linting.lint",
    "LintSettings": "rolegate.linting.lint_levels",
    "SettingsError": "rolegate.errors",
    "lint": "rolegate.linting.lint",
    "read_settings": "rolegate.linting.read_settings",
    "load": "rolegate.loading.load",
    "matrix_csv": "rolegate.answers.matrix_csv",
    "matrix_html": "rolegate.answers.matrix_html",
    "matrix_markdown": "rolegate.answers.matrix_markdown",
    "tree_html": "rolegate.answers.tree_html",
    "report_html": "rolegate.review.report_html",
    "casbin_model_text": "rolegate.compiled.model_conf",
    "parse_instance": "rolegate.catalog.grant_syntax",
    "json_schemas": "rolegate.documents.schema",
    "validate": "rolegate.review.validate_sets",
}

__all__ = sorted(_HOMES)

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
