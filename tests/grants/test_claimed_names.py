"""A tenant that says it had the name of another one takes nothing from it, and gets nothing there."""

import random
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.asking import Rolegate, differences, questions, telling
from plain.breaking import in_folders, spelled
from plain.catalog import Data
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from plain.writer import write_set

FILES = {
    "catalog": "catalog: desk\ncustom_roles: {}\npermissions: {edit: Edit}\n",
    "roles/all": "roles: {agent: {grants: edit}}\n",
    "domains/evil": "title: Evil\n",
    "domains/sub": "within: oldv\n",
    "domains/victim": "renamed_from: oldv\n",
    "bindings/evil": "bindings: [{user: mallory, role: agent}]\n",
    "bindings/victim": "bindings: [{user: vic, role: agent}]\n",
}
CLAIM = {"domains/evil": "renamed_from: oldv\n"}
SHARED = {"bindings": "bindings: [{user: bo, role: agent, domain: oldv}]\n"}
HOME = {"bindings/oldv": "bindings: [{user: bo, role: agent}]\n"}


def desk(folder: Path, *changes: Mapping[str, str]) -> Path:
    files = dict(FILES)
    for change in changes:
        files |= change
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text)
    return folder


def holders(policy: rolegate.Policy) -> set[tuple[str, str]]:
    asked = [(user, name) for user in ("mallory", "vic", "bo") for name in ("evil", "sub", "victim")]
    return {(user, name) for user, name in asked if policy.check(user, "edit", domain=name).allowed}


def told(folder: Path) -> list[tuple[str, str]]:
    found = rolegate.validate([folder]).diagnostics
    return [(Path(one.file).relative_to(folder).as_posix(), one.code) for one in found]


def test_a_name_of_two_domains_stands_for_neither(tmp_path: Path) -> None:
    """What lies in it lies nowhere; both domains are in force, and both places are told."""
    policy = rolegate.load(desk(tmp_path, CLAIM))
    assert holders(policy) == {("mallory", "evil"), ("vic", "victim")}
    assert {part.domain for part in policy.set_aside} == {"sub"}
    (note,) = policy.explain("vic", "edit", domain="oldv").decision.notes
    assert note.help == "it may be a former name of `evil` or of another domain: write the name of today"
    assert told(tmp_path) == [
        ("domains/evil.yaml", "RG237"),
        ("domains/sub.yaml", "RG401"),
        ("domains/sub.yaml", "RG441"),
        ("domains/victim.yaml", "RG237"),
    ]


def test_a_claim_that_nothing_needs_changes_no_answer(tmp_path: Path) -> None:
    """It is a warning: the claim of one tenant is not the fault of another."""
    policy = rolegate.load(desk(tmp_path, CLAIM, {"domains/sub": "within: victim\n"}))
    assert holders(policy) == {("mallory", "evil"), ("vic", "victim"), ("vic", "sub")}
    assert policy.set_aside == ()


@pytest.mark.parametrize("lines", [SHARED, HOME])
@pytest.mark.parametrize("victim", ["renamed_from: oldv\n", "renamed_from: [oldv\n"])
def test_lines_of_all_that_say_a_name_of_several_refuse_the_set(
    tmp_path: Path, lines: dict[str, str], victim: str
) -> None:
    """They may protect either; so do they where the other claim may be in a file that cannot be read."""
    desk(tmp_path, CLAIM, lines, {"domains/victim": victim})
    with pytest.raises(rolegate.InvalidPolicyError, match="unknown domain `oldv`"):
        rolegate.load(tmp_path)


def test_a_file_that_cannot_be_read_may_say_the_name(tmp_path: Path) -> None:
    """So nothing outside the files of a tenant follows the name that it says it had."""
    policy = rolegate.load(desk(tmp_path, CLAIM, {"domains/victim": "renamed_from: [oldv\n"}))
    assert holders(policy) == {("mallory", "evil")}
    assert {part.domain for part in policy.set_aside} == {"victim", "sub"}


def test_a_domain_that_two_files_declare_may_say_the_name(tmp_path: Path) -> None:
    """The file of the tenant is not read where it is broken, whatever the shared one says of the domain."""
    shared = {"domains": "domains: {victim: {}}\n", "domains/victim": "renamed_from: [oldv\n"}
    assert ("mallory", "sub") not in holders(rolegate.load(desk(tmp_path, CLAIM, shared)))


