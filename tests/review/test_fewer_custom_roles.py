"""Custom roles in fewer domains only take: such a change passes, and the way back is a gain."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Policy, judge_change

FILES = {
    "catalog.yaml": """\
catalog: desk
plans: [free, pro]
domain_kinds: [shop, firm]
permissions:
  tickets: {permissions: {show: Show, edit: Edit}}
""",
    "roles/acme/lead.yaml": "role: lead\ngrants: [tickets.show]\n",
    "bindings.yaml": "bindings: [{user: ana, role: lead, domain: acme}]\n",
}
BOTH, PRO = "custom_roles: {plans: [free, pro]}\n", "custom_roles: {plans: [pro]}\n"


def desk(folder: Path, kinds: str, plan: str = "free", lead: str = "tickets.show") -> Policy:
    """The desk, with these kinds of roles in its catalog, the plan of `acme`, and what its role grants."""
    return rolegate.load(
        write(
            folder,
            {
                **FILES,
                "catalog.yaml": FILES["catalog.yaml"] + kinds,
                "domains.yaml": f"domains: {{acme: {{plan: {plan}, kind: shop}}}}\n",
                "roles/acme/lead.yaml": f"role: lead\ngrants: [{lead}]\n",
            },
        )
    )


def refused(old: Policy, new: Policy) -> list[str]:
    return [text for refusal in judge_change(old, new).refusals for text in refusal.what]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", PRO),
        (BOTH, PRO),
        (BOTH, "custom_roles: {plans: [free, pro], domain_kinds: [firm]}\n"),
        ("", "custom_roles: {domain_kinds: [firm]}\n"),
    ],
)
def test_custom_roles_in_fewer_domains_pass_and_those_that_come_back_are_gains(
    before: str, after: str, tmp_path: Path
) -> None:
    """What the role says meanwhile is told as well: nobody held it then."""
    old, new = desk(tmp_path / "old", before), desk(tmp_path / "new", after)
    assert [part.role for part in new.set_aside] == ["lead"]
    assert refused(old, new) == []
    more = desk(tmp_path / "more", after, lead="tickets.*")
    assert refused(new, more) == []
    back = refused(more, desk(tmp_path / "back", before, lead="tickets.*"))
    assert back[0].startswith("custom_roles: ")
    assert back.count("tickets.edit") == back.count("tickets.show") == 2


def test_a_domain_on_a_smaller_plan_passes_and_on_a_larger_one_is_a_gain(tmp_path: Path) -> None:
    """The customer pays for less; other changes are judged while the role is set aside."""
    large, small = desk(tmp_path / "large", PRO, "pro"), desk(tmp_path / "small", PRO)
    assert [part.role for part in small.set_aside] == ["lead"]
    assert refused(large, small) == []
    assert refused(small, large) == ['domain "acme": may have custom roles', "tickets.show", "tickets.show"]


def test_a_role_inside_that_extends_one_of_a_smaller_plan_passes_with_it(tmp_path: Path) -> None:
    """What it extends is not there now, and nothing is wrong with either."""
    sides = []
    for plan in ("pro", "free"):
        domains = (
            f"domains: {{acme: {{plan: {plan}, kind: shop}}, sub: {{within: acme, plan: pro, kind: shop}}}}\n"
        )
        files = {
            **FILES,
            "catalog.yaml": FILES["catalog.yaml"] + PRO,
            "domains.yaml": domains,
            "roles/sub/guest.yaml": "role: guest\nextends: lead\n",
        }
        sides.append(rolegate.load(write(tmp_path / plan, files)))
    assert [part.role for part in sides[1].set_aside] == ["lead", "guest"]
    assert refused(*sides) == []


@pytest.mark.parametrize("after", ["custom_roles: {plans: [free]}\n", PRO.replace("}", ", never: ['*']}")])
def test_other_domains_and_other_words_are_a_rule(after: str, tmp_path: Path) -> None:
    """Which ones are meant is said with it."""
    found = refused(desk(tmp_path / "old", PRO, "pro"), desk(tmp_path / "new", after))
    assert found[0].startswith('custom_roles: {"where": "gate:plan=')


def test_a_role_that_is_wrong_is_refused_in_a_domain_without_such_roles(tmp_path: Path) -> None:
    """What it gives once it is mended is not known."""
    broken = desk(tmp_path / "new", PRO, lead="tickets.shwo")
    (found,) = refused(desk(tmp_path / "old", PRO), broken)
    assert found.startswith("role `lead` of domain `acme` grants nothing: ") and "`tickets.shwo`" in found
