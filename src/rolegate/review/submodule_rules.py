"""What happens to submodules, as an approval of any set names it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from rolegate.documents.approvals_file import ApprovalShape
from rolegate.loading.set_pairs import ChangedSubmodule

OF_A_SUBMODULE = "submodule "
"""Begins the rule about what happens to a submodule, which an approval of any set may name."""


def submodule_rule(module: ChangedSubmodule) -> str:
    """What happens to *module*."""
    if module.new is None:
        return _rule(module.folder, "gone")
    return _rule(module.folder, f"{'new at' if module.old is None else 'moved to'} {module.new}")


def known_rules(changed: Iterable[ChangedSubmodule], now: Mapping[str, str]) -> frozenset[str]:
    """The rules that an approval may name: what happens, and how each submodule came to where it is *now*.

    That was approved with an earlier change; it may also be in another folder than the one that is compared.
    """
    came = [_rule(folder, f"{how} {at}") for folder, at in now.items() for how in ("new at", "moved to")]
    return frozenset((*map(submodule_rule, changed), *came))


def is_of_submodules(approvals: Iterable[ApprovalShape]) -> bool:
    """Whether one of *approvals* is of what happens to a submodule."""
    return any(text.startswith(OF_A_SUBMODULE) for approval in approvals for text in approval.rules or ())


def _rule(folder: str, what: str) -> str:
    return f"{OF_A_SUBMODULE}{json.dumps(folder, ensure_ascii=False)}: {what}"
