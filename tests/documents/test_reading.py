"""A sound policy set becomes documents, each value with its place; sets are found where they lie."""

from pathlib import Path
from typing import assert_type

import pytest

from reading import CATALOG, findings, read, sound, write
from repository import ROOT
from rolegate.diagnostics import Span
from rolegate.documents.documents import Documents
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.set_finder import find_sets
from rolegate.documents.set_reader import read_set
from rolegate.documents.text import Text
from rolegate.errors import PolicyNotFoundError

POLICIES = ROOT / "policies"


def test_catalog_alone_is_a_policy_set(tmp_path: Path) -> None:
    """Only the catalog is required."""
    documents = sound(write(tmp_path, {}))
    assert ((), None, (), ()) == (documents.roles, documents.domains, documents.bindings, documents.labels)
    assert Span(f"{tmp_path.as_posix()}/catalog.yaml") == documents.top
    assert frozenset() == documents.incomplete


def test_short_and_long_forms_are_one_shape(tmp_path: Path) -> None:
    """A list of names, a title alone, one text for a list are short for the mapping and the list."""
    short = """
catalog: demo
plans: [free]
scopes: {reach: [all, my]}
resources: {inbox: Inbox}
permissions:
  a: {title: A, requires: b, aliases: read a}
  b: B
  c: {fields: [name]}
"""
    long = """
catalog: demo
plans: {free: {}}
scopes: {reach: {all: {}, my: {within: all}}}
resources: {inbox: {title: Inbox}}
permissions:
  a: {title: A, requires: [b], aliases: [read a]}
  b: {title: B}
  c: {fields: {name: {}}}
"""
    one = sound(write(tmp_path / "one", {"catalog.yaml": short})).catalog.model_dump()
    other = sound(write(tmp_path / "other", {"catalog.yaml": long})).catalog.model_dump()
    assert other == one


def test_every_value_knows_its_place(tmp_path: Path) -> None:
    """Names, ids and grants carry file, line and column; so do the mappings and keys around them."""
    role = "role: agent\ngrants:\n  - a\nexcept: [b]\n"
    lines = "bindings:\n  - {user: ana, role: agent, until: 2027-01-01}\n"
    documents = sound(write(tmp_path, {"roles/agent.yaml": role, "bindings.yaml": lines}))
    ((name, body),) = documents.roles
    (line,) = documents.bindings
    folder = tmp_path.as_posix()
    assert Span(f"{folder}/roles/agent.yaml", 1, 7) == name.span
    assert [Span(f"{folder}/roles/agent.yaml", 3, 5)] == [grant.span for grant in body.grants]
    assert [Span(f"{folder}/roles/agent.yaml", 4, 10)] == [grant.span for grant in body.excepted]
    assert Span(f"{folder}/roles/agent.yaml", 4, 1) == body.at("except")
    assert Span(f"{folder}/bindings.yaml", 2, 5) == line.span
    assert Span(f"{folder}/bindings.yaml", 2, 17) == line.at("role")
    assert [Span(f"{folder}/catalog.yaml", 2, 15)] == [
        key.span for key in documents.catalog.permissions if key == "a"
    ]


def test_roles_one_a_file_or_several(tmp_path: Path) -> None:
    """A file holds one role or several; files are read in the order of their names."""
    files = {"roles/z.yaml": "role: z\n", "roles/a.yaml": "roles: {b: {grants: a}, c: {locked: true}}\n"}
    roles = sound(write(tmp_path, files)).roles
    assert_type(roles, tuple[tuple[Text, RoleBody], ...])
    assert [("b", False), ("c", True), ("z", False)] == [(name, body.locked) for name, body in roles]


def test_dates_need_no_quotes(tmp_path: Path) -> None:
    """`until` takes a date with quotes or without."""
    lines = 'bindings: [{user: a, role: x, until: 2027-01-31}, {user: a, role: x, until: "2027-01-31"}]\n'
    documents = sound(write(tmp_path, {"bindings.yaml": lines}))
    assert ["2027-01-31"] * 2 == [line.until for line in documents.bindings]


def test_numbers_in_one_spelling_are_ids(tmp_path: Path) -> None:
    """`42` without quotes is the id `42`."""
    domains = "domains: {42: {teams: {7: [1, 2]}, instances: {inbox: [3]}}}\n"
    documents = sound(write(tmp_path, {"domains.yaml": domains}))
    assert documents.domains is not None
    assert ["42"] == list(documents.domains.domains)


