"""An older side with errors has no rules: nothing is judged, and it says how the branch comes right again."""

from __future__ import annotations

import pytest

from command_line import rolegate
from git_desk import FILES, Repository

HELP = "merge what mends them past this check"
BROKEN = "bindings: [{user: ana}]\n"
PAIR = ["HEAD~1:policies/desk", "policies/desk"]


@pytest.mark.parametrize("sides", [["HEAD~1..HEAD"], ["HEAD~1"], PAIR], ids=["commits", "files", "a pair"])
def test_a_base_with_errors_says_how_it_is_mended(desk: Repository, sides: list[str]) -> None:
    """And only with the gate, which is compared with an earlier commit where that is right."""
    desk.write(bindings=BROKEN)
    desk.commit("Broken")
    desk.write(bindings=FILES["bindings.yaml"])
    desk.commit("Mended")
    refused = rolegate("diff", *sides, "--gate")
    assert (refused.code, HELP in refused.err, "RG404" in refused.err) == (2, True, True)
    assert HELP in rolegate("diff", *sides, "--gate", "--format", "json").out
    plain = rolegate("diff", *sides)
    assert (plain.code, HELP in plain.err) == (2, False)
    assert rolegate("diff", "HEAD~2..HEAD", "--gate").code == 0


def test_a_set_that_goes_with_its_errors_says_it_too(desk: Repository) -> None:
    """It is the older side that is asked for approvals."""
    desk.write(bindings=BROKEN)
    desk.commit("Broken")
    desk.git("rm", "-r", "--quiet", "policies/desk")
    refused = rolegate("diff", "HEAD", "--gate")
    assert (refused.code, HELP in refused.err) == (2, True)


@pytest.mark.parametrize("sides", [["HEAD~1..HEAD"], PAIR], ids=["commits", "a pair"])
def test_a_change_with_errors_is_mended_in_the_change(desk: Repository, sides: list[str]) -> None:
    """There nothing has to pass the check."""
    desk.write(bindings=BROKEN)
    desk.commit("Broken")
    refused = rolegate("diff", *sides, "--gate")
    assert (refused.code, HELP in refused.err) == (2, False)
