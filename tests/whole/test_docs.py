"""The documentation is right: examples run, references are complete, links lead somewhere."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

import click
import pytest

import rolegate
from pages.markdown import Block, Page
from pages.running import Place
from repository import ROOT
from rolegate import casbin as indexed
from rolegate import changes, records, testing
from rolegate.codes import CODES, is_lint
from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.addon_shapes import AddonShape, NeededAddonShape
from rolegate.documents.approvals_file import ApprovalShape, ApprovalsShape
from rolegate.documents.bindings_file import BindingShape, BindingsShape
from rolegate.documents.capture import read_files
from rolegate.documents.catalog_file import (
    CatalogShape,
    CustomRolesShape,
    FieldShape,
    NodeShape,
    ResourceShape,
    RestrictionShape,
    RoleKindShape,
    ScopeShape,
)
from rolegate.documents.described import DescribedLabelShape
from rolegate.documents.domains_file import DomainShape, DomainsShape
from rolegate.documents.invariants_file import InvariantShape, InvariantsShape
from rolegate.documents.labels_file import LabelShape, LabelsShape
from rolegate.documents.review_file import ReviewShape
from rolegate.documents.roles_file import RoleBody, RoleShape, RolesShape
from rolegate.documents.set_reader import read_set
from rolegate.documents.shape import Shape
from rolegate.integrations import asgi, django, fastapi, flask
from rolegate_cli.app import COMMANDS, cli

DOCS = ROOT / "docs"
CODE_PAGES = sorted(DOCS.glob("codes/RG*.md"))
PAGES = sorted(
    {*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("policies/*/*.md"), *ROOT.glob("changelog.d/*.md")}
)
SHOWING = [page for page in PAGES if "```" in page.read_text(encoding="utf-8") and page not in CODE_PAGES]
"""Those with a block; each code has a test of its own."""
SHAPES: dict[str, tuple[type[Shape], ...]] = {
    "catalog.yaml": (CatalogShape,),
    "addons": (AddonShape, NeededAddonShape),
    "role_kinds": (RoleKindShape, CustomRolesShape),
    "scopes": (ScopeShape,),
    "resources": (ResourceShape,),
    "restrictions": (RestrictionShape,),
    "permissions": (NodeShape,),
    "fields": (FieldShape,),
    "roles/*.yaml": (RoleShape, RolesShape),
    "domains.yaml": (DomainsShape, DomainShape),
    "bindings.yaml": (BindingsShape, BindingShape),
    "invariants.yaml": (InvariantsShape, InvariantShape),
    "labels/<locale>.yaml": (LabelsShape, LabelShape, DescribedLabelShape),
    "review.yaml": (ReviewShape,),
    "approvals.yaml": (ApprovalsShape, ApprovalShape),
}


def named(page: Path) -> str:
    """A page by its path in the repository."""
    return page.relative_to(ROOT).as_posix()


def expect(page: Page, found: dict[Block, str], update: bool) -> None:
    """The blocks of *page* show what was *found*; with *update* they are made to."""
    if update and any(block.text != text for block, text in found.items()):
        page.path.write_text(page.with_blocks(found), encoding="utf-8")
    else:
        assert found == {block: block.text for block in found}


# -- the codes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_page_and_its_example_is_right(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    """The example under Avoid gives the code and what follows from it, the one under Prefer gives nothing."""
    page = Page.read(DOCS / "codes" / f"{code}.md")
    assert page.headings == (f"# {code} {CODES[code].name}", "## Avoid", "## Prefer", "## Why")
    assert ("A warning:" in page.prose) == (CODES[code].severity == "warning")
    found: dict[Block, str] = {}
    for section in ("Avoid", "Prefer"):
        place = Place(_example(page, section, tmp_path))
        monkeypatch.chdir(place.folder)
        for block in page.blocks:
            if block.language == "sh" and block.section == section:
                assert place.shell(block.text) == ""
            elif block.language == "console" and block.section == section:
                found[block] = place.run(block)
                assert (code in found[block]) == (section == "Avoid")
        findings = findings_of_page(code)
        shown = [block for block in page.blocks if block.language == "text" and block.section == section]
        # An error in the file of a tenant also sets something aside.
        beside = {finding.code for finding in findings} if code in ("RG441", "RG612") else {"RG340", "RG441"}
        assert {finding.code for finding in findings} - (beside - {code}) == ({code} if shown else set())
        found |= {block: "".join(f"{finding}\n" for finding in findings) for block in shown}
    assert found, "the page does not show what rolegate says"
    expect(page, found, update_golden)


def findings_of_page(code: str) -> tuple[Diagnostic, ...]:
    """What the commands find here; of lint, what has the code of the page."""
    if not is_lint(code):
        return rolegate.validate([Path(".")]).diagnostics
    found = rolegate.lint(settings=rolegate.LintSettings()).diagnostics
    return tuple(finding for finding in found if finding.code == code or not is_lint(finding.code))


def _example(page: Page, section: str, folder: Path) -> Path:
    """The policy set of a section: its files, on the base set unless they bring a catalog of their own."""
    files = [block for block in page.blocks if block.file and block.section in (page.title, section)]
    target = folder / section.lower()
    if any(block.file == "catalog.yaml" for block in files):
        target.mkdir()
    else:
        shutil.copytree(DOCS / "codes" / "base", target)
    for block in files:
        Place(target).write(block)
    return target


def test_the_list_of_codes_is_complete() -> None:
    """The index of the codes has each of them with its name, and no other page stands beside it."""
    index = (DOCS / "codes" / "README.md").read_text(encoding="utf-8")
    for code, entry in CODES.items():
        kind = "note" if code.startswith("RG6") else entry.severity
        assert f"| [{code}]({code}.md) | `{entry.name}` | {kind} | {entry.summary} |" in index
    assert [page.stem for page in CODE_PAGES] == sorted(CODES)


# -- examples -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHOWING, ids=named)
def test_the_examples_of_a_page_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    """Files, commands and Python of a page, in their order; commands print what the page shows."""
    page = Page.read(path)
    folder = tmp_path / "here"
    folder.mkdir()
    place = Place.of(page, folder)
    monkeypatch.chdir(folder)
    found: dict[Block, str] = {}
    for block in page.blocks:
        if block.file:
            place.write(block)
        elif block.writes:
            assert place.shell(block.text) == ""
        elif block.language == "console" and "policies" not in path.parts:
            found[block] = place.run(block)
        elif block.language == "python":
            assert place.python(block, page) == ""
    expect(page, found, update_golden)
    policies = (block.file for block in page.blocks if block.file and block.language == "yaml")
    for name in sorted({file.partition("/")[0] for file in policies}):
        assert [str(finding) for finding in rolegate.validate([name]).diagnostics] == []


def test_what_is_typed_can_be_pasted() -> None:
    """A command of several lines is in a block of its own, without the signs that a shell writes."""
    blocks = [block for path in PAGES for block in Page.read(path).blocks if block.language == "console"]
    assert [] == [block.text for block in blocks if re.search(r"^\$ .*\n> |<<'", block.text, re.MULTILINE)]


def _commits_late(function: ast.AST) -> bool:
    """Whether a dependency commits after its `yield`: the answer is sent by then."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or function.decorator_list:
        return False
    calls = {part.attr: part.lineno for part in ast.walk(function) if isinstance(part, ast.Attribute)}
    yields = [part.lineno for part in ast.walk(function) if isinstance(part, ast.Yield)]
    return bool(yields) and ("begin" in calls or calls.get("commit", 0) > min(yields))


