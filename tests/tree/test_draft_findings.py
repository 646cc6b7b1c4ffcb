"""A draft is judged as the file would be in which it is saved."""

from __future__ import annotations

import copy
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.found_sets import sets_like_those_found
from plain.strategies import Files, policy_sets
from plain.writer import write_set
from rolegate import Draft, DraftError, Policy
from rolegate.diagnostics import Diagnostic

NAME = "drafted #1"


@examples(15)
@given(policy_sets() | sets_like_those_found(), st.data())
def test_a_draft_has_the_findings_of_its_file(files: Files, data: st.DataObject) -> None:
    """Whatever is wrong with it, and whichever parts of the set are set aside."""
    with tempfile.TemporaryDirectory() as folder:
        broken = data.draw(st.sets(st.sampled_from(sorted(files))).map(lambda names: _broken(files, names)))
        try:
            policy = rolegate.load(write_set(broken, Path(folder) / "set"))
        except rolegate.InvalidPolicyError:
            assume(False)
            raise
        draft = _drafted(policy, data)
        saved = write_set({**broken, "roles/drafted.yaml": _as_file(draft)}, Path(folder) / "saved")
        found = rolegate.validate([saved])
        meant = (one.finding for one in found.accepted)
        theirs = [one for one in (*found.diagnostics, *meant) if one.file.endswith("/roles/drafted.yaml")]
        mine = [one.diagnostic for one in draft.findings if not one.elsewhere]
        if draft.name in {role.name for role in policy.resolved.roles.values()}:
            # What a name looks like is said once, of the file that comes first: the draft's has its own name.
            mine, theirs = ([one for one in told if one.code != "RG117"] for told in (mine, theirs))
        assert _told(mine) == _told(theirs), (_as_file(draft), broken)


def _told(found: Iterable[Diagnostic]) -> Counter[tuple[str, str, str]]:
    """What findings say, without their places."""
    return Counter((one.code, one.severity, one.message) for one in found)


def _broken(files: Files, names: Iterable[str]) -> Files:
    """*files* with an error in each of the custom roles that are in the files of these *names*."""
    broken = copy.deepcopy(files)
    for name in names:
        if "domain" in broken[name]:
            grants = broken[name].get("grants", [])
            broken[name]["grants"] = [*([grants] if isinstance(grants, str) else grants), "no.such.thing"]
    return broken


def _drafted(policy: Policy, data: st.DataObject) -> Draft:
    """A new role, with grants, exceptions and parents of any kind, of which each is valid alone."""
    domain = data.draw(st.sampled_from([None, *(policy.domains if policy.needs_domain else ())]))
    roles = policy.resolved.roles.values()
    entries = sorted({e.text for role in roles for e in (*role.grants, *role.excepted)} | {"*"})
    paths = [p.path for p in policy.catalog.permissions]
    texts = st.lists(st.sampled_from([*entries, *paths, *(f"{path}[*]" for path in paths)]), max_size=4)
    parents = st.lists(st.sampled_from([role.name for role in roles] or ["none"]), max_size=2, unique=True)
    kind = data.draw(st.sampled_from([None, *policy.catalog.role_kinds]))
    try:
        return policy.draft(
            domain=domain,
            name=data.draw(st.sampled_from([NAME, *(role.name for role in roles)])),
            grants=data.draw(texts),
            excepts=data.draw(texts | st.just([])),
            extends=data.draw(parents),
            kind=kind,
        )
    except (DraftError, rolegate.UnknownNameError):
        assume(False)
        raise


def _as_file(draft: Draft) -> Data:
    said = {
        "role": draft.name,
        "domain": draft.domain,
        "kind": draft.kind,
        "extends": list(draft.extends),
        "grants": list(draft.grants),
        "except": list(draft.excepts),
    }
    return {key: value for key, value in said.items() if value}


@pytest.mark.parametrize("edited", ["a", "z", None])
def test_a_draft_is_found_where_its_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: str | None
) -> None:
    """Of ids that look alike the later one is reported, wherever the set is."""
    monkeypatch.chdir(tmp_path)
    permissions = {"open": {"per": "box", "title": "Open {box}"}}
    catalog = {"catalog": "desk", "resources": {"box": "Box"}, "permissions": permissions}
    named = {"a": "open[Sales]", "m": "open[sales]", "z": "open[SALES]"}
    files = {f"roles/{name}.yaml": {"role": name, "grants": [grant]} for name, grant in named.items()}
    role = edited or "m"
    before = {name: said for name, said in files.items() if edited or name != "roles/m.yaml"}
    for place in (Path("relative"), tmp_path / "absolute"):
        policy = rolegate.load(write_set({"catalog.yaml": catalog, **before}, place))
        draft = policy.draft(edited) if edited else policy.draft(name=role, grants=[named[role]])
        found = rolegate.validate([write_set(files, place)]).diagnostics
        theirs = [one for one in found if one.file.endswith(f"/{role}.yaml")]
        assert _told(one.diagnostic for one in draft.findings if not one.elsewhere) == _told(theirs)
        assert not edited or not any(one.elsewhere for one in draft.findings)
