"""Roles that tenants make have titles and descriptions in several languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from drawing import some_of
from hostile_strings import HOSTILE_TEXTS
from rolegate.errors import ChangeError, RefusedChangeError
from rolegate.store.dump import dump_of
from rolegate.store.store import Store
from tenant_desk import begun_desk, by

LABELS = {"de": {"title": "Nachtschicht", "description": "Wer nachts da ist."}, "fr": "Nuit"}


@pytest.fixture
def desk(tmp_path: Path) -> Store:
    """The desk in three languages."""
    (tmp_path / "set" / "labels").mkdir(parents=True)
    for locale in ("de", "fr"):
        (tmp_path / "set" / "labels" / f"{locale}.yaml").write_text(f"locale: {locale}\n")
    desk = begun_desk(Store.open("sqlite://"), tmp_path)
    by(desk, "olga").create_role("night", title="Night", grants=["tickets.show@my"], labels=LABELS)
    return desk


def words(policy: rolegate.Policy, name: str, locale: str) -> tuple[str, str]:
    """The title and the description of a role of `acme` in a language."""
    texts = {one.name: one for one in policy.role_texts("acme", locale=locale)}
    return texts[name].title, texts[name].description


def test_a_role_says_what_it_is_in_each_language(desk: Store) -> None:
    """In lists, drafts and trees; what is not said in one is as in the language of the catalog."""
    policy, german = desk.policy(), ("Nachtschicht", "Wer nachts da ist.")
    assert words(policy, "night", "de") == german
    assert (words(policy, "night", "fr"), words(policy, "night", "en")) == (("Nuit", ""), ("Night", ""))
    draft, _ = by(desk, "olga").draft("night")
    assert draft.titles == {"en": "Night", "de": "Nachtschicht", "fr": "Nuit"}
    by(desk, "olga").save(draft.tick("refund"), 1)
    by(desk, "olga").rename_role("night", "late")
    assert words(desk.policy(), "late", "de") == german
    by(desk, "olga").clone_role("late", "copy", title="Copy", labels={"de": "Kopie"})
    assert words(desk.policy(), "copy", "de") == ("Kopie", "")
    assert words(desk.policy(), "copy", "fr") == ("Copy", "")
    by(desk, "olga").edit_role("late", labels={"fr": "Nuit"})
    assert words(desk.policy(), "late", "de") == ("Night", "")
    last = by(desk, "olga").history()[-1].documents[0]
    assert (last.before or {})["labels"] == LABELS
    by(desk, "olga").undo(by(desk, "olga").history()[-1].number)
    assert words(desk.policy(), "late", "de") == german


def test_a_dump_has_them(desk: Store, tmp_path: Path) -> None:
    """As files that say the same, which a person can edit."""
    with desk.reading() as snapshot:
        for name, text in dump_of(snapshot).items():
            (tmp_path / "dump" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "dump" / name).write_text(text)
    (tmp_path / "dump" / "dump.json").unlink()
    assert words(rolegate.load(tmp_path / "dump"), "night", "de") == ("Nachtschicht", "Wer nachts da ist.")


def test_hostile_titles_are_kept_as_they_are_or_refused(desk: Store) -> None:
    """In a language as in the title itself."""
    olga = by(desk, "olga")
    for number, text in enumerate(some_of(HOSTILE_TEXTS, 12)):
        name = f"role{number}"
        try:
            olga.create_role(name, title=f"Role {number}", grants=["tickets.show@my"], labels={"de": text})
        except (ChangeError, RefusedChangeError):
            continue
        assert words(desk.policy(), name, "de")[0] == (text or f"Role {number}")
    for wrong in ({"de": 5}, {"de": {"name": "x"}}, {"": "x"}, {"not a language": "x"}, "Nacht"):
        with pytest.raises((ChangeError, RefusedChangeError)):
            olga.create_role("wrong", grants=["tickets.show@my"], labels=wrong)


def test_a_language_that_the_set_does_not_have_is_kept_until_it_has_it(desk: Store, tmp_path: Path) -> None:
    """A tenant may be earlier than the product."""
    by(desk, "olga").edit_role("night", labels={"pl": "Noc"})
    (tmp_path / "set" / "labels" / "pl.yaml").write_text("locale: pl\n")
    desk.apply(tmp_path / "set")
    assert words(desk.policy(), "night", "pl") == ("Noc", "")


def test_titles_that_are_the_same_in_one_language_are_found(tmp_path: Path) -> None:
    """Roles are chosen by what people read."""
    files = {
        "catalog.yaml": "catalog: desk\ncustom_roles: {}\npermissions: {show: Show}\n",
        "labels/de.yaml": "locale: de\n",
        "domains.yaml": "domains: {acme: {}}\n",
        "roles/a.yaml": "role: a\ntitle: First\ndomain: acme\ngrants: [show]\nlabels: {de: Gleich}\n",
        "roles/b.yaml": "role: b\ntitle: Second\ndomain: acme\ngrants: [show]\nlabels: {de: Gleich}\n",
    }
    for name, said in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(said)
    assert "RG348" in {one.code for one in rolegate.validate([tmp_path]).diagnostics}
