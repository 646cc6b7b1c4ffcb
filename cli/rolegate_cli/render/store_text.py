"""What is said of a store in text: what a change wrote, and its status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolegate.store.apply_files import StoredChange
    from rolegate.store.store_head import StoreHead
    from rolegate.store.store_status import StoreStatus
    from rolegate.store.upgrade import StoreUpgrade

OLDER = "  its tables are of an older release, and this one only reads them: run `rolegate store upgrade`"


def change_lines(name: str, change: StoredChange) -> Iterator[str]:
    """What was written, and the revision that the store has now."""
    if not change.changed:
        yield f"{name} has this already: its revision is still {change.revision}"
        return
    yield f"{name} is at revision {change.revision}"
    items, rules = change.items, change.rules
    if items.number:
        yield f"  items: {_difference(items.added, items.removed)}, {len(items.changed)} changed"
    if change.texts:
        yield f"  files: {change.texts} written"
    yield f"  rules: {_difference(rules.added, rules.removed)}"


def init_lines(name: str, head: StoreHead, *, made: bool) -> Iterator[str]:
    """That there is a store now, and what to do next."""
    if made:
        yield f"{name} is made, and empty: `rolegate store apply SOURCE` writes a policy set into it"
    else:
        yield f"{name} is there already: its revision is {head.revision}"
    if head.is_older:
        yield OLDER


def upgrade_lines(name: str, upgrade: StoreUpgrade) -> Iterator[str]:
    """What an upgrade did."""
    if not upgrade.changed:
        yield f"{name} has the tables and the rules of this release already"
        return
    yield f"{name} has the tables{'' if upgrade.errors else ' and the rules'} of this release now"
    if upgrade.revision is not None:
        rules = upgrade.rules
        yield f"  rules: {_difference(rules.added, rules.removed)}, at revision {upgrade.revision}"
    if upgrade.errors:
        yield f"  errors: {upgrade.errors} in the documents; `rolegate validate {name}` shows them"


def _difference(added: object, removed: object) -> str:
    return f"{len(added)} added, {len(removed)} removed"  # type: ignore[arg-type]  # collections


def status_lines(status: StoreStatus) -> Iterator[str]:
    """What is in a store, in lines."""
    head = status.head
    yield f"{status.name} is at revision {head.revision}"
    if not head.files_revision:
        yield "  it is empty: `rolegate store apply SOURCE` writes a policy set into it"
        return
    from rolegate.store.plan_commits import short_source

    source = short_source(head.source or "files")
    yield f"  applied {source} (catalog {head.catalog}), revision {head.files_revision}"
    for owner in ("files", "run time"):
        counts = [f"{n} {_named(kind, n)}" for (kind, of), n in status.items.items() if of == owner]
        if counts:
            yield f"  owned by {owner}: {', '.join(counts)}"
    yield f"  rules: {status.rules}" + ("" if not status.is_sound else ", as the documents say")
    entries = sum(one.number for one in status.heads)
    if entries:
        yield f"  history: {entries} entries; `--format json` has the last link of each domain"
    if head.next_moment is not None:
        help = "; `rolegate store refresh` brings them up to date" if status.due else ""
        yield f"  rules hold until {head.next_moment:%Y-%m-%dT%H:%M:%SZ}{help}"
    yield from _faults(status)


def _faults(status: StoreStatus) -> Iterator[str]:
    if status.missing or status.foreign:
        yield (
            f"  drift: {status.missing} rules are missing, {status.foreign} are not from the documents; "
            "apply the policy set again to mend that"
        )
    if status.altered:
        yield f"  altered: {status.altered} documents are not as they were written"
    if status.stale:
        yield (
            f"  digests: {status.stale} domains have none of their rules, or another one, and gates read "
            "their documents; apply the policy set again to mend that"
        )
    if status.errors:
        yield f"  errors: {status.errors} in the documents; `rolegate validate {status.name}` shows them"
    if status.head.is_newer:
        yield "  a newer release of rolegate wrote it: this one reads it, and does not write it"
    if status.head.is_older:
        yield OLDER


def _named(kind: str, number: int) -> str:
    return kind if number == 1 else f"{kind}s"
