"""Laws of an import: the set answers as stock Casbin does, or grants less and says so."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import casbin
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples, some
from drawn_casbin import ACTIONS, DOMAINS, OBJECTS, ROLES, USERS, CasbinTexts, casbin_texts

HOLDER = "holder of "
QUESTIONS = some(200, 4)
"""So many of all questions are asked about each policy."""


def import_of(texts: CasbinTexts, folder: Path) -> rolegate.CasbinImport | None:
    """What is imported of *texts*; None where it is refused."""
    try:
        return rolegate.import_casbin(*texts.write(folder), questions=some(50, 5))
    except rolegate.CasbinImportError as error:
        assert error.diagnostics[0].code == "RG945"
        return None


def written(done: rolegate.CasbinImport, folder: Path) -> tuple[rolegate.Policy, rolegate.CasbinMapping]:
    """The set and the mapping, read back from files; each role has a holder who holds nothing else."""
    for name, text in done.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    before = rolegate.load(folder)
    added = []
    for domain in before.domains:
        where = {"domain": domain} if before.needs_domain else {}
        for role in before.resolved.roles:
            if role[0] in (None, domain):
                added.append({"user": HOLDER + role[1], "role": role[1], **where})
    bindings = folder / "bindings.yaml"
    known = bindings.read_text(encoding="utf-8") if bindings.exists() else "bindings:\n"
    lines = "".join(f"  - {json.dumps(line)}\n" for line in added)
    if added:
        bindings.write_text(known + lines, encoding="utf-8")
    return rolegate.load(folder), rolegate.CasbinMapping.read(folder)


def asked(texts: CasbinTexts) -> Iterator[tuple[str, ...]]:
    """Questions on everything that is drawn, named in the lines or not."""
    columns = [
        (*USERS, *ROLES, "boss", "root", "ghost"),
        (*OBJECTS, "grp", "/doc/zz", "/doc/1/x"),
        (*ACTIONS[:3], "burn"),
    ]
    if "r.dom" in texts.model:
        columns.insert(1, (*DOMAINS[:2], "other"))
    return itertools.product(*columns)


@given(casbin_texts(), st.randoms(use_true_random=False))
@examples(200, 15)
def test_the_set_answers_as_casbin_does(texts: CasbinTexts, chance: Random) -> None:
    """Never a yes that Casbin does not say; a no where a finding says why, or on unknown things."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        done = import_of(texts, folder / "source")
        if done is None:
            return
        stock = casbin.Enforcer(str(folder / "source/model.conf"), str(folder / "source/policy.csv"))
        assert done.proof.ok
        policy, mapping = written(done, folder / "set")
        known = set(policy.domains)
        lossy = any(found.severity == "warning" for found in done.findings)
        for question in chance.sample(list(asked(texts)), QUESTIONS):
            allowed = stock.enforce(*question)
            said = mapping.question(*question)
            ours = said is not None and bool(policy.decide(_holders(said, mapping)))
            if said is None or (len(question) == 4 and question[1] not in known):
                assert not ours, question
            elif ours != allowed:
                assert allowed and lossy, (question, said, done.findings)


def _holders(said: rolegate.Question, mapping: rolegate.CasbinMapping) -> rolegate.Question:
    user = HOLDER + str(said.user) if said.user in mapping.roles else said.user
    return rolegate.Question(said.permission, user=user, domain=said.domain, on=said.on)


@given(casbin_texts())
@examples(100)
def test_the_order_of_lines_changes_no_byte(texts: CasbinTexts) -> None:
    """Lines of a policy are a set, and so is what becomes of them."""
    with tempfile.TemporaryDirectory() as place:
        one = import_of(texts, Path(place) / "one")
        other = import_of(CasbinTexts(texts.model, texts.lines[::-1]), Path(place) / "other")
        assert (one and one.files) == (other and other.files)


@given(casbin_texts())
@examples(100)
def test_files_are_in_their_form_and_sound(texts: CasbinTexts) -> None:
    """`rolegate fmt` has nothing to write, and `rolegate validate` finds no error."""
    with tempfile.TemporaryDirectory() as place:
        done = import_of(texts, Path(place) / "source")
        if done is None:
            return
        folder = Path(place) / "set"
        for name, text in done.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        assert () == rolegate.format_sets([folder.as_posix()], check=True)
        assert rolegate.validate([folder]).ok
