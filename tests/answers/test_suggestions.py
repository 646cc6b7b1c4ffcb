"""What `explain` suggests can be written: `validate` has nothing against it, or the suggestion says so."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

import rolegate
from reading import write
from rolegate import Question, Suggestion

CATALOG = """
catalog: desk
scopes: {reach: [all, my]}
resources: {inbox: Inbox}
custom_roles: {never: ["billing.*", "ops.purge"]}
permissions:
  billing:
    permissions:
      invoices: {title: Invoices}
      refund: {title: Refund, requires: billing.invoices}
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      edit: {title: Edit, scopes: reach, requires: tickets.show}
      remove: {title: Remove, scopes: reach, requires: tickets.show, implies: ops.purge}
      close: {title: Close, requires: inboxes.access}
  inboxes:
    permissions:
      access: {title: Access, per: inbox}
      answer: {title: Answer, per: inbox, requires: [inboxes.access, tickets.show]}
  old: {title: Old, deprecated: true}
  tidy: {title: Tidy, implies: ops.purge, requires: tickets.show}
  ops:
    permissions:
      purge: {title: Purge, hidden: true}
"""

ROLES: dict[str, dict[str, Any]] = {
    "admin": {"grants": ["*"]},
    "agent": {"grants": ["tickets.show@my"]},
    "inboxer": {"grants": ["inboxes.access[*]"]},
    "lead": {"extends": ["inboxer"], "grants": ["tidy", "tickets.show@all"]},
    "clerk": {"domain": "acme", "grants": ["tickets.show@all"]},
    "senior": {"domain": "acme", "extends": ["clerk"], "grants": ["old"]},
    "heir": {"domain": "acme", "extends": ["agent"]},
}

MIA = {"user": "mia", "role": "clerk", "domain": "acme"}


def written(folder: Path, bindings: list[Any], roles: dict[str, Any] = ROLES) -> Path:
    """The set with these lines and roles, as files in *folder*."""
    (folder / "roles").mkdir(parents=True)
    for name, body in {
        "catalog.yaml": yaml.safe_load(CATALOG),
        "domains.yaml": {"domains": {"acme": {"teams": {"day": ["mia", "ben"]}}, "fi": {"within": "acme"}}},
        "bindings.yaml": {"bindings": bindings},
        "roles/all.yaml": {"roles": roles},
    }.items():
        (folder / name).write_text(yaml.safe_dump(body, sort_keys=False))
    return folder


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in rolegate.validate([folder]).diagnostics]


def adding(
    found: Suggestion, question: Question, bindings: list[Any], roles: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The lines and roles once what was suggested is added."""
    assert found.add is not None
    if question.role is None:
        return [*bindings, dict(found.add)], roles
    body = roles[question.role]
    return bindings, {
        **roles,
        question.role: {**body, "grants": [*body.get("grants", ()), *found.add["grants"]]},
    }


def test_what_never_forbids_is_not_suggested(tmp_path: Path) -> None:
    """Neither as a line of grants for the holder of a custom role, nor for what a hidden permission needs."""
    policy = rolegate.load(written(tmp_path / "set", [MIA]))
    for path in ("billing.invoices", "ops.purge"):
        found = policy.explain_question(Question(path, user="mia", domain="acme")).nearest
        assert [] == [
            suggestion.text
            for suggestion in found
            if suggestion.add is not None and "grants" in suggestion.add
        ]


def test_a_change_that_brings_a_warning_comes_last_and_says_so(tmp_path: Path) -> None:
    """A default role may be given to the holder of a custom one: RG329 is then among the warnings."""
    policy = rolegate.load(written(tmp_path / "set", [MIA]))
    found = policy.explain_question(Question("tickets.edit", user="mia", domain="acme", scope="my")).nearest
    assert [(), ("RG329",)] == [suggestion.warnings for suggestion in found]
    assert found[-1].text.startswith("bind role `admin`")
    assert found[-1].text.endswith(" (with a warning: RG329)")
    assert ["RG329"] == found[-1].to_dict()["warnings"]


def test_a_grant_that_a_heir_of_the_role_may_not_hold_is_not_suggested(tmp_path: Path) -> None:
    """A custom role extends the default one, and `never` rules out what was asked."""
    policy = rolegate.load(written(tmp_path / "set", []))
    assert () == policy.explain_question(Question("billing.invoices", role="agent", domain="acme")).nearest
    assert policy.explain_question(Question("billing.invoices", role="inboxer", domain="acme")).nearest


