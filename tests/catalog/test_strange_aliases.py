"""Aliases may hold the marks of the grammar, and stand for groups: each means its path, or is refused."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.loading import loaded
from rolegate import Policy, Question

MARKED = [
    *("*.read", "read[all]", "a[b", "a]b", "orders:*", "me@home"),
    *("[x]", "@x", "x]@y[", "a*b", "**", "read:org"),
]


def policy_of(folder: Path, alias: str, show: str | None = None, group: str | None = None) -> Policy:
    """A desk with an *alias* of `tickets.show`; files say *show* for that, and *group* for `tickets`."""
    show, group = show or alias, group or "tickets"
    files: dict[str, Any] = {
        "catalog.yaml": {
            "catalog": "desk",
            "custom_roles": {"manage": show, "never": [f"{show}[Vault]@all"]},
            "scopes": {"reach": ["all", "my"]},
            "resources": {"inbox": "Inbox"},
            "permissions": {
                "tickets": {
                    "per": "inbox",
                    "aliases": ["desk:all", "t[1]"],
                    "permissions": {
                        "show": {"scopes": "reach", "aliases": alias},
                        "edit": {"scopes": "reach", "requires": show},
                        "close": {"requires": f"{show}[Default]@all", "by_name": "true"},
                    },
                },
                "find": {"implies": f"{show}[*]@my"},
            },
        },
        "roles/a.yaml": {
            "role": "a",
            "grants": [f"{show}[*]@all", "tickets.edit[*]@my"],
            "except": [f"{show}@all"],
        },
        "roles/b.yaml": {"role": "b", "grants": [f"{group}.*[*]@my"], "except": [f"{group}.*@all"]},
        "bindings.yaml": {
            "bindings": [
                {"user": "ana", "role": "a"},
                {"user": "bo", "grants": [f"{show}[In/box]@my".replace("/", "%2F"), f"{group}.*[x]"]},
                {"user": "ana", "restrict": [f"{show}[b]@my", f"{group}.*[c]"]},
            ]
        },
    }
    return loaded(folder, files)


@pytest.mark.parametrize("alias", MARKED)
def test_an_alias_means_its_path_everywhere(alias: str, tmp_path: Path) -> None:
    """In dependencies, `never`, `manage`, grants, exceptions, restrictions, questions and boxes."""
    plain = policy_of(tmp_path / "plain", alias, "tickets.show")
    policy = policy_of(tmp_path / "alias", alias)
    assert plain.compile().policy_text == policy.compile().policy_text
    assert plain.catalog.custom_roles.never[0][0].instance == policy.catalog.custom_roles.never[0][0].instance
    asked = Question(alias, user="bo", on="In/box", scope="my")
    assert policy.decide(asked).allowed
    ticked = policy.draft(grants=[f"{alias}[Default]@my"]).tick(f"{alias}[Other]@all")
    assert ("tickets.show[Default]@my", "tickets.show[Other]@all") == ticked.grants


@pytest.mark.parametrize("group", ["desk:all", "t[1]"])
def test_an_alias_of_a_group_means_the_group(group: str, tmp_path: Path) -> None:
    """Before a star, and in questions about any of it; it is not part of a longer path."""
    plain = policy_of(tmp_path / "plain", "read:org", "tickets.show")
    policy = policy_of(tmp_path / "alias", "read:org", "tickets.show", group)
    assert plain.compile().policy_text == policy.compile().policy_text
    assert policy.decide(Question(f"{group}.*", user="bo", any=True)).allowed
    assert not policy.decide(Question(f"{group}.show", user="bo", any=True)).allowed
    assert policy.draft(grants=[f"{group}.*"]).grants == ("tickets.*",)


@pytest.mark.parametrize(
    "alias",
    ["*", "*[x]", "*@my", "tickets[1]", "find@home", "tickets.*", "tickets.*@x", "desk:all[b]", "", " a"],
)
def test_what_can_be_read_as_something_else_is_refused(alias: str, tmp_path: Path) -> None:
    """No text of a file may have two meanings."""
    with pytest.raises(rolegate.InvalidPolicyError, match="RG217"):
        policy_of(tmp_path, alias, "tickets.show")


@examples(150)
@given(st.text("af.[]@*:", min_size=1, max_size=7))
def test_every_text_that_is_accepted_means_the_same_in_every_path(alias: str) -> None:
    """Or it is an alias that is not valid, or stands for something else already."""
    with tempfile.TemporaryDirectory() as folder:
        plain = None
        try:
            plain = policy_of(Path(folder) / "plain", alias, "tickets.show")
        except rolegate.InvalidPolicyError as error:
            assert {"RG201", "RG217"} >= {
                found.code for found in error.diagnostics if found.severity == "error"
            }
        if plain is not None:
            policy = policy_of(Path(folder) / "alias", alias)
            assert plain.compile().policy_text == policy.compile().policy_text
            assert policy.decide(Question(alias, user="bo", on="In/box", scope="my")).allowed


@pytest.mark.parametrize(("held", "sound"), [("read[all]", True), ("read[al]", False)])
def test_an_alias_with_marks_in_a_condition(held: str, sound: bool, tmp_path: Path) -> None:
    """What a user has to hold is written as a grant."""
    (tmp_path / "catalog.yaml").write_text(
        "catalog: desk\n"
        f"scopes: {{reach: {{all: {{}}, made: {{within: all, where: {{holds: '{held}'}}}}}}}}\n"
        "permissions:\n"
        "  show: {title: Show, aliases: 'read[all]'}\n"
        "  look: {title: Look, scopes: reach}\n"
    )
    assert rolegate.validate([tmp_path]).ok is sound
