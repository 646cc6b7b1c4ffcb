"""What is `by_name` is granted by its own name: stars of grants pass over it, everything else reaches it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rolegate
from plain.loading import loaded
from rolegate import Policy, Question

CATALOG: dict[str, Any] = {
    "catalog": "desk",
    "custom_roles": {"never": ["rota.*"]},
    "resources": {"inbox": "Inbox"},
    "permissions": {
        "talks": {
            "per": "inbox",
            "permissions": {"read": "Read", "take": {"title": "Be assigned", "by_name": "true"}},
        },
        "rota": {
            "by_name": "true",
            "permissions": {
                "lead": {"implies": ["talks.take[Mail]"]},
                "inner": {"permissions": {"swap": "Swap"}},
            },
        },
    },
}


def policy_of(folder: Path, *lines: dict[str, Any], **role: Any) -> Policy:
    """The desk with one role, which ana has, and more *lines* about her."""
    bound = [{"user": "ana", "role": "r"}] if role else []
    files: dict[str, Any] = {
        "catalog.yaml": CATALOG,
        "bindings.yaml": {"bindings": [*bound, *({"user": "ana", **line} for line in lines)]},
    }
    if role:
        files["roles/r.yaml"] = {"role": "r", **role}
    return loaded(folder, files)


def allowed(policy: Policy, permission: str) -> bool:
    on = "Mail" if permission.startswith("talks") else None
    return policy.decide(Question(permission, user="ana", on=on)).allowed


def held(policy: Policy) -> set[str]:
    paths = ("talks.read", "talks.take", "rota.lead", "rota.inner.swap")
    return {path for path in paths if allowed(policy, path)}


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        (["*"], {"talks.read"}),
        (["talks.*[Mail]"], {"talks.read"}),
        (["*", "talks.take[Mail]"], {"talks.read", "talks.take"}),
        (["rota.lead"], {"rota.lead", "talks.take"}),
        (["rota.inner.swap"], {"rota.inner.swap"}),
    ],
)
def test_stars_pass_over_it(grants: list[str], expected: set[str], tmp_path: Path) -> None:
    """A star brings nothing of it, a name does; on a group the key holds for all in it, at any depth."""
    assert expected == held(policy_of(tmp_path, grants=grants))
    assert expected == held(policy_of(tmp_path / "line", {"grants": grants}))


@pytest.mark.parametrize("taking", ["*", "talks.*", "talks.*[Mail]", "talks.take", "talks.take[Mail]"])
def test_what_takes_away_takes_it_along(taking: str, tmp_path: Path) -> None:
    """The stars of `restrict` take it in, so that nothing below a restricted group stays allowed."""
    grants = ["talks.read[*]", "talks.take[*]"]
    assert not allowed(policy_of(tmp_path, {"restrict": [taking]}, grants=grants), "talks.take")
    if "[" not in taking:  # one instance cannot be excepted from all of them
        role = {"grants": [*grants, "rota.inner.swap"], "except": [taking]}
        assert not allowed(policy_of(tmp_path / "role", **role), "talks.take")


def test_no_custom_role_may_hold_it_if_a_star_says_so(tmp_path: Path) -> None:
    """The stars of `never` take it in."""
    with pytest.raises(rolegate.InvalidPolicyError, match="RG321"):
        policy_of(tmp_path, grants=["rota.inner.swap"], domain="default")


def test_a_star_over_nothing_else_is_an_error(tmp_path: Path) -> None:
    """A grant that brings nothing is refused, and says why."""
    with pytest.raises(rolegate.InvalidPolicyError, match="everything below it is granted by name only"):
        policy_of(tmp_path, grants=["rota.*"])


def test_a_box_of_its_own(tmp_path: Path) -> None:
    """A group is on when its star is held; the box beside that is ticked and unticked by itself."""
    policy = policy_of(tmp_path, grants=["talks.*", "rota.inner.swap"])
    nodes = {node.id: node for node in policy.tree(user="ana").walk()}
    assert ("on", True) == (nodes["talks"].state, nodes["talks"].star)
    assert ("off", True) == (nodes["talks.take[*]"].state, nodes["talks.take[*]"].by_name)
    assert ("partial", True) == (nodes["rota"].state, nodes["rota"].by_name)
    assert "on" == nodes["*"].state
    ticked = policy.draft().tick("talks").tick("talks.take[*]")
    assert ("talks.*", "talks.take[*]") == ticked.grants
    assert () == ticked.untick("talks").grants
    with pytest.raises(rolegate.DraftError, match="by name only"):
        policy.draft().tick("rota")


def test_the_tree_of_a_star_that_passes_over_everything_in_a_group(tmp_path: Path) -> None:
    """`*` takes in nothing of `rota`, so that group does not keep the whole from being on."""
    tree = policy_of(tmp_path, grants=["*"]).tree(user="ana")
    assert ("on", ("*",)) == (tree.state, rolegate.grants_of(tree, policy_of(tmp_path).catalog))
