"""Policy sets that multiply: small texts, each a product of two or three things that files may hold many of.

`SETS` has, by name, a function from a size to the files of a set, and the size at which the set is largest
within the limits of a set (5 MB a file; 100,000 values, where a mapping counts as two and a file as ten).
Text grows in proportion to the size.
"""

from __future__ import annotations

from adversarial import dependencies, domains, findings, mistakes, much_of_one_thing, roles, teams
from adversarial.making import SETS as SETS
from adversarial.making import write as write

__all__ = ["SETS", "write"]
_MODULES = (dependencies, domains, findings, mistakes, much_of_one_thing, roles, teams)
"""They enter their makers into `SETS` when they are imported."""
