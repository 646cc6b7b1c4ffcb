"""Laws of `lint --fix`, on drawn sets full of comments in which much is said twice."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from commented_sets import CommentedWriter, repeated
from drawing import examples
from plain.loading import whole
from plain.strategies import NOW, Files, policy_sets
from plain.writer import write_set
from rolegate import LintSettings
from rolegate.documents.yaml_outline import YamlOutline

SETTINGS = LintSettings()


def comments(folder: Path) -> list[str]:
    """The comments of all files, each of which is another text."""
    return [
        comment
        for path in sorted(folder.rglob("*.yaml"))
        for comment in YamlOutline.of(path.read_text(encoding="utf-8"), path.name).all_comments()
    ]


@examples(23)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_what_is_fixed_changes_nobodys_access(files: Files, seed: int) -> None:
    """The comments that stay keep their order, a second run changes nothing, and nothing new is found."""
    draw = Random(seed)
    with TemporaryDirectory() as made:
        folder = CommentedWriter(draw).write_set(repeated(files, draw), Path(made))
        before, known = whole(folder), comments(folder)
        found = rolegate.lint([folder], at=NOW, settings=SETTINGS).diagnostics
        fixed = rolegate.lint_fix([folder], at=NOW, settings=SETTINGS)
        after = whole(folder)
        assert not rolegate.access_diff(before, after, at=NOW)
        kept = comments(folder)
        assert kept == [comment for comment in known if comment in kept]
        assert rolegate.lint_fix([folder], at=NOW, settings=SETTINGS).files == ()
        left = rolegate.lint([folder], at=NOW, settings=SETTINGS).diagnostics
        # Roles can be compared once a line that restricted nothing of one of them is gone.
        assert {one.code for one in left} <= {one.code for one in found} | {"RG323", "RG804", "RG805"}
        assert bool(fixed.fixed) == bool(fixed.files)
        # What is fixed was not to be left to a person, and of what is left the help says why it is.
        assert not [one for one in fixed.fixed if "by hand" in one.help]
        assert not [one for one in fixed.explained(left) if one.code == "RG323" and "by hand" not in one.help]


@examples(23)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_every_grant_that_is_left_is_needed(files: Files, seed: int) -> None:
    """Without it, the access of its role is another one; a star may be kept for what it takes in later."""
    draw = Random(seed)
    with TemporaryDirectory() as made:
        folder = write_set(repeated(files, draw), Path(made))
        whole(folder)
        rolegate.lint_fix([folder], at=NOW, settings=SETTINGS)
        left = rolegate.lint([folder], at=NOW, settings=SETTINGS).diagnostics
        assert not {"RG800", "RG801"} & {one.code for one in left}, "what cannot go was found"
        policy = whole(folder)
        for path in sorted(folder.glob("roles/*.yaml")):
            text = path.read_text(encoding="utf-8")
            data = yaml.safe_load(text)
            if "domain" in data or "grants" not in data:
                continue
            for number, grant in enumerate(data["grants"]):
                if ".*" in grant or grant.startswith("*") or draw.random() < 0.5:
                    continue
                kept = [*data["grants"][:number], *data["grants"][number + 1 :]]
                write_set({path.relative_to(folder).as_posix(): {**data, "grants": kept}}, folder)
                try:
                    without = rolegate.load(folder, at=NOW)
                except rolegate.InvalidPolicyError:
                    pass
                else:
                    assert rolegate.access_diff(policy, without, at=NOW), (path.name, grant)
                path.write_text(text, encoding="utf-8")