def test_nobody_is_answered_before_the_commit() -> None:
    """FastAPI ends a dependency with `yield` after the answer, so handlers of pages and examples commit."""
    blocks = (block for path in SHOWING for block in Page.read(path).blocks if block.language == "python")
    programs = [block.text for block in blocks if "yield" in block.text and ">>>" not in block.text]
    programs += [path.read_text(encoding="utf-8") for path in ROOT.glob("examples/**/*.py")]
    functions = [part for text in programs for part in ast.walk(ast.parse(text))]
    assert [ast.unparse(one) for one in functions if _commits_late(one)] == []
    late = "async def late():\n    async with opened.begin():\n        yield opened\n"
    assert _commits_late(ast.parse(late).body[0])


def test_the_commands_of_the_policy_sets_work() -> None:
    """The READMEs of the policy sets name commands that answer."""
    for path in ROOT.glob("policies/*/README.md"):
        for block in Page.read(path).blocks:
            for line in block.text.splitlines():
                if line.startswith("$ rolegate "):
                    name = line.split()[2]
                    assert name in COMMANDS


def test_the_tour_ends_well(tmp_path: Path) -> None:
    """The main job of the README: every command ends as the tour says."""
    for name in ("policies", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shown = Place(tmp_path).shell("python examples/tour.py")
    assert shown.endswith("\nEverything as it should be.\n"), shown


# -- references ---------------------------------------------------------------------------------------------


def _options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield max(parameter.opts, key=len)
    inner = command.commands if isinstance(command, click.Group) else {}
    for name, one in inner.items():
        yield f"rolegate {command.name} {name}"
        yield from _options(one)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_option_is_in_the_reference(name: str) -> None:
    """A section per command, with every option in it."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    section = Page.read(DOCS / "reference" / "cli.md").section(f"rolegate {name}")
    assert section
    assert [option for option in _options(command) if f"`{option}" not in section] == []


def _keys(section: str) -> set[str]:
    """The keys that the first column of its tables names."""
    return {
        key
        for line in section.splitlines()
        if line.startswith("| `")
        for key in line.split("|")[1].split("`")[1::2]
    }


def test_the_language_can_be_read_in_one_sitting() -> None:
    """The language and its conditions have at most 4,860 words: who adds some takes others away."""
    pages = (DOCS / "reference" / name for name in ("language.md", "conditions.md"))
    assert sum(len(page.read_text(encoding="utf-8").split()) for page in pages) <= 4860


@pytest.mark.parametrize("title", SHAPES)
def test_each_key_is_in_the_reference(title: str) -> None:
    """A table per mapping of the language, with all of its keys; those for people are said once."""
    page = Page.read(DOCS / "reference" / "language.md")
    rules = Page.read(DOCS / "reference" / "rules.md")
    shared = _keys(page.section("Keys for people"))
    named = _keys(page.section(title) or rules.section(title))
    keys = {key for shape in SHAPES[title] for key in shape.keys() if key != "accept"}  # noqa: SIM118
    assert named <= keys <= named | shared


def _used(value: object) -> Iterator[tuple[type[Shape], str]]:
    """The keys that the mappings in *value* were written with."""
    if isinstance(value, Shape):
        yield from ((type(value), str(key)) for key in value.written or ())
        value = [getattr(value, name) for name in type(value).model_fields]
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _used(part)


@pytest.mark.parametrize("title", SHAPES)
def test_each_key_has_an_example(title: str, tmp_path: Path) -> None:
    """One set uses each key of each mapping; it is valid, as the examples of all pages are."""
    blocks = [block for block in Page.read(DOCS / "reference" / "every-key.md").blocks if block.file]
    for block in blocks:
        Place(tmp_path).write(block)
    documents = read_set(read_files(tmp_path / "shop"), Report())
    assert documents is not None
    read = [getattr(documents, field.name) for field in fields(documents)]
    shapes = SHAPES[title]
    used = {key for kind, key in _used(read) if kind in {*shapes, RoleBody if RoleShape in shapes else None}}
    used |= {line.partition(":")[0] for block in blocks for line in block.text.splitlines()}  # keys of files
    wanted = {key for shape in shapes for key in shape.keys()}  # noqa: SIM118
    assert wanted - used <= {"accept"}


def test_each_public_name_is_in_the_reference() -> None:
    """Whatever `rolegate` and its modules export, and whatever a policy, a gate and a subject can do."""
    text = (DOCS / "reference" / "library.md").read_text(encoding="utf-8")
    classes = (rolegate.Policy, rolegate.Gate, rolegate.Subject, testing.Gates)
    methods = {name for owner in classes for name in vars(owner) if not name.startswith("_")}
    modules = (rolegate, asgi, changes, django, fastapi, flask, indexed, records, testing)
    wanted = [name for module in modules for name in module.__all__]
    wanted += [f".{name}" for name in sorted(methods - {"resolved", "path"})]
    shown = ("`{}", "rolegate.{}", "rolegate.casbin.{}", "rolegate.Gate{}")
    assert [name for name in wanted if not any(form.format(name) in text for form in shown)] == []


def _call(name: str, made: object) -> str:
    """A call as the reference shows it: its name and its arguments, without types."""
    assert callable(made)
    arguments = [one for one in inspect.signature(made).parameters.values() if one.name != "self"]
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in arguments]
    return f"{name}{inspect.Signature(bare)}".replace("'", '"')


def test_each_call_of_an_administration_is_in_the_reference() -> None:
    """A row for each call of `StoreAdmin` and `EditedRole`, and for each change, with its arguments."""
    page = Page.read(DOCS / "reference" / "library.md")
    calls = {
        _call(f".{name}", made)
        for owner in (rolegate.StoreAdmin, rolegate.EditedRole)
        for name, made in vars(owner).items()
        if inspect.isfunction(made) and not name.startswith("_")
    }
    assert calls == _keys(page.section("The administration of a tenant")) - {"rolegate.EditedRole"}
    said_below = {"AdministrativeChange", "DocumentChange"}
    values = {_call(name, getattr(changes, name)) for name in changes.__all__ if name not in said_below}
    assert values == _keys(page.section("Changes")) - {"rolegate.changes"}


def test_the_model_is_the_one_that_is_compiled() -> None:
    """The reference shows model.conf as it is."""
    blocks = Page.read(DOCS / "reference" / "compiled.md").blocks
    assert [block.text for block in blocks if block.language == "ini"] == [rolegate.casbin_model_text()]


# -- links --------------------------------------------------------------------------------------------------


def _targets(page: Page) -> Iterator[tuple[str, Path, str]]:
    for link in page.links:
        if not link.startswith(("https://", "http://", "mailto:")):
            name, _, anchor = link.partition("#")
            yield link, (page.path.parent / name).resolve() if name else page.path, anchor


def test_links_lead_somewhere() -> None:
    """To files of the repository, and to headings that are there."""
    anchors = cache(lambda target: Page.read(target).anchors)
    broken = [
        (named(path), link)
        for path in PAGES
        for link, target, anchor in _targets(Page.read(path))
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert broken == []


def test_every_page_can_be_reached() -> None:
    """From the index of the documentation, by links alone."""
    seen: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        path = waiting.pop()
        if path not in seen and path.suffix == ".md":
            seen.add(path)
            waiting += [target for _, target, _ in _targets(Page.read(path))]
    assert sorted(named(page) for page in DOCS.rglob("*.md") if page not in seen) == []
