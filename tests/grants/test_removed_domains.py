"""The id of a tenant that is gone is never given to another one, whoever registers it."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Question

FILES = {
    "catalog": "catalog: desk\ncustom_roles: {}\nremoved_names: {domains: {acme: {becomes: inc}, old: {}}}\n"
    "permissions: {show: Show}\n",
    "domains": "domains: {inc: {}}\n",
    "domains/beta": "title: Beta\n",
    "roles/agent": "role: agent\ngrants: show\n",
    "bindings": "bindings: [{user: ana, role: agent, domain: inc}]\n",
    "bindings/beta": "bindings: [{user: bo, role: agent}]\n",
}
AGAIN = "the domain `acme` is removed, and a removed name is never used again"


def desk(folder: Path, changed: dict[str, str]) -> Path:
    return write(folder, {f"{name}.yaml": text for name, text in {**FILES, **changed}.items()})


def errors(folder: Path) -> list[tuple[str, str, str]]:
    found = rolegate.validate([folder]).diagnostics
    return [
        (Path(one.file).relative_to(folder).as_posix(), one.code, one.message)
        for one in found
        if one.severity == "error"
    ]


def test_it_is_said_what_became_of_it(tmp_path: Path) -> None:
    """In lines and in questions, which are denied."""
    line = {"bindings": FILES["bindings"].replace("inc", "acme")}
    (found,) = rolegate.validate([desk(tmp_path / "line", line)]).diagnostics
    assert (found.code, found.help) == ("RG401", "`acme` was removed and has become `inc`")
    policy = rolegate.load(desk(tmp_path / "asked", {}))
    decision = policy.decide(Question("show", user="ana", domain="old"))
    assert (decision.allowed, decision.notes[0].help) == (
        False,
        "`old` was removed, and nothing took its place",
    )


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("domains/acme", "title: Another Acme\n"),
        ("domains/beta", "renamed_from: acme\n"),
        ("domains/beta", "renamed_from: [older, acme]\n"),
    ],
)
def test_another_tenant_that_registers_it_is_set_aside(tmp_path: Path, file: str, text: str) -> None:
    """Under this id, or as a former one: nobody else is affected, and nobody gets anything by it."""
    own = f"bindings/{Path(file).name}"
    folder = desk(tmp_path, {file: text, own: "bindings: [{user: eve, role: agent}]\n"})
    assert (f"{file}.yaml", "RG234", AGAIN) in errors(folder)
    policy = rolegate.load(folder)
    assert Path(file).name in [part.domain for part in policy.set_aside]
    asked = [("eve", "acme"), ("eve", "beta"), ("bo", "acme")]
    assert not any(policy.check(user, "show", domain=domain).allowed for user, domain in asked)
    assert policy.check("ana", "show", domain="inc").allowed


def test_a_shared_line_that_still_names_it_is_not_of_whoever_claims_it(tmp_path: Path) -> None:
    """The line names no domain, so the set is refused, as it would be without the claim."""
    line = "bindings: [{user: ana, restrict: show, domain: acme}]\n"
    folder = desk(tmp_path, {"domains/beta": "renamed_from: acme\n", "bindings": line})
    assert ("bindings.yaml", "RG401", "unknown domain `acme`") in errors(folder)
    with pytest.raises(rolegate.InvalidPolicyError):
        rolegate.load(folder)


def test_in_the_shared_file_it_refuses_the_set(tmp_path: Path) -> None:
    """What all tenants share is nobody's own fault."""
    folder = desk(tmp_path, {"domains": "domains: {inc: {}, acme: {}}\n"})
    assert errors(folder) == [("domains.yaml", "RG234", AGAIN)]


def test_what_it_becomes_is_a_domain(tmp_path: Path) -> None:
    """A name that no domain has is reported where it is written."""
    catalog = FILES["catalog"].replace("becomes: inc", "becomes: ink")
    assert errors(desk(tmp_path, {"catalog": catalog})) == [("catalog.yaml", "RG401", "unknown domain `ink`")]
