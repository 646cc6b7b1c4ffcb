"""What is refused as a whole, what is left out, and that each says why and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from drawn_casbin import ALLOW, BOTH, CasbinTexts, model_text
from repository import ROOT

MATCHER = "g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act"


def model(matcher: str = MATCHER, effect: str = ALLOW, asked: str = "sub, obj, act") -> str:
    return model_text(asked, f"{asked}, eft", {"g": 2}, effect, matcher)


def refusal(tmp_path: Path, text: str, *lines: str) -> str:
    """Why nothing is imported."""
    files = CasbinTexts(text, lines or ("p, ana, data, read, allow",)).write(tmp_path)
    with pytest.raises(rolegate.CasbinImportError) as raised:
        rolegate.import_casbin(*files)
    (found,) = raised.value.diagnostics
    assert (found.code, bool(found.help)) == ("RG945", True)
    return found.message


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (model(effect="priority(p.eft) || deny"), "decides by priority"),
        (model(effect="subjectPriority(p.eft) || deny"), "decides by priority"),
        (model(effect="!some(where (p.eft == deny))"), "allows what no line names"),
        (model(f"{MATCHER} && r.sub.age > 18"), "does not compare a question with a line"),
        (model("r.sub == r.obj.owner"), "does not compare"),
        (model(f"eval(p.obj) && {MATCHER}"), "does not compare"),
        (model(f"{MATCHER} && r.act in ('read', 'write')"), "does not compare"),
        (model(f"!{MATCHER}"), "does not compare"),
        (model(MATCHER.replace("r.obj == p.obj", "mine(r.obj, p.obj)")), "a function of the application"),
        (model(f"{MATCHER} || r.obj == 'login'"), "several alternatives"),
        (model("r.obj == p.obj && r.act == p.act"), "the subject is not compared"),
        (model("keyMatch(r.sub, p.sub) && r.obj == p.obj && r.act == p.act"), "compared by patterns"),
        (model("r.sub == p.sub && (r.obj == p.obj || r.act == p.act)"), "more than one part"),
        (model(f"{MATCHER} && ("), "cannot be read"),
        (model(asked="a, b, c, d, e", matcher="r.a == p.a"), "questions have 5 values"),
        (model().replace("g = _, _\n", "g = _, _, (_, _)\n"), "conditions"),
        (model().replace("[policy_effect]", "[matchers]\nm2 = 1\n[policy_effect]"), "the model has"),
        ("nonsense", "Casbin cannot read the model"),
        ("[matchers]\nm = 1", "the model has no `r`"),
    ],
)  # fmt: skip
def test_models_that_roles_cannot_say(tmp_path: Path, text: str, why: str) -> None:
    """Nothing of such a model is imported: a part of it would be another policy."""
    assert why in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("p, ana, data, read, Deny",), "allows anything"),
        (("g, ana, boss",), "names an object"),
        (
            (*(f"g, r{number}, r{number + 1}" for number in range(11)), "p, r11, data, read, allow"),
            "more than 9",
        ),
    ],
)
def test_policies_of_which_nothing_can_be_made(tmp_path: Path, lines: tuple[str, ...], why: str) -> None:
    """No catalog can be made of them, or the set would grant what Casbin silently does not."""
    assert why in refusal(tmp_path, model(effect=BOTH), *lines)


def test_compiled_policies_are_not_imported(tmp_path: Path) -> None:
    """They have a set already, by their model and by their lines."""
    assert "compiled rolegate policies" in refusal(
        tmp_path, (ROOT / "model.conf").read_text(encoding="utf-8")
    )
    assert "compiled rolegate policy" in refusal(
        tmp_path, model(), "# rolegate policy 2", "p, a, b, c, allow"
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """One that is not there, and one that is no text."""
    with pytest.raises(rolegate.CasbinImportError, match="cannot be read"):
        rolegate.import_casbin(tmp_path / "none", tmp_path / "none")
    files = CasbinTexts(model(), ()).write(tmp_path)
    files[1].write_bytes(b"p, \xff")
    with pytest.raises(rolegate.CasbinImportError, match="not UTF-8"):
        rolegate.import_casbin(*files)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("p, ana, data, read", "reads 3 values in the line and not 4"),
        ("p, ana, data, read, allow, more", "reads 5 values in the line and not 4"),
        ("p, e[31m, data, read, allow", "close the bracket before the comma"),
        ("g, ana", "cannot load the policy"),
        ("x, ana, data", "passes over lines of `x`"),
        ("p2, ana, data, read, allow", "passes over lines of `p2`"),
        ("p, ana), data, read, allow", "closed that was not opened"),
        ("p, , data, read, allow", "it is empty"),
        ("p, " + "a" * 300 + ", data, read, allow", "more than 250 characters"),
        ("g, ana, " + "r" * 300, "more than 250 characters"),
    ],
)
def test_lines_that_are_left_out(tmp_path: Path, line: str, why: str) -> None:
    """Each is told with its number; the others are imported."""
    files = CasbinTexts(model(), ("p, bo, data, read, allow", line)).write(tmp_path)
    done = rolegate.import_casbin(*files)
    (found,) = done.findings
    assert (found.code, found.line, done.ok, done.proof.ok) == ("RG946", 2, False, True)
    assert why in f"{found.message} {found.help}"


def test_a_pattern_that_makes_casbin_fail_is_left_out(tmp_path: Path) -> None:
    """With it, Casbin raises at each question, and nobody knows what it allows."""
    text = model(MATCHER.replace("r.obj == p.obj", "regexMatch(r.obj, p.obj)"))
    files = CasbinTexts(text, ("p, bo, data, read, allow", "p, ana, a(, read, allow")).write(tmp_path)
    assert [found.code for found in rolegate.import_casbin(*files).findings] == ["RG946"]


def test_an_effect_that_casbin_ignores_is_left_out(tmp_path: Path) -> None:
    """`Deny` denies nothing, and `deny` neither where the effect does not look at it."""
    lines = ("p, bo, data, read, allow", "p, bo, data, read, Deny", "p, bo, data, read, deny")
    done = rolegate.import_casbin(*CasbinTexts(model(), lines).write(tmp_path))
    assert [(found.code, found.severity, found.line) for found in done.findings] == [
        ("RG948", "note", 2),
        ("RG948", "note", 3),
    ]
    assert done.ok and "restrict" not in done.files["bindings.yaml"]


def test_a_denial_of_a_role_that_cannot_be_named_stays(tmp_path: Path) -> None:
    """The role is left out; who has it is restricted by name."""
    lines = ("p, ana, data, read, allow", f"p, {'r' * 300}, data, read, deny", f"g, ana, {'r' * 300}")
    done = rolegate.import_casbin(*CasbinTexts(model(effect=BOTH), lines).write(tmp_path))
    assert "  - {user: ana, restrict: [data.read]}" in done.files["bindings.yaml"]
    assert done.proof.ok


def test_arguments_of_the_wrong_kind() -> None:
    """A model is a file."""
    with pytest.raises(TypeError, match="`model` takes the path of a file"):
        rolegate.import_casbin(3, [])  # type: ignore[arg-type]
