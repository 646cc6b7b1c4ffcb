"""Role files are read, changed and saved together with their set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import RoleParts

FILES = {
    "catalog.yaml": """\
catalog: demo
scopes: {reach: [all, my]}
permissions:
  cards:
    permissions:
      show: {title: Show, scopes: reach, aliases: ["read:card"]}
      edit: {title: Edit, scopes: reach, requires: cards.show}
      close: Close
""",
    "domains.yaml": "domains: {acme: {}, beta: {}}\n",
    "roles/all.yaml": """\
# All of them.
roles:
  reader:
    title: Reader
    grants:
      - read:card@all   # as the API says
      - cards.close     # now and then
  # Everything a reader can, and more.
  editor: {extends: reader, grants: [cards.edit@all], title: Editor}
""",
    "roles/acme/lead.yaml": "# Acme's own.\nrole: lead\nextends: editor   # everything\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def test_a_draft_is_saved_as_one_changed_line(folder: Path) -> None:
    """What the draft does not change stays as it is written, aliases included."""
    policy, file = rolegate.load(folder), rolegate.read_role(folder, "reader")
    draft = policy.draft("reader")
    assert file.text(draft) == FILES["roles/all.yaml"]
    done = file.save(draft.untick("cards.close"))
    expected = FILES["roles/all.yaml"].replace("      - cards.close     # now and then\n", "")
    assert (folder / "roles" / "all.yaml").read_text() == expected
    assert (done.path, done.warnings) == (folder / "roles" / "all.yaml", ())
    assert done.parts.grants == ("read:card@all",)
    with pytest.raises(rolegate.EditError, match="this is the file of role `reader`, and not of `editor`"):
        rolegate.read_role(folder, "reader").save(policy.draft("editor"))


def test_a_custom_role_keeps_its_domain_to_its_folder(folder: Path) -> None:
    """The file does not say it before and does not afterwards."""
    lead = rolegate.read_role(folder, "lead", domain="acme")
    assert (lead.file, lead.parts.domain) == ("roles/acme/lead.yaml", "acme")
    lead.save(rolegate.load(folder).draft("lead", domain="acme").called(title="The lead"))
    text = "# Acme's own.\nrole: lead\ntitle: The lead\nextends: editor   # everything\n"
    assert (folder / "roles" / "acme" / "lead.yaml").read_text() == text


def test_a_new_role_is_written_from_a_draft(folder: Path) -> None:
    """Into the folder of its domain; a draft without a name is refused."""
    policy = rolegate.load(folder)
    with pytest.raises(rolegate.EditError, match="the draft has no name"):
        rolegate.new_role(folder, policy.draft(domain="acme"))
    draft = policy.draft(domain="acme", name="closer", extends=["reader"]).tick("cards.edit@my")
    done = rolegate.new_role(folder, draft)
    assert done.path == folder / "roles" / "acme" / "closer.yaml"
    assert done.path.read_text() == "role: closer\nextends: reader\ngrants:\n  - cards.edit@my\n"
    again = rolegate.read_role(folder, "closer", domain="acme")
    assert again.text(rolegate.load(folder).draft("closer", domain="acme")) == done.path.read_text()


def test_what_breaks_another_role_is_not_written(folder: Path) -> None:
    """The whole set is checked: a role may have heirs."""
    file = rolegate.read_role(folder, "reader")
    with pytest.raises(rolegate.EditError, match="role `reader` cannot be written like this") as refused:
        file.save(replace(file.parts, grants=("cards.close",)))
    assert {one.code for one in refused.value.diagnostics} == {"RG315"}
    assert (folder / "roles" / "all.yaml").read_text() == FILES["roles/all.yaml"]


def test_what_was_wrong_before_refuses_nothing(folder: Path) -> None:
    """A fault of a tenant is not that of whoever edits another role, even one above it in its file."""
    (folder / "roles" / "beta").mkdir()
    (folder / "roles" / "beta" / "all.yaml").write_text(
        "roles:\n  one: {grants: [cards.close]}\n  two: {grants: [cards.clsoe]}\n"
    )
    one = rolegate.read_role(folder, "one", domain="beta")
    done = one.save(replace(one.parts, grants=("cards.close", "cards.show@my"), title="One"))
    assert done.path.read_text().startswith(
        "roles:\n  one: {title: One, grants: [cards.close, cards.show@my]}"
    )
    with pytest.raises(rolegate.EditError, match="RG301"):
        again = rolegate.read_role(folder, "one", domain="beta")
        again.save(replace(again.parts, grants=("cards.clsoe2",)))


def test_a_newer_file_is_not_overwritten(folder: Path) -> None:
    """What somebody else has saved in the meantime is still there."""
    file, path = rolegate.read_role(folder, "reader"), folder / "roles" / "all.yaml"
    path.write_text(path.read_text() + "# theirs\n")
    with pytest.raises(rolegate.EditError, match="has changed since it was read"):
        file.save(replace(file.parts, title="Mine"))
    assert path.read_text().endswith("# theirs\n")
    file = rolegate.read_role(folder, "reader")
    path.unlink()
    with pytest.raises(rolegate.EditError, match="has changed since it was read"):
        file.save(replace(file.parts, title="Mine"))


def test_warnings_that_come_with_it_are_given_back(folder: Path) -> None:
    """They refuse nothing."""
    file = rolegate.read_role(folder, "reader")
    done = file.save(replace(file.parts, title="editor"))
    assert [one.code for one in done.warnings] == ["RG348"]
    assert "title: editor\n" in done.path.read_text()


def test_the_findings_of_a_draft_say_that_its_title_is_taken(folder: Path) -> None:
    """So a form can say it before the role is saved."""
    draft = rolegate.load(folder).draft("lead", domain="acme").called(title="Reader")
    assert [(one.code, one.box) for one in draft.findings] == [("RG348", None)]
    assert draft.called(title="Head").findings == ()


def test_a_set_with_errors_is_not_touched(folder: Path) -> None:
    """Nothing is said of a set that cannot be read."""
    (folder / "catalog.yaml").write_text("catalog: demo\n")
    with pytest.raises(rolegate.InvalidPolicyError):
        rolegate.read_role(folder, "reader")
    with pytest.raises(rolegate.InvalidPolicyError):
        rolegate.new_role(folder, RoleParts("x2", grants=("cards.close",)))


def test_a_file_whose_name_is_taken_gets_another(folder: Path) -> None:
    """No file is overwritten, on a system without capital letters either."""
    done = rolegate.new_role(folder, RoleParts("ALL", grants=("cards.close",)))
    assert done.path.name == "ALL-2.yaml"
    assert rolegate.load(folder).roles_of("beta") == ("ALL", "editor", "reader")


def test_a_new_role_that_would_grant_nothing_is_not_written(tmp_path: Path) -> None:
    """A clone is refused with the same words; a role that there is may be edited all the same."""
    catalog = "catalog: x\nplans: {free: Free, pro: Pro}\ncustom_roles: {plans: [pro]}\n"
    files = {
        "catalog.yaml": f"{catalog}permissions: {{a: A}}\n",
        "domains.yaml": "domains: {acme: {plan: free}}\n",
        "roles/agent.yaml": "role: agent\ngrants: [a]\n",
        "roles/old.yaml": "role: old\ndomain: acme\ngrants: []\n",
    }
    folder = write(tmp_path, files)
    words = "is not written: role .* grants nothing: .*; "
    with pytest.raises(rolegate.EditError, match=f"^role `lead` {words}"):
        rolegate.new_role(folder, RoleParts("lead", domain="acme", grants=("a",)))
    with pytest.raises(
        rolegate.EditError, match=f"^the clone `lead` of role `agent` in domain `acme` {words}"
    ):
        rolegate.clone_role(folder, "agent", "lead", domain="acme")
    assert ["agent.yaml", "old.yaml"] == sorted(path.name for path in (folder / "roles").iterdir())
    old = rolegate.read_role(folder, "old", domain="acme")
    assert ("a",) == old.save(replace(old.parts, grants=("a",))).parts.grants
