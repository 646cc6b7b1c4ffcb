"""A change judged over a ground that is kept is judged as in the whole set: the same refusals."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from administered_desk import CATALOG, NOW
from administered_walks import AS_FILES, DEFAULTS, Step, walked
from drawing import some
from pressing_walks import pressed
from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.administration import Administration
from rolegate.administration.grounded_set import GroundedSet
from rolegate.administration.set_over_ground import SetOverGround, TenantGround
from rolegate.administration.tenant_documents import Document, DocumentKind, TenantDocuments, said
from rolegate.diagnostics import Report
from rolegate.documents.capture import Files
from rolegate.documents.set_reader import read_set
from rolegate.giving.may_give import Refusal
from rolegate.giving.timed_rights import TimedRights


@cache
def ground() -> TenantGround:
    """That of the desk."""
    roles = {f"roles/{role['role']}.yaml": said(role).encode() for role in DEFAULTS}
    files = Files(Path("desk"), {"catalog.yaml": CATALOG, "domains.yaml": b"domains: {}", **roles})
    report = Report()
    documents = read_set(files, report)
    assert documents is not None, report.diagnostics
    found = TenantGround.of(documents, report)
    assert found is not None, report.diagnostics
    return found


def near(documents: TenantDocuments, domains: Iterable[str]) -> set[str]:
    """*domains*, and those around and inside them."""
    names = [one["domain"] for one in documents.of_kind("domain")]
    wanted = {outer for name in domains for outer in documents.around(name)}
    return wanted | {name for name in names if any(one in documents.around(name) for one in domains)}


def part(documents: TenantDocuments, domains: set[str]) -> TenantDocuments:
    """The documents of *domains*, and of default roles."""
    kept = {name: one for name, one in documents.by_name.items() if (name.domain or "") in {*domains, ""}}
    return TenantDocuments(kept)


def summed(refusals: Iterable[Refusal]) -> set[tuple[object, ...]]:
    """What refusals say, without the places of what is found, which are others."""
    return {
        (one.reason, one.domain, one.right, None if one.finding is None else one.finding.code)
        for one in refusals
    }


FILES = Administration(AS_FILES)
_read: dict[int, AdministeredSet] = {}


def as_files(documents: TenantDocuments) -> AdministeredSet:
    """The whole set, read as files; what comes after a change comes before the next one."""
    known = _read.get(id(documents))
    if known is None or known.documents is not documents:
        if len(_read) > 8:
            _read.clear()
        known = _read[id(documents)] = AS_FILES(documents)
    return known


def check(step: Step) -> bool:
    """Whether the change is of domains, and then that it is judged the same by itself.

    Whether somebody is gone from all tenants, which the application alone may act upon, is not told here.
    """
    sides = step.before.documents, step.after.documents
    old, new = map(as_files, sides)
    expected = summed(FILES.judge(step.actor, old, new, NOW))
    assert expected == summed(step.refusals), step.change
    domains = frozenset(change.domain or "" for change in sides[0].changes_to(sides[1]))
    if step.actor.system or "" in domains or not domains:
        return False
    desk = Administration(SetOverGround(ground(), domains))
    names = near(sides[0], domains) | near(sides[1], domains)
    before, after = (desk.read(part(side, names)) for side in sides)
    assert expected == summed(desk.judge(step.actor, before, after, NOW)), step.change
    return True


def remembering(steps: Iterable[Step]) -> int:
    """How often something is remembered of the set before; each set is the one that is read anew."""
    last: AdministeredSet | None = None
    taken = 0
    for step in steps:
        documents = step.after.documents
        names = frozenset(str(one["domain"]) for one in documents.of_kind("domain"))
        over = SetOverGround(ground(), names)
        anew, found = over(documents), over(documents, last)
        assert summed_errors(found) == summed_errors(anew)
        if found.resolved is not None and anew.resolved is not None:
            assert lines_of(found) == lines_of(anew), step.change
            assert found.resolved.roles.versions == anew.resolved.roles.versions
        if last is not None and last.basis is not None and found.basis is not None:
            before, now = last.basis.remembered.now, found.basis.remembered.now
            taken += any(now[key] is before[key] for key in now.keys() & before.keys())
        last = found
    return taken


def lines_of(found: AdministeredSet) -> dict[str, tuple[object, ...]]:
    """The lines of each domain, wherever they say that they are from."""
    assert found.lines is not None
    return {name: made.lines for name, made in found.lines(found.known, NOW).items()}


@pytest.mark.parametrize("seed", range(some(16, 24)))
def test_random_changes_are_judged_alike(seed: int) -> None:
    """Of random tenants by random people, made and refused; and what is remembered is as it is read anew."""
    steps = tuple(walked(seed, 40))
    assert sum(map(check, (*steps, *pressed(seed, 12)))) > 10
    assert remembering(steps) > 10


FAULTS = {
    "nobody gains": ("rights_at_moment.RightsAtMoment.unlike", lambda *_: iter(())),
    "default roles hold nothing": ("rights_at_moment.KnownRights.of", lambda *_: TimedRights()),
}


@cache
def walk_of_faults() -> tuple[Step, ...]:
    """A walk in which each of them matters."""
    return tuple(walked(3, 60))


@pytest.mark.parametrize("fault", FAULTS)
def test_the_law_sees_what_is_left_out(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without each of these, some change is judged otherwise."""
    steps = walk_of_faults()
    assert any(check(step) for step in steps)
    place, wrong = FAULTS[fault]
    monkeypatch.setattr(f"rolegate.administration.{place}", wrong)
    monkeypatch.setitem(
        globals(), "ground", cache(ground.__wrapped__)
    )  # the kept one remembers what is right
    with pytest.raises(AssertionError):
        assert [step for step in steps if check(step)]