HOSTILE = [
    *(
        "a,b",
        'a"b',
        "a'b",
        "a\nb",
        "a[b]",
        "*",
        "a:x",
        "a/b",
        "a%b",
        "a%2Fb",
        "a b",
        " a ",
        "admin",
        "role:admin",
    ),
    *("user:ana", "a\u200fb", "аdmin", "日本", "a\0b", "-", "#", "a#b", "{a}", "=cmd()", "a\\b", "é", "😀"),
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_ids_are_read_as_they_are(tmp_path: Path, hostile: str) -> None:
    """An id is any text; whatever the file means by it is left to the quotes of YAML."""
    quoted = "".join(
        character if character.isalnum() else f"\\U{ord(character):08x}" for character in hostile
    )
    quoted = f'"{quoted}"'
    domains = f"domains: {{{quoted}: {{teams: {{{quoted}: [{quoted}]}}}}}}\n"
    lines = f"bindings: [{{user: {quoted}, role: {quoted}, domain: {quoted}}}]\n"
    files = {
        "domains.yaml": domains,
        "bindings.yaml": lines,
        "roles/x.yaml": f"role: {quoted}\ngrants: [a]\n",
    }
    documents, found = read(write(tmp_path, files))
    assert documents is not None
    assert set() == {finding.code for finding in found} - {"RG117"}
    assert documents.domains is not None
    (line,) = documents.bindings
    names = [
        line.user,
        line.role,
        line.domain,
        *documents.domains.domains,
        *(name for name, _ in documents.roles),
    ]
    assert [hostile] * 5 == names


def test_what_is_wrong_is_left_out_and_the_rest_is_given(tmp_path: Path) -> None:
    """One bad role, line or file does not hide the others, and the documents say what is incomplete."""
    files = {
        "roles/many.yaml": "roles:\n  good: {grants: [a]}\n  bad: {grnts: [a]}\n",
        "roles/bad.yaml": "role: other\nlocked: maybe\n",
        "bindings.yaml": "bindings: [{user: ana, role: good}, {user: ana}, {usr: ana, role: good}]\n",
        "domains.yaml": "domains: [acme]\n",
        "labels/fr.yaml": "locale: fr\ntitel: x\n",
    }
    documents, _ = read(write(tmp_path, files))
    assert documents is not None
    assert ["good"] == [name for name, _ in documents.roles]
    assert [("ana", "good")] == [(line.user, line.role) for line in documents.bindings]
    assert (None, ()) == (documents.domains, documents.labels)
    assert frozenset({"roles", "bindings", "domains", "labels"}) == documents.incomplete


def test_all_files_are_reported_in_one_run(tmp_path: Path) -> None:
    """A broken catalog does not hide what is wrong with the other files."""
    files = {
        "catalog.yaml": "catalog: demo\n",
        "roles/a.yaml": "role: a\ngrnts: [a]\n",
        "roles/b.yaml": "role: no\n",
        "domains.yaml": "domains:\n",
        "bindings.yaml": "bindings: [{user: x}]\n",
        "labels/fr.yaml": "locale: de\n",
    }
    assert [
        "bindings.yaml:1:12 RG404",
        "catalog.yaml:1:1 RG113",
        "domains.yaml:1:1 RG109",
        "labels/fr.yaml:1:9 RG116",
        "roles/a.yaml:2:1 RG112",
        "roles/b.yaml:1:7 RG108",
    ] == findings(write(tmp_path, files))
    assert read(tmp_path)[0] is None


UNKNOWN = [
    ("binding.yaml", "did you mean `bindings.yaml`?"),
    ("bindings.yml", "call it `bindings.yaml`: the files of a policy set end in `.yaml`"),
    ("Domains.yaml", "did you mean `domains.yaml`?"),
    ("role/x.yaml", "did you mean `roles/x.yaml`?"),
    ("roles/x.yml", "call it `roles/x.yaml`: the files of a policy set end in `.yaml`"),
    ("roles/eu/de/x.yaml", "did you mean `roles/x.yaml`?"),
    *(
        (
            f"{name}.{ending}",
            f"call it `{name}.yaml`: the files of a policy set end in `.yaml`, and JSON is valid in them",
        )
        for name, ending in [("roles/x", "json"), ("roles/eu/x", "JSON"), ("bindings", "json")]
    ),
    ("label/fr.YAML", "did you mean `labels/fr.yaml`?"),
    (
        "agent.yaml",
        "if it is a role, move it to `roles/agent.yaml`; "
        "a policy set has catalog.yaml, roles/*.yaml, roles/<domain>/*.yaml, domains.yaml, "
        "domains/<domain>.yaml, bindings.yaml, bindings/<domain>.yaml, bindings/<domain>/*.yaml, "
        "labels/<locale>.yaml, review.yaml, approvals.yaml, invariants.yaml, tests/*.yaml",
    ),
    ("restrictions.yaml", "restrictions are declared in catalog.yaml, and switched on in bindings.yaml"),
    (
        "deep/er/still/x.yaml",
        "a policy set has catalog.yaml, roles/*.yaml, roles/<domain>/*.yaml, domains.yaml, "
        "domains/<domain>.yaml, bindings.yaml, bindings/<domain>.yaml, bindings/<domain>/*.yaml, "
        "labels/<locale>.yaml, review.yaml, approvals.yaml, invariants.yaml, tests/*.yaml",
    ),
]


@pytest.mark.parametrize(("name", "help"), UNKNOWN)
def test_file_that_nothing_reads_is_an_error(tmp_path: Path, name: str, help: str) -> None:
    """A misspelt file name is reported with the nearest known one; its content is not looked at."""
    write(tmp_path, {name: "[[["})
    _, found = read(tmp_path)
    assert [(f"{tmp_path.as_posix()}/{name}", "RG111", help)] == [
        (finding.file, finding.code, finding.help) for finding in found
    ]


def test_misspelt_catalog_is_one_diagnostic(tmp_path: Path) -> None:
    """Where the catalog's name is misspelt it is not missing, too."""
    write(tmp_path, {"catalogue.yaml": CATALOG})
    (tmp_path / "catalog.yaml").unlink()
    assert ["catalogue.yaml:1:1 RG111"] == findings(tmp_path)


def test_missing_catalog(tmp_path: Path) -> None:
    """A set without a catalog says so, at the place where it should be."""
    write(tmp_path, {"roles/x.yaml": "role: x\n"})
    (tmp_path / "catalog.yaml").unlink()
    assert ["catalog.yaml:1:1 RG120"] == findings(tmp_path)


def test_other_files_are_not_looked_at(tmp_path: Path) -> None:
    """Readme files, hidden files and hidden folders may lie in a set."""
    files = {
        "README.md": "x",
        "notes.txt": "x",
        "package.json": "x",
        "tools/roles/x.json": "x",
        ".hidden.yaml": "[",
        ".git/x.yaml": "[",
        "roles/._x.yaml": "[",
    }
    sound(write(tmp_path, files))


def test_labels_file_is_called_by_its_locale(tmp_path: Path) -> None:
    """The labels of another language under a wrong name would be shown to the wrong people."""
    assert ["labels/de.yaml:1:9 RG116"] == findings(write(tmp_path, {"labels/de.yaml": "locale: fr\n"}))


def test_files_are_named_as_the_user_gave_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path stays relative."""
    write(tmp_path / "sets" / "one", {"roles/x.yaml": "role: no\n"})
    monkeypatch.chdir(tmp_path)
    (diagnostic,) = read(Path("sets/one"))[1]
    assert "sets/one/roles/x.yaml:1:7" == str(diagnostic.span)
    monkeypatch.chdir(tmp_path / "sets" / "one")
    (diagnostic,) = read(Path())[1]
    assert "roles/x.yaml:1:7" == str(diagnostic.span)


def test_sets_are_found_above_and_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set, a file in it, its folder of roles and a folder of sets all lead to the set, named once."""
    one = write(tmp_path / "policies" / "one", {"roles/x.yaml": "role: x\n", "README.md": ""})
    two = write(tmp_path / "policies" / "deep" / "two", {})
    write(tmp_path / ".hidden", {})
    assert (two, one) == find_sets([tmp_path])
    assert (two, one) == find_sets([one, tmp_path / "policies", two, one])
    assert (one,) == find_sets([one])
    assert (one,) == find_sets(
        [one / "catalog.yaml", one / "roles" / "x.yaml", one / "roles", one / "README.md"]
    )
    monkeypatch.chdir(one / "roles")
    assert (Path(".."),) == find_sets([Path("x.yaml")])
    assert (Path(".."),) == find_sets([Path()])
    monkeypatch.chdir(tmp_path)
    assert (Path("policies/deep/two"), Path("policies/one")) == find_sets([Path()])


def test_set_without_a_catalog_is_found(tmp_path: Path) -> None:
    """A set whose catalog is missing or misspelt is read, so that it can be reported."""
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "x.yaml").write_text("role: x\n")
    assert (tmp_path,) == find_sets([tmp_path])


def test_folders_linked_in_a_circle_hold_each_set_once(tmp_path: Path) -> None:
    """Searching follows links, but not in circles."""
    one = write(tmp_path / "one", {})
    (tmp_path / "linked").symlink_to(tmp_path, target_is_directory=True)
    assert (one,) == find_sets([tmp_path])


@pytest.mark.parametrize("name", ["gone", "empty", "empty/file.txt", "loop", "nul\0", "x" * 5000])
def test_path_without_a_set_is_an_exception(tmp_path: Path, name: str) -> None:
    """Asking for a set where there is none is the caller's mistake, not a policy's."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "file.txt").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(PolicyNotFoundError):
        find_sets([tmp_path / name])


def test_own_policies_are_sound() -> None:
    """The policy sets of this project are read without an error."""
    for folder in find_sets([POLICIES]):
        documents, found = read(folder)
        assert [] == [str(finding) for finding in found if finding.severity == "error"]
        assert isinstance(documents, Documents)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    """The same folder read twice gives the same documents."""
    write(tmp_path, {"roles/x.yaml": "role: x\ngrants: [a]\n"})
    assert sound(tmp_path) == sound(tmp_path)
    assert read_set.__doc__
