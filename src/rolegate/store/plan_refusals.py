"""Why a plan cannot be applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.catalog.model import Catalog, Group
from rolegate.diagnostics import short
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.gate_refusal import GateRefusal
from rolegate.review.gate_verdict import GateVerdict
from rolegate.review.verdict_text import entry_text, refused, what_to_do
from rolegate.store.held_names import HeldName
from rolegate.store.item import Identity, Item
from rolegate.store.item_words import item_words, place_words
from rolegate.store.plan import PlanRefusal
from rolegate.store.stored_states import StoredState

_FIRST = 3
"""So many of what is refused together are named."""


def other_catalog(now: str, applied: str, store: str) -> PlanRefusal:
    """The set has another name than the one that is applied."""
    return PlanRefusal(
        "RG970",
        f"{store} holds the set `{short(applied)}`, and this one is called `{short(now)}`",
        "apply the set of that name, or make another store: `rolegate store init`",
    )


def undeclared(
    states: Iterable[StoredState], theirs: Mapping[Identity, Item], catalog: Catalog
) -> Iterator[PlanRefusal]:
    """What is gone from the files without a word, and run time names."""
    by_text: dict[str, list[StoredState]] = {}
    for state in states:
        if state.grant.reason == "unknown" or _scope_is_gone(state, catalog):
            by_text.setdefault(state.grant.text if state.key else state.grant.because, []).append(state)
    for text, several in by_text.items():
        items = [theirs[state.identity] for state in several if state.identity in theirs]
        names = ", ".join(f"{item_words(item)}{place_words(item)}" for item in items[:_FIRST])
        more = f" and {len(items) - _FIRST} more" if len(items) > _FIRST else ""
        what = f"`{short(text)}` is gone, and named by" if several[0].key else f"{text}:"
        yield PlanRefusal(
            "RG973",
            f"{what} {names}{more}",
            "say in the files what became of it, as `renamed_from`, `removed` or `removed_names`",
        )


def _scope_is_gone(state: StoredState, catalog: Catalog) -> bool:
    """Whether an entry names a scope that is neither there nor listed as removed."""
    if state.grant.reason != "scope":
        return False
    try:
        grant = parse_grant(state.grant.text, catalog.marked)
    except GrantSyntaxError:
        return False
    node = catalog.nodes[""] if grant.star and not grant.path else catalog.find(grant.path)
    inside = () if node is None else catalog.below(node.path) if isinstance(node, Group) else (node,)
    ladders = [p.ladder for p in inside if p.ladder is not None]
    known = [ladder for ladder in ladders if grant.scope in ladder.scopes or grant.scope in ladder.removed]
    return bool(ladders) and not known


def held_by_run_time(names: Iterable[HeldName]) -> Iterator[PlanRefusal]:
    """Names of the files that run time has for something of its own."""
    for held in names:
        yield PlanRefusal("RG904", held.what, held.help)


def unapproved(verdict: GateVerdict, old: Policy) -> Iterator[PlanRefusal]:
    """What the rules of review refuse; without rules, what is sensitive, and invariants that break."""
    rules = old.resolved.review
    for refusal in verdict.refusals:
        if rules is not None or refusal.kind in ("sensitive", "invariant") or _records(refusal, verdict):
            entry = "" if refusal.approval is None else f" {entry_text(refusal.approval)}"
            yield PlanRefusal("RG975", refused(refusal), what_to_do(refusal) + entry)


def _records(refusal: GateRefusal, verdict: GateVerdict) -> bool:
    known = (known for known in verdict.diff.conditions if known.gains and known.severity == "sensitive")
    return refusal.kind == "records" and any(known)


def unmanaged(domains: Iterable[str]) -> Iterator[PlanRefusal]:
    """That in *domains* nobody would be left who may manage roles."""
    for domain in sorted(domains):
        yield PlanRefusal(
            "RG976",
            f"nobody would be left in `{short(domain)}` who may manage roles there",
            "leave somebody the permission, or bind somebody to a role that has it",
        )


def losing_managers(diff: AccessDiff, old: Policy, new: Policy) -> frozenset[str]:
    """Domains in which somebody manages roles until now, and nobody will."""
    before, after = (_manages(policy.resolved.catalog) for policy in (old, new))
    if before is None:
        return frozenset()
    losing = (line for line in diff.subjects if line.loses and _is_about(line, before))
    domains = {domain for line in losing for domain in line.domains}
    if before != after:
        domains |= set(old.domains)
    return lost_managers(domains, old, new)


def unmanaged_domains(policy: Policy) -> frozenset[str]:
    """The domains in which nobody manages roles."""
    path = _manages(policy.resolved.catalog)
    return frozenset(one for one in policy.domains if path is None or not _managers(policy, path, one))


def lost_managers(domains: Collection[str], old: Policy, new: Policy) -> frozenset[str]:
    """Those of *domains* in which somebody manages roles until now, and nobody will."""
    before, after = (_manages(policy.resolved.catalog) for policy in (old, new))
    lost = {
        domain
        for domain in {*domains} & {*old.domains} & {*new.domains}
        if before and not (after and _managers(new, after, domain)) and _managers(old, before, domain)
    }
    # inside one of these, it follows
    return frozenset(one for one in lost if lost.isdisjoint(new.resolved.domains.outward(one)[1:]))


def _is_about(line: ChangedSubjects, path: str) -> bool:
    return any(path in change.permission.paths for change in line.changes)


def _manages(catalog: Catalog) -> str | None:
    manage = catalog.custom_roles.manage
    return None if manage is None else catalog.permission_of(manage).path


def _managers(policy: Policy, path: str, domain: str) -> bool:
    if policy.catalog.find(path) is None:
        return False
    return any(holder.kind != "role" for holder in policy.who_can(path, domain=domain, any=True))