@pytest.mark.parametrize("place", ["grants.remembered", "administration.written_documents"])
def test_the_law_sees_what_is_remembered_too_long(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody looks whether something is the same still, some set is another one."""
    monkeypatch.setattr(f"rolegate.{place}._same", lambda *_: True)
    with pytest.raises((AssertionError, KeyError)):
        remembering(walk_of_faults())


def test_a_role_at_fault_is_set_aside() -> None:
    """As in the whole set: it holds nothing, and what else the domain has is as it was."""
    documents = TenantDocuments.of(
        [
            *(("role", role) for role in DEFAULTS),
            ("domain", {"domain": "acme", "plan": "pro"}),
            ("role", {"role": "broken", "domain": "acme", "grants": ["nowhere.at.all", "refund"]}),
            ("role", {"role": "upon", "domain": "acme", "extends": ["broken"], "grants": ["refund"]}),
            ("line", {"user": "ana", "role": "broken", "domain": "acme"}),
            ("line", {"user": "ana", "role": "agent", "domain": "acme"}),
        ]
    )
    whole = AS_FILES(documents)
    alone = SetOverGround(ground(), frozenset({"acme"}))(documents)
    assert [one.code for one in whole.errors] == [one.code for one in alone.errors]
    assert [part.role for part in whole.known.set_aside] == [part.role for part in alone.known.set_aside]
    sides = (side.held(NOW).of("user:ana", "acme") for side in (whole, alone))
    assert next(sides) == next(sides) != TimedRights()


def grounded(*more: tuple[DocumentKind, Document]) -> tuple[GroundedSet, TenantDocuments]:
    """A set of two tenants and one inside, read over a ground, and its documents."""
    kept: list[tuple[DocumentKind, Document]] = [("role", role) for role in DEFAULTS]
    kept += [("domain", {"domain": "acme", "plan": "pro"}), ("domain", {"domain": "beta", "plan": "pro"})]
    kept.append(("domain", {"domain": "acme-emea", "within": "acme", "instances": {"inbox": ["Support"]}}))
    return GroundedSet(AS_FILES.files_of), TenantDocuments.of([*kept, *more])


def test_each_tenant_of_several_is_judged() -> None:
    """Also the second one: a line of it restricts an instance that it does not have."""
    lines: list[tuple[DocumentKind, Document]] = [
        ("domain", {"domain": "beta", "plan": "pro", "instances": {"inbox": ["Sales"]}}),
        ("line", {"user": "bo", "restrict": ["inboxes.access[Support]"], "domain": "beta"}),
    ]
    read, documents = grounded(*lines)
    assert summed_errors(AS_FILES(documents)) == summed_errors(read(documents)) != set()


def test_what_a_sibling_has_is_no_fault_of_a_change() -> None:
    """`acme` restricts what only a domain inside it lists; another one inside it changes."""
    read, documents = grounded(
        ("domain", {"domain": "acme-apac", "within": "acme", "instances": {"inbox": ["Sales"]}}),
        ("line", {"user": "bo", "restrict": ["inboxes.access[Support]"], "domain": "acme"}),
    )
    assert AS_FILES(documents).errors == ()
    near_apac = part(documents, {"acme", "acme-apac"})
    assert read(near_apac, {"acme-apac"}).errors == ()
    assert read(near_apac).errors != ()


def summed_errors(found: AdministeredSet) -> set[tuple[str, str]]:
    return {(one.code, one.message) for one in found.errors}
