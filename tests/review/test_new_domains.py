"""What a role holds in a new domain is no gain of it: people gain, and are told by name."""

from __future__ import annotations

from pathlib import Path

import rolegate
from desks import NOW
from git_desk import FILES
from reading import write
from rolegate import GateVerdict, judge_change

DOMAINS, LINES = FILES["domains.yaml"], FILES["bindings.yaml"]
GAMMA = DOMAINS + "  gamma: {plan: pro}\n"


def judged(folder: Path, before: dict[str, str], **files: str) -> GateVerdict:
    """The verdict on the desk with other texts in some files, *before* and after."""
    old = {**FILES, **before}
    new = {**old, **{f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}}
    sides = [rolegate.load(write(folder / name, made), at=NOW) for name, made in (("old", old), ("new", new))]
    return judge_change(*sides, at=NOW)


def told(verdict: GateVerdict) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(known.kind, known.names, known.domains) for known in verdict.diff.subjects]


def test_a_new_tenant_changes_nobodys_access(tmp_path: Path) -> None:
    """Its plan gives the roles nothing that they do not hold where everything is offered."""
    verdict = judged(tmp_path, {}, domains=GAMMA)
    assert (bool(verdict), told(verdict)) == (True, [])
    assert [str(note).partition("  ")[0] for note in verdict.diff.notes] == ["domain gamma is new"]


def test_whoever_is_bound_in_a_new_tenant_gains(tmp_path: Path) -> None:
    """And is named; so is everybody who holds something in it by a line of a domain around it."""
    lines = f"{LINES}  - {{user: eve, role: viewer, domain: gamma}}\n"
    assert told(judged(tmp_path / "one", {}, domains=GAMMA, bindings=lines)) == [
        ("user", ("eve",), ("gamma",))
    ]
    inner = told(judged(tmp_path / "two", {}, domains=DOMAINS + "  inner: {within: acme}\n"))
    assert {(kind, names) for kind, names, _ in inner} == {
        ("team", ("sales",)),
        ("user", ("ana",)),
        ("user", ("bo",)),
        ("user", ("cy",)),
    }


def test_a_role_that_belongs_to_a_new_tenant_gains(tmp_path: Path) -> None:
    """It was nowhere before, so nobody has looked at it."""
    catalog = FILES["catalog.yaml"].replace("plans:", "custom_roles: {}\nplans:", 1)
    role = "role: lead\ntitle: Lead\ndomain: gamma\ngrants: [billing.pay]\n"
    verdict = judged(tmp_path, {"catalog.yaml": catalog}, domains=GAMMA, roles__gamma__lead=role)
    assert told(verdict) == [("role", ("lead",), ("gamma",))]


def test_a_role_that_gains_with_a_new_tenant_gains_where_it_belongs(tmp_path: Path) -> None:
    """Once, for all domains."""
    viewer = "role: viewer\ngrants: [tickets.show@my, billing.pay]\n"
    verdict = judged(tmp_path, {}, domains=GAMMA, roles__viewer=viewer)
    assert [known for known in told(verdict) if known[0] == "role"] == [("role", ("agent", "viewer"), ())]


def test_another_plan_of_a_domain_is_told_beside_what_a_role_gains_everywhere(tmp_path: Path) -> None:
    """An approval of what viewers gain where it is offered does not offer it in another domain."""
    before = {"roles/boss.yaml": "role: boss\ngrants: [billing.*]\n", "bindings.yaml": "bindings: []\n"}
    viewer = "role: viewer\ngrants: [tickets.show@my, tickets.export]\n"
    pro = DOMAINS.replace("plan: free", "plan: pro")
    alone = told(judged(tmp_path / "one", before, roles__viewer=viewer))
    assert alone == [("role", ("agent", "viewer"), ())]
    both = told(judged(tmp_path / "two", before, roles__viewer=viewer, domains=pro))
    assert both == [*alone, ("role", ("agent", "viewer"), ("beta",))]


def test_what_a_domain_around_has_in_the_place_of_a_role_is_no_gain_in_a_new_one(tmp_path: Path) -> None:
    """There the name means the role of the domain around it, which holds as much where it belongs."""
    role = "role: careful\ndomain: acme\nreplaces: viewer\ngrants: [billing.pay]\n"
    catalog = FILES["catalog.yaml"].replace("plans:", "custom_roles: {}\nplans:", 1)
    before = {"catalog.yaml": catalog, "roles/careful.yaml": role, "bindings.yaml": "bindings: []\n"}
    inner = DOMAINS + "  inner: {within: acme, plan: pro}\n"
    assert told(judged(tmp_path, before, domains=inner)) == []


def test_a_domain_that_was_set_aside_is_not_new(tmp_path: Path) -> None:
    """Whatever its roles could do there once it is mended is told, as it was restricted before or not."""
    catalog = FILES["catalog.yaml"].replace("plans:", "custom_roles: {}\nplans:", 1)
    broken = "role: boss\ntitle: Boss\ndomain: beta\ngrants: [billing.pay]\n"
    before = {"catalog.yaml": catalog, "bindings.yaml": "bindings: []\n", "roles/beta/boss.yaml": broken}
    old = rolegate.load(write(tmp_path / "old", {**FILES, **before}), at=NOW)
    assert [part.domain for part in old.set_aside] == ["beta"]
    mended = {**FILES, **before}
    del mended["roles/beta/boss.yaml"]
    verdict = judge_change(old, rolegate.load(write(tmp_path / "new", mended), at=NOW), at=NOW)
    assert {name for kind, names, domains in told(verdict) if "beta" in domains for name in names} >= {"boss"}
