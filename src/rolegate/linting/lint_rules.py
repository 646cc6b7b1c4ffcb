"""The rules of lint: the code of each, how it is looked for, and how much it counts without settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rolegate.diagnostics import Report
from rolegate.linting.covered_exceptions import find_covered_exceptions
from rolegate.linting.covered_grants import find_covered_grants
from rolegate.linting.deprecated_dependencies import find_deprecated_dependencies
from rolegate.linting.ending_lines import find_ending_lines
from rolegate.linting.equal_roles import find_copies_of_defaults, find_equal_roles
from rolegate.linting.idle_restrictions import find_idle_restrictions
from rolegate.linting.labels_to_write import find_labels_to_write
from rolegate.linting.lint_levels import Level
from rolegate.linting.linted_set import LintedSet
from rolegate.linting.listed_instances import find_listed_instances
from rolegate.linting.sensitive_stars import find_sensitive_stars
from rolegate.linting.unheld_permissions import find_unheld_permissions
from rolegate.linting.unheld_roles import find_unheld_roles


@dataclass(frozen=True, slots=True)
class LintRule:
    """A rule finds what has its code; `level` is what that counts as unless settings say otherwise."""

    code: str
    find: Callable[[LintedSet, Report], None]
    level: Level = "warning"


RULES: tuple[LintRule, ...] = (
    LintRule("RG800", find_covered_grants),
    LintRule("RG801", find_covered_exceptions),
    LintRule("RG802", find_unheld_roles, "note"),
    LintRule("RG803", find_unheld_permissions, "note"),
    LintRule("RG804", find_equal_roles),
    LintRule("RG805", find_copies_of_defaults),
    LintRule("RG806", find_listed_instances, "note"),
    LintRule("RG807", find_sensitive_stars),
    LintRule("RG808", find_idle_restrictions, "note"),
    LintRule("RG809", find_ending_lines),
    LintRule("RG810", find_labels_to_write, "note"),
    LintRule("RG811", find_deprecated_dependencies),
)