def test_a_grant_that_breaks_a_line_with_only_is_not_suggested(tmp_path: Path) -> None:
    """Where the role is limited to inboxes, it would hold what the rest of it has to go with (RG408)."""
    free, limited = (
        {"user": "ben", "role": "inboxer", "domain": "acme"},
        {"only": {"inbox": ["A"]}, "rest": "drop"},
    )
    question = Question("inboxes.answer", role="inboxer", domain="acme", on="A")
    assert rolegate.load(written(tmp_path / "free", [free])).explain_question(question).nearest
    assert (
        ()
        == rolegate.load(written(tmp_path / "only", [{**free, **limited}])).explain_question(question).nearest
    )


@pytest.mark.parametrize("seed", range(6))
def test_each_suggestion_passes_validate_and_allows_what_was_asked(tmp_path: Path, seed: int) -> None:
    """Of random lines and questions: no error, the warnings that were told, and then the answer is yes."""
    draw = random.Random(seed)
    lines: list[Any] = [
        *({"user": user, "role": draw.choice(list(ROLES)), "domain": "acme"} for user in ("mia", "ben")),
        {"user": "mia", "restrict": [draw.choice(["tickets.*", "tidy", "tickets.show"])], "domain": "acme"},
        {"team": "day", "role": "inboxer", "domain": "acme", "only": {"inbox": ["A"]}, "rest": "drop"},
    ]
    policy = rolegate.load(written(tmp_path / "before", lines))
    before = codes(tmp_path / "before")
    questions = [
        question
        for permission in policy.catalog.permissions
        for asked, domain in [(Question(permission.path, user="mia"), draw.choice(["acme", "fi"]))]
        for question in (
            asked.about("user", draw.choice(["mia", "new"]), domain),
            asked.about("team", "day", domain),
            asked.about("role", draw.choice(list(ROLES)), domain),
        )
    ]
    tried = 0
    for question in draw.sample(questions, 12):
        for found in policy.explain_question(question).nearest:
            if found.add is None:
                continue
            tried += 1
            folder = written(tmp_path / f"after{tried}", *adding(found, question, lines, ROLES))
            after = codes(folder)
            assert {*found.warnings} == {code for code in after if after.count(code) > before.count(code)}
            assert rolegate.load(folder).decide(question).allowed
    assert tried > 3


def test_one_restriction_is_in_the_way_once(tmp_path: Path) -> None:
    """Though it takes two permissions along that imply the hidden one."""
    lines = [
        {"user": "ben", "role": "admin", "domain": "acme"},
        {"user": "ben", "restrict": ["tickets.show"], "domain": "acme"},
    ]
    found = rolegate.load(written(tmp_path / "set", lines)).explain_question(
        Question("ops.purge", user="ben", domain="acme")
    )
    assert ["user `ben` is restricted: `tickets.show`, which `tickets.remove` requires"] == [
        step.text for step in found.blocked
    ]


def test_a_group_of_hidden_permissions_is_shown_nowhere(tmp_path: Path) -> None:
    """Not in the tree, the matrix or the schema of an editor; its box cannot be ticked; the help works."""
    policy = rolegate.load(written(tmp_path / "set", []))
    assert "ops" not in [node.path for node in policy.tree().walk()]
    assert "ops" not in [row.path for row in policy.matrix().rows]
    assert "ops.*" not in str(policy.json_schemas())
    for box in ("ops", "ops.purge"):
        with pytest.raises(rolegate.DraftError, match=r"there is no box .*: it is hidden"):
            policy.draft().tick(box)
    with pytest.raises(rolegate.DraftError, match=r"; grant what implies it: `tickets.remove`, `tidy`$"):
        policy.draft(grants=["ops.*"])


def test_fields_of_a_set_without_fields(tmp_path: Path) -> None:
    """The message says that there are none."""
    policy = rolegate.load(written(tmp_path / "set", []))
    with pytest.raises(rolegate.UnknownNameError, match=r"; no group of this set has fields$"):
        policy.fields("tickets", user="mia", domain="acme")


def test_removed_instances_are_meant_as_well(tmp_path: Path) -> None:
    """A misspelt restriction may be on an instance that is gone."""
    restrict = {"user": "ben", "restrict": ["inboxes.access[Sals]"], "domain": "acme"}
    folder = written(tmp_path / "set", [restrict])
    gone = {"acme": {"removed": {"inbox": ["Sales"]}}, "fi": {"within": "acme"}}
    (folder / "domains.yaml").write_text(yaml.safe_dump({"domains": gone}))
    roles = {"agent": {"grants": ["tickets.show@my"]}}
    (folder / "roles/all.yaml").write_text(yaml.safe_dump({"roles": roles}))
    found = [finding for finding in rolegate.validate([folder]).diagnostics if finding.code == "RG414"]
    assert [True] == [finding.help.startswith("did you mean `Sales`?") for finding in found]


