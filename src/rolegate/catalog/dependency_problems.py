"""What can be wrong with `requires`, `implies` and `recommends`, each finding in its words.

`key` is the one of these that an entry belongs to. Each function adds one finding to a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rolegate.catalog.model import Permission
from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean
from rolegate.documents.text import Text
from rolegate.encoding import readable


def names_group(
    report: Report, entry: Text, key: str, owner: str, group: str, halves: Sequence[str] = ()
) -> None:
    """*halves* are the permissions that may be meant, if the group is a field with scopes."""
    help = "name single permissions: what a group holds changes over time"
    if halves:
        shown = " or ".join(f"`{half}`" for half in halves)
        help = f"`{group}` is a field with scopes: name {shown}"
    report.add("RG209", entry.span, f"`{key}` of `{owner}` names the group `{group}`", help)


def target_unknown(
    report: Report, entry: Text, key: str, owner: str, path: str, paths: Iterable[str], fate: str, beside: str
) -> None:
    """*beside* is the path of a permission of that name in the group of *owner*, if there is one."""
    parts = [part for part in re.split(r"[,;\s]+", path) if part]
    if len(parts) > 1:
        paths = frozenset(paths)
        if not paths.isdisjoint(parts):
            fate = f"write a list: `[{', '.join(parts)}]`"
    otherwise = did_you_mean(path, paths) or "write the whole path, such as `tickets.show`"
    help = fate or (f"write the whole path, `{beside}`" if beside else otherwise)
    report.add("RG207", entry.span, f"`{key}` of `{owner}` names an unknown permission `{path}`", help)


def names_itself(report: Report, entry: Text, key: str, owner: str) -> None:
    report.add("RG208", entry.span, f"`{owner}` {key} itself", "remove the entry")


def scope_unknown(report: Report, entry: Text, target: str, scope: str, help: str) -> None:
    report.add("RG304", entry.span, f"`{target}` has no scope `{scope}`", help)


def instance_misfit(report: Report, entry: Text, target: str, instance: str, help: str) -> None:
    report.add("RG306", entry.span, f"`[{readable(instance)}]` does not fit `{target}`", help)


def implied_scope_unclear(report: Report, entry: Text, owner: str, target: str, broadest: str) -> None:
    message = f"`{owner}` implies `{target}`, and it is not clear at which scope"
    help = f"the two share no scopes: name one, e.g. `{entry}@{broadest}`"
    report.add("RG209", entry.span, message, help)


def implied_instance_unclear(report: Report, entry: Text, owner: str, target: str, scope: str | None) -> None:
    message = f"`{owner}` implies `{target}`, and it is not clear on which instance"
    suffix = "" if scope is None else f"@{scope}"
    help = f"the two share no resource: name an instance, e.g. `{target}[*]{suffix}`"
    report.add("RG209", entry.span, message, help)


def circle(
    report: Report, span: Span, key: str, shown: Sequence[str], places: Iterable[RelatedSpan], by_header: bool
) -> None:
    """A permission leads back to itself; with *by_header*, a step of the way is written as a `header`."""
    help = "remove one of the entries"
    if by_header:
        help += "; everything in a group with a `header` requires the header"
    steps = " -> ".join(f"`{step}`" for step in shown)
    report.add("RG208", span, f"`{shown[0]}` {key} itself: {steps}", help, places)


def addons_in_circle(report: Report, span: Span, shown: Sequence[str], places: Iterable[RelatedSpan]) -> None:
    steps = " -> ".join(f"`{step}`" for step in shown)
    message = f"the add-on `{shown[0]}` requires itself: {steps}"
    report.add("RG208", span, message, "remove one of the entries", places)


def less_available(report: Report, span: Span, owner: Permission, target: Permission) -> None:
    message = f"`{owner.path}` is available where `{target.path}`, which it needs, is not"
    help = f"`{target.path}` needs {target.availability.in_words}: let `{owner.path}` need that as well"
    if not owner.availability.meets(target.availability):
        help = "no domain has both of them: remove the entry"
    report.add("RG210", span, message, help)


def target_by_name(report: Report, entry: Text, key: str, owner: Permission, target: str) -> None:
    message = f"`{owner.path}` {key} `{target}`, which is granted by name only"
    help = f"remove the entry, and grant `{target}` where it is wanted"
    if not owner.hidden:
        help += f"; or write `by_name: true` on `{owner.path}` as well"
    report.add("RG227", entry.span, message, help)


def never_together(report: Report, span: Span, owner: str, target: str) -> None:
    message = f"`{owner}` implies `{target}`, and no domain has both of them"
    report.add("RG210", span, message, "remove the entry, or let one of them be available in more domains")


# -- hidden permissions --------------------------------------------------------------------------------------


def target_hidden(report: Report, entry: Text, key: str, owner: str, target: str) -> None:
    help = f"name a permission that can be granted, or remove `hidden` from `{target}`"
    report.add("RG221", entry.span, f"`{owner}` {key} `{target}`, which is hidden", help)


def owner_hidden(report: Report, entry: Text, key: str, owner: str) -> None:
    message = f"`{owner}` is hidden, so it cannot have `{key}`"
    help = f"move the entry to the permissions that imply `{owner}`, or remove `hidden`"
    report.add("RG221", entry.span, message, help)


def hidden_instances_differ(report: Report, entry: Text, owner: Permission, target: Permission) -> None:
    message = (
        f"`{owner.path}` is per {'/'.join(owner.chain)}, and it implies the hidden `{target.path}`,"
        f" which is per {'/'.join(target.chain)}"
    )
    help = (
        f"let `{target.path}` be per {owner.chain[-1]} as well, or let `{owner.path}` imply it on every"
        f" {target.chain[-1]}: `{target.path}[*]`"
    )
    report.add("RG221", entry.span, message, help)


def hidden_unreachable(report: Report, span: Span, path: str) -> None:
    message = f"`{path}` is hidden, and nothing implies it: nobody can hold it"
    report.add("RG220", span, message, f"add `implies: {path}` to what needs it, or remove `hidden`")