@pytest.mark.parametrize("broken", ["", "title: [\n"])
def test_the_shared_file_comes_before_what_a_tenant_says(tmp_path: Path, broken: str) -> None:
    """Whoever else says the name is at fault, and the lines of the other one hold, whatever is broken."""
    shared = {"domains": "domains: {victim: {renamed_from: oldv}}\n", "domains/other": broken}
    desk(tmp_path, CLAIM, SHARED, shared, {"domains/victim": ""})
    policy = rolegate.load(tmp_path)
    assert holders(policy) == {("vic", "victim"), ("vic", "sub"), ("bo", "victim"), ("bo", "sub")}
    assert {part.domain for part in policy.set_aside} - {"other"} == {"evil"}
    assert ("domains/evil.yaml", "RG235") in told(tmp_path)


def test_a_tenant_says_its_own_former_name_in_its_own_files(tmp_path: Path) -> None:
    """Another file that cannot be read takes nothing from it."""
    own = {"roles/evil/boss": "role: boss\ndomain: evil\ngrants: edit\n", "domains/victim": "title: [\n"}
    policy = rolegate.load(desk(tmp_path, CLAIM, own))
    assert ("mallory", "evil") in holders(policy)


def claimed(files: Files, draw: random.Random) -> tuple[dict[str, Data], str, str, set[str]]:
    """The set in files of its tenants, each with a former name that what lies in it may say.

    Then one tenant claims more; also who it is, the file of another one, and the domains that say the claim.
    """
    made = in_folders(files)
    own = {name: f"domains/{spelled(name)}.yaml" for name in files["domains.yaml"]["domains"]}
    own = {name: place for name, place in own.items() if place in made}
    assume(len(own) > 1)
    claimant = draw.choice(sorted(own))
    taken = draw.choice(sorted(own.keys() - {claimant}))
    names = [draw.choice([f"{taken}~", f"{taken}~", taken, "fresh"])]
    says: set[str] = set()
    for name, place in own.items():
        made[place] = {**made[place], "renamed_from": [f"{name}~"]}
        outer = made[place].get("within")
        if outer in own and draw.random() < 0.5:
            made[place]["within"] = f"{outer}~"
            says |= {name} if f"{outer}~" in names else set()
    made[own[claimant]]["renamed_from"] += names
    return made, claimant, own[taken], says


@given(policy_sets(), st.integers(0, 2**32))
@examples(30)
def test_a_claim_gives_and_takes_nothing_elsewhere(files: Files, seed: int) -> None:
    """LAW: it adds no yes outside of the tenant, and takes none where nothing says what it claims.

    It adds none where the claim of another one is in a file that is broken, either.
    """
    assume("domains.yaml" in files)
    draw = random.Random(seed)
    whole = Evaluator(files, NOW)
    with TemporaryDirectory() as top:
        loaded(Path(top, "whole"), files)
        made, claimant, other, says = claimed(files, draw)
        write_set(made, Path(top, "claimed"))
        broken = draw.random() < 0.3
        if broken:
            Path(top, "claimed", other).write_text("renamed_from: [")
        policy = rolegate.load(Path(top, "claimed"))
        ours = Rolegate(policy, NOW).answer
        asks = telling(questions(files, whole), whole, 300, seed)
        outward = {name: set(outer) for name, outer in outwards(files).items()}
        asks = [ask for ask in asks if claimant not in outward.get(str(ask.domain), set())]
        assert [ask for ask in asks if ours(ask) and not whole.answer(ask)] == []
        untouched = [ask for ask in asks if not says & outward.get(str(ask.domain), set())]
        assert broken or differences(whole.answer, ours, untouched) == []


def outwards(files: Files) -> dict[str, list[str]]:
    """Each domain and those around it."""
    shapes = files["domains.yaml"]["domains"]
    found: dict[str, list[str]] = {}
    for name in shapes:
        outer: str | None = name
        while outer is not None:
            found.setdefault(name, []).append(outer)
            outer = (shapes[outer] or {}).get("within")
    return found
