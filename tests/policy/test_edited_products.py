"""Every role of the policy sets of this project can be changed in its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import rolegate
from command_line import POLICIES
from reading import write
from rolegate.documents.edit_role import edited_role, roles_of_text
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.role_places import home_of
from rolegate.documents.yaml_outline import YamlOutline


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.name)
def test_each_role_takes_and_loses_a_grant(policy: Path) -> None:
    """A grant that is added is one more line, or one changed one, and no comment is lost."""
    roles = 0
    for path in sorted(policy.rglob("roles/**/*.yaml")):
        text, file = path.read_text(encoding="utf-8"), path.relative_to(policy).as_posix()
        outline = YamlOutline.of(text, file)
        for role in roles_of_text(text, file, home_of(file)):
            parts = RoleParts.of(role)
            more = edited_role(text, file, replace(parts, grants=(*parts.grants, "zzz.added")), home_of(file))
            old, new = lines(text), lines(more)
            assert len(new) - len(old) in ((1, 0) if parts.grants else (2,))
            assert sum(line not in old for line in new) in (1, 2)
            assert YamlOutline.of(more, file).all_comments() == outline.all_comments()
            assert edited_role(more, file, parts, home_of(file)) == text or not parts.grants
            roles += 1
    assert roles == len(rolegate.load(policy).resolved.roles)


def test_ticks_are_saved_and_read_again(tmp_path: Path) -> None:
    """What a draft holds is what the saved role holds, and its draft is the same."""
    source = next(path for path in POLICIES if path.name == "livechat")
    files = {path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob("*.yaml")}
    folder = write(tmp_path, files)
    draft = rolegate.load(folder).draft("coach", domain="meridian")
    file = rolegate.read_role(folder, "coach", domain="meridian")
    comments = YamlOutline.of(file.text(draft), file.file).all_comments()
    ticked = draft.tick("people.view").untick("conversations.reply@group").tick("faqs.create")
    file.save(ticked)
    again = rolegate.load(folder).draft("coach", domain="meridian")
    assert sorted(again.grants) == sorted(ticked.grants)
    assert again.tree().to_dict() == ticked.tree().to_dict()
    saved = (folder / file.file).read_text(encoding="utf-8")
    assert YamlOutline.of(saved, file.file).all_comments() == comments