@pytest.mark.parametrize("name", ["domains.yaml", "roles"])
def test_what_is_gone_is_said_without_what_follows_from_it(tmp_path: Path, name: str) -> None:
    """Every line would be wrong without the file; the one cause is RG122."""
    gate = rolegate.Gate.from_path(written(tmp_path / "set", [MIA, {**MIA, "role": "agent"}]))
    (tmp_path / "set" / name).rename(tmp_path / "away")
    assert not gate.reload()
    error = gate.status().error or ""
    assert ("the policy set has 1 error:", 1) == (error.split("\n")[0], error.count("RG"))
    assert f"set/{name}:1:1: RG122" in error


def test_a_line_is_for_the_file_of_its_domain(tmp_path: Path) -> None:
    """For bindings.yaml where the domain has none, also if lines of an outer file are about it."""
    files = {
        "catalog.yaml": "catalog: demo\npermissions: {a: A, b: B}\n",
        "domains.yaml": "domains: {north: {}, north side: {}, inner: {within: north}, beta: {}}\n",
        "bindings/north.yaml": "bindings:\n  - {user: ana, grants: a}\n"
        "  - {user: bo, grants: a, domain: inner}\n",
        "bindings/north%20side/some.yaml": "bindings:\n  - {user: ana, grants: a}\n",
        "bindings.yaml": "bindings:\n  - {user: ana, grants: a, domain: beta}\n",
    }
    policy = rolegate.load(write(tmp_path / "bindings" / "beta", files))  # not a folder of the set
    expected = {
        "north": "bindings/north.yaml",
        "north side": "bindings/north%20side/some.yaml",
        "inner": "bindings.yaml",
        "beta": "bindings.yaml",
    }
    for domain, file in expected.items():
        (suggestion,) = policy.explain("cy", "b", domain=domain).nearest
        assert (file, True) == (suggestion.file, suggestion.text.endswith(f" to {file}"))
        (note,) = policy.check("cy", "b", domain=domain).notes
        assert f"bind a role in {file}" == note.help


def test_what_gives_least_comes_first(tmp_path: Path) -> None:
    """A line of grants, then the roles, the smaller one first."""
    files = {
        "catalog.yaml": "catalog: demo\npermissions: {a: A, b: B, c: C}\n",
        "roles/all.yaml": "roles:\n  all: {grants: [a, b, c]}\n  some: {grants: [a, b]}\n",
        "bindings.yaml": "bindings:\n  - {user: ana, role: some}\n",
    }
    found = rolegate.load(write(tmp_path, files)).explain("cy", "a").nearest
    assert [{"grants": ["a"]}, {"role": "some"}, {"role": "all"}] == [
        {key: value for key, value in (one.add or {}).items() if key != "user"} for one in found
    ]


KINDS = {
    "catalog.yaml": """
catalog: desk
domain_kinds: [firm, site]
scopes: {reach: [all, my]}
role_kinds: {guest: {domain_kinds: [site], may: [show@my], never: [pay]}}
permissions: {show: {title: Show, scopes: reach}, pay: Pay}
""",
    "domains.yaml": "domains: {firm: {kind: firm}, site: {kind: site, within: firm}}\n",
    "roles/visitor.yaml": "role: visitor\nkind: guest\ngrants: [show@my]\n",
    "bindings.yaml": "bindings: [{user: gus, role: visitor, domain: site}]\n",
}


def test_nothing_that_breaks_a_kind_of_role_is_suggested(tmp_path: Path) -> None:
    """A role where there are none of its kind, more than it may hold, a line beside it for its holder."""
    policy = rolegate.load(write(tmp_path, KINDS))

    def adds(question: Question) -> list[Any]:
        return [suggestion.add for suggestion in policy.explain_question(question).nearest]

    bound = {"user": "ana", "role": "visitor", "domain": "site"}
    assert bound in adds(Question("show", user="ana", domain="site", scope="my"))
    assert {**bound, "domain": "firm"} not in adds(Question("show", user="ana", domain="firm", scope="my"))
    assert [] == adds(Question("show", role="visitor", domain="site", scope="all"))
    assert [] == adds(Question("pay", user="gus", domain="site"))
    assert adds(Question("pay", user="ana", domain="site"))
