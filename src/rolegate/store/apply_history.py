"""What the history keeps of an apply: in each domain, what the files say otherwise by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rolegate.administration.tenant_documents import DocumentChange, DocumentKind, DocumentName
from rolegate.store.item import ITEM_KINDS, NO_DOMAIN, Document, Identity, Item, ItemKind
from rolegate.store.plan_commits import short_source
from rolegate.store.write_items import ItemChanges

MOST = 20
"""So many documents are kept of a domain; of the others, how many there are: the set is in git."""

APPLY = "apply"
"""What the content of such an entry says under `history`."""

_MARKS = {"added": "+", "changed": "~", "removed": "-"}


@dataclass(frozen=True, slots=True)
class AppliedFiles:
    """What files changed in a domain: whole `files`, the first documents, and how many `more`."""

    source: str | None
    files: tuple[str, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    more: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> AppliedFiles | None:
        """That of the *content* of an entry; None for an entry of something else."""
        if content.get("history") != APPLY:
            return None
        changes = (change_of(one["kind"], one["before"], one["after"]) for one in content["changes"])
        return cls(content["source"], tuple(content["files"]), tuple(changes), content["more"])

    def __str__(self) -> str:
        said = [f"~ {name}" for name in self.files]
        said += (f"{_mark(change)} {change.name.words}" for change in self.documents)
        said += (f"{_MARKS[word]} {number} more" for word, number in self.more.items())
        return f"files were applied from {short_source(self.source)}: {', '.join(said)}"


def _mark(change: DocumentChange) -> str:
    return "+" if change.before is None else "-" if change.after is None else "~"


def change_of(kind: DocumentKind, before: Document | None, after: Document | None) -> DocumentChange:
    """A change as it was written."""
    document = after if after is not None else before
    assert document is not None  # noqa: S101 - one of them is there
    return DocumentChange(DocumentName.of(kind, document), before, after)


def entries_of_apply(
    by: str | None, source: str | None, files: Sequence[str], items: ItemChanges, before: Iterable[Item]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is remembered of an apply *by* somebody: whole *files*, and *items*, which were those *before*."""
    was: dict[Identity, Item] = {item.identity: item for item in before}
    by_domain: dict[str, list[tuple[str, Item]]] = {NO_DOMAIN: []} if files else {}
    for word, several in zip(_MARKS, items, strict=True):
        for item in several:
            by_domain.setdefault(item.domain, []).append((word, item))
    who = {"system": "operator"} if by is None else {"user": by}
    for domain, found in by_domain.items():
        found.sort(key=lambda one: ITEM_KINDS.index(one[1].kind))
        more: dict[str, int] = {}
        for word, _ in found[MOST:]:
            more[word] = more.get(word, 0) + 1
        yield (
            domain,
            {
                "history": APPLY,
                "actor": who,
                "source": source,
                "files": list(files) if domain == NO_DOMAIN else [],
                "changes": [_said(word, item, was) for word, item in found[:MOST]],
                "more": more,
            },
        )


def _said(word: str, item: Item, was: Mapping[Identity, Item]) -> dict[str, Any]:
    before = None if word == "added" else was[item.identity].document
    after = None if word == "removed" else item.document
    return {"kind": _kind(item.kind), "before": before, "after": after}


def _kind(kind: ItemKind) -> DocumentKind:
    return "line" if kind in ("binding", "restriction") else kind  # type: ignore[return-value]
