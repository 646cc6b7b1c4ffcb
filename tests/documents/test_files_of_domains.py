"""Bindings and domains in folders: the name of a file, or of its folder, tells the domain."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from reading import write
from rolegate.diagnostics import Report, Span
from rolegate.documents.domain_names import domain_of

CATALOG = "catalog: demo\npermissions: {a: A, b: B, c: C}\n"
LINE = "bindings:\n  - {user: ana, grants: a}\n"
OTHER = "bindings:\n  - {user: bo, grants: a}\n"
DOMAINS = {"domains.yaml": "domains: {acme: {}, emea: {within: acme}, beta: {}}\n"}


def found(folder: Path, files: dict[str, str]) -> list[str]:
    """What is reported, as `file:line:column code`."""
    write(folder, {"catalog.yaml": CATALOG, **files})
    return [
        f"{one.file.removeprefix(f'{folder.as_posix()}/')}:{one.line}:{one.column} {one.code}"
        for one in rolegate.validate([folder]).diagnostics
        if one.code != "RG441"
    ]


def policy(folder: Path, files: dict[str, str]) -> rolegate.Policy:
    """The set with *files*."""
    return rolegate.load(write(folder, {"catalog.yaml": CATALOG, **files}))


@pytest.mark.parametrize("name", ["bindings/acme.yaml", "bindings/acme/all.yaml", "bindings/%61cme.yaml"])
def test_lines_need_no_domain(tmp_path: Path, name: str) -> None:
    """They hold in the domain that the file or the folder is named after, and inside it."""
    made = policy(tmp_path, {**DOMAINS, name: LINE})
    held = {domain: bool(made.check("ana", "a", domain=domain)) for domain in made.domains}
    assert held == {"acme": True, "emea": True, "beta": False}


def test_a_set_in_folders_is_compiled_like_one_in_files(tmp_path: Path) -> None:
    """Where the lines and the domains are written changes nothing of what they mean."""
    one = policy(
        tmp_path / "one",
        {
            "domains.yaml": "domains:\n  acme: {title: Acme, teams: {t: [bo]}}\n"
            "  emea: {within: acme}\n  beta: {}\n",
            "bindings.yaml": "bindings:\n  - {user: ana, grants: a, domain: acme}\n"
            "  - {team: t, grants: b, domain: emea}\n  - {user: ana, restrict: a, domain: emea}\n"
            "  - {user: cy, grants: c, domain: beta}\n",
        },
    )
    several = policy(
        tmp_path / "several",
        {
            "domains/acme.yaml": "title: Acme\nteams: {t: [bo]}\n",
            "domains/emea.yaml": "within: acme\n",
            "domains.yaml": "domains: {beta: {}}\n",
            "bindings/acme.yaml": f"{LINE}  - {{team: t, grants: b, domain: emea}}\n",
            "bindings/emea/restrictions.yaml": "bindings:\n  - {user: ana, restrict: a}\n",
            "bindings.yaml": "bindings: [{user: cy, grants: c, domain: beta}]\n",
        },
    )
    assert several.compile().policy_text == one.compile().policy_text
    assert several.domains == ("acme", "beta", "emea")


def test_a_line_names_no_domain_outside_that_of_its_file(tmp_path: Path) -> None:
    """Whoever may change the file of a tenant changes no other tenant."""
    line = "  - {user: bo, grants: a, domain: "
    files = {**DOMAINS, "bindings/acme/x.yaml": f"{LINE}{line}emea}}\n{line}acme}}\n{line}beta}}\n"}
    assert found(tmp_path, files) == ["bindings/acme/x.yaml:5:35 RG440"]
    files = {**DOMAINS, "bindings/acme/x.yaml": LINE, "bindings/emea.yaml": f"{LINE}{line}acme}}\n"}
    assert found(tmp_path, files) == ["bindings/emea.yaml:3:35 RG440"]


def test_a_file_of_an_unknown_domain_is_an_error(tmp_path: Path) -> None:
    """It is reported at the top of the file, since its name is what is wrong."""
    assert found(tmp_path, {**DOMAINS, "bindings/acne.yaml": LINE}) == ["bindings/acne.yaml:1:1 RG401"]


def test_what_is_wrong_in_a_file_of_a_domain_is_said_at_its_place(tmp_path: Path) -> None:
    """As in a file of several domains, and in a file of all lines."""
    files = {
        "domains/acme.yaml": "titel: Acme\n",
        "domains/beta.yaml": "- beta\n",
        "domains/gamma.yaml": "domains: {gamma: {}}\n",
        "domains/delta.yaml": "",
        "bindings/acme.yaml": "bindings:\n  - ana\n  - {usr: ana, role: x}\n",
        "bindings/beta/x.yaml": "lines: []\n",
    }
    assert found(tmp_path, files) == [
        "bindings/acme.yaml:2:5 RG114",
        "bindings/acme.yaml:3:6 RG112",
        "bindings/beta/x.yaml:1:1 RG112",
        "domains/acme.yaml:1:1 RG112",
        "domains/beta.yaml:1:1 RG114",
        "domains/delta.yaml:1:1 RG110",
        "domains/gamma.yaml:1:1 RG112",
    ]
    errors = [one for one in rolegate.validate([tmp_path]).diagnostics if one.severity == "error"]
    (help,) = [one.help for one in errors if "gamma" in one.file]
    assert help.endswith("a file that is named after a domain has the keys of that one")


@pytest.mark.parametrize(
    "domain", ["acme corp", "ünï", "a/b", "%41", "Acme", ".hidden", "con", "a.yaml", "🙂"]
)
def test_a_domain_is_spelled_percent_encoded(tmp_path: Path, domain: str) -> None:
    """All but plain letters, digits and `- . _ ~` has to be, and everything may be."""
    for number, stem in enumerate((quote(domain, safe=""), "".join(f"%{b:02x}" for b in domain.encode()))):
        stem = stem.replace(".", "%2E") if stem.startswith(".") else stem
        files = {f"domains/{stem}.yaml": "{}\n", f"bindings/{stem}.yaml": LINE}
        made = policy(tmp_path / str(number), files)
        assert made.domains == (domain,)
        assert made.check("ana", "a", domain=domain)


@pytest.mark.parametrize("stem", ["acme corp", "ünï", "a%2", "%zz", "%FF", "%c3", "a+b", "a:b"])
def test_what_file_systems_change_is_no_spelling(tmp_path: Path, stem: str) -> None:
    """Other letters are not the same everywhere, and half a code is no letter."""
    assert found(tmp_path, {**DOMAINS, f"bindings/{stem}.yaml": LINE}) == [f"bindings/{stem}.yaml:1:1 RG116"]


@given(st.text(min_size=1, max_size=30))
def test_every_domain_can_be_spelled(domain: str) -> None:
    """LAW: the encoded form of an id, as in compiled lines, is a name for its file."""
    if any("\ud800" <= character <= "\udfff" for character in domain):
        return
    stem = quote(domain, safe="")
    name = f"domains/{'%2E' + stem[1:] if stem.startswith('.') else stem}.yaml"
    assert domain_of(name, Span("f"), Report()) == domain


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ("bindings/acme.yaml", "bindings/%61cme.yaml", "bindings/acme.yaml"),
        ("bindings/acme.yaml", "bindings/acme/x.yaml", "bindings/acme/x.yaml"),
        ("bindings/%2D.yaml", "bindings/-.yaml", "bindings/-.yaml"),
        ("bindings/%2d.yaml", "bindings/%2D.yaml", "bindings/%2d.yaml"),
    ],
)
def test_the_lines_of_a_domain_are_in_one_place(tmp_path: Path, first: str, second: str, place: str) -> None:
    """Who reads the file of a domain sees all of it, however else its name may be spelled."""
    files = {"domains.yaml": "domains: {acme: {}, '-': {}}\n", first: LINE, second: OTHER}
    assert found(tmp_path, files) == [f"{place}:1:1 RG105"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("bindings/Acme.yaml", "bindings/acme.yaml"),
        ("bindings/Acme/x.yaml", "bindings/acme/y.yaml"),
        ("bindings/beta/X.yaml", "bindings/beta/x.yaml"),
    ],
)
def test_no_system_takes_two_files_for_one(tmp_path: Path, first: str, second: str) -> None:
    """Where capitals make no difference, one of them would be gone, or in the folder of another tenant."""
    files = {
        "domains.yaml": "domains: {acme: {}, Acme: {accept: {}}, beta: {}}\n",
        first: LINE,
        second: OTHER,
    }
    errors = [line for line in found(tmp_path, files) if "RG117" not in line]
    assert errors == [f"{second}:1:1 RG105"]
    moved = {**files, f"bindings/{quote('Acme').replace('A', '%41')}.yaml": LINE}
    del moved[first]
    assert [line for line in found(tmp_path / "moved", moved) if "RG117" not in line] == []


def test_a_domain_is_declared_once(tmp_path: Path) -> None:
    """In a file of its own or among others; which of the two counts is never guessed."""
    files = {"domains.yaml": "domains: {beta: {}, acme: {}}\n", "domains/acme.yaml": "{}\n"}
    assert found(tmp_path, files) == ["domains/acme.yaml:1:1 RG105"]
    (error,) = rolegate.validate([tmp_path]).diagnostics
    assert [(one.span.line, one.span.column) for one in error.related] == [(1, 21)]


def test_a_domain_that_is_declared_twice_is_one_finding(tmp_path: Path) -> None:
    """What either of the two places declares is known; what none of them does is reported as well."""
    files = {
        "catalog.yaml": "catalog: demo\nresources: {box: Box}\npermissions: {b: {title: b, per: box}}\n",
        "domains.yaml": "domains:\n  acme: {teams: {old: [bo]}, instances: {box: [A]}}\n",
        "domains/acme.yaml": "teams: {new: [ana]}\ninstances: {box: [B]}\n",
        "bindings.yaml": "bindings:\n  - {team: old, grants: ['b[A]'], domain: acme}\n"
        "  - {team: new, grants: ['b[B]'], domain: acme}\n",
    }
    assert ["domains/acme.yaml:1:1 RG105"] == found(tmp_path / "one", files)
    files["bindings.yaml"] += "  - {team: none, grants: ['b[C]'], domain: acme}\n"
    assert {"domains/acme.yaml:1:1 RG105", "bindings.yaml:4:12 RG403"} <= set(found(tmp_path / "two", files))


def test_other_files_in_the_folders_are_unknown(tmp_path: Path) -> None:
    """A misspelt ending and a folder too many drop no lines."""
    files = {
        **DOMAINS,
        "bindings/acme.yml": LINE,
        "bindings/acme/deep/x.yaml": LINE,
        "domains/acme/x.yaml": "{}\n",
    }
    assert found(tmp_path, files) == [
        "bindings/acme.yml:1:1 RG111",
        "bindings/acme/deep/x.yaml:1:1 RG111",
        "domains/acme/x.yaml:1:1 RG111",
    ]
    assert "call it `bindings/acme.yaml`: " in str(rolegate.validate([tmp_path]).diagnostics[0])


@pytest.mark.skipif(os.name == "nt", reason="on Windows, links need a privilege")
def test_a_linked_folder_of_a_domain_is_read_for_each_name(tmp_path: Path) -> None:
    """Two domains may share a folder of lines; it is not passed over the second time."""
    write(tmp_path, {"catalog.yaml": CATALOG, **DOMAINS, "bindings/acme/x.yaml": LINE})
    (tmp_path / "bindings/beta").symlink_to("acme")
    made = rolegate.load(tmp_path)
    assert [domain for domain in made.domains if made.check("ana", "a", domain=domain)] == list(made.domains)


@pytest.mark.skipif(os.name == "nt", reason="on Windows, links need a privilege")
@pytest.mark.parametrize(("target", "code"), [("../../elsewhere", "RG121"), ("nowhere", "RG101")])
def test_a_folder_of_a_domain_that_leads_nowhere_is_an_error(tmp_path: Path, target: str, code: str) -> None:
    """Its lines would be missing without a word."""
    write(tmp_path / "elsewhere", {"x.yaml": LINE})
    files = {"catalog.yaml": CATALOG, **DOMAINS, "bindings/beta/x.yaml": LINE}
    folder = write(tmp_path / "set", files)
    (folder / "bindings/acme").symlink_to(target)
    assert found(folder, {}) == [f"bindings/acme:1:1 {code}"]


def test_the_limit_of_files_holds(tmp_path: Path) -> None:
    """The files of all folders are counted together."""
    assert rolegate.Limits().files == 2000
    names = [f"bindings/d{number}/{part}.yaml" for number in range(3) for part in "xy"]
    write(tmp_path, {"catalog.yaml": CATALOG, **dict.fromkeys(names, LINE)})
    (error,) = rolegate.validate([tmp_path], limits=rolegate.Limits(files=6)).diagnostics
    assert (error.code, error.message) == ("RG102", "the set has more than 6 files")
    enough = rolegate.Limits(files=7)
    assert {one.code for one in rolegate.validate([tmp_path], limits=enough).diagnostics} == {"RG401"}


def test_warnings_of_a_domain_are_accepted_in_its_file(tmp_path: Path) -> None:
    """The name of the file is the name of the domain, so what is about it is accepted inside."""
    catalog = CATALOG.replace("b: B", "b: {title: B, plans: [free]}") + "plans: [free]\n"
    files = {"catalog.yaml": catalog, "domains/acme.yaml": "title: Acme\n"}
    assert found(tmp_path, files) == ["domains/acme.yaml:1:1 RG410"]
    files["domains/acme.yaml"] += "accept: {RG410: a trial}\n"
    assert found(tmp_path, files) == []


def test_a_set_is_found_from_any_of_its_folders(tmp_path: Path) -> None:
    """And a set that is in a folder called `domains` is not part of a set around it."""
    files = {"catalog.yaml": CATALOG, **DOMAINS, "bindings/acme/x.yaml": LINE}
    inner = write(tmp_path / "domains", files)
    for path in (
        inner,
        inner / "bindings",
        inner / "bindings/acme",
        inner / "bindings/acme/x.yaml",
        tmp_path,
    ):
        assert rolegate.validate([path]).sets == (inner,)
    shutil.copytree(inner, tmp_path / "bindings" / "demo")
    assert rolegate.validate([tmp_path]).sets == (tmp_path / "bindings/demo", inner)
