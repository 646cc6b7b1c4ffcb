"""What happens to submodules, and to links out of the repository, as an approval of any set names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rolegate.documents.approvals_file import ApprovalShape
from rolegate.loading.set_pairs import ChangedPointer
from rolegate.review.owned_names import in_quotes

_SUBMODULE, _LINK = "submodule", "link"
OF_A_POINTER = (f"{_SUBMODULE} ", f"{_LINK} ")
"""Begin the rules about what a repository only points to, which an approval of any set may name."""


def pointer_rule(pointer: ChangedPointer) -> str:
    """What happens to *pointer*."""
    if pointer.is_link:
        said = "gone" if pointer.new is None else f"leads to {in_quotes(pointer.new)}"
        return f"{_LINK} {in_quotes(pointer.folder)}: {said}"
    if pointer.new is None:
        return _of_submodule(pointer.folder, "gone")
    return _of_submodule(pointer.folder, f"{'new at' if pointer.old is None else 'moved to'} {pointer.new}")


def known_rules(changed: Iterable[ChangedPointer], now: Iterable[ChangedPointer]) -> frozenset[str]:
    """The rules that an approval may name: what happens, and how each came to where it is *now*.

    That was approved with an earlier change; it may also be in another folder than the one that is compared.
    """
    came = [pointer_rule(replace(known, old=old)) for known in now for old in (None, known.new)]
    return frozenset((*map(pointer_rule, changed), *came))


def is_of_pointers(approvals: Iterable[ApprovalShape]) -> bool:
    """Whether one of *approvals* is of what the repository points to."""
    return any(text.startswith(OF_A_POINTER) for approval in approvals for text in approval.rules or ())


def _of_submodule(folder: str, what: str) -> str:
    return f"{_SUBMODULE} {in_quotes(folder)}: {what}"
