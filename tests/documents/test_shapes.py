"""What does not fit the language is said in the language's own words, once, at its place."""

from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reading import CATALOG, findings, read, write
from repository import CASES
from rolegate.codes import CODES
from rolegate.diagnostics import Report, Span
from rolegate.documents.approvals_file import ApprovalsShape
from rolegate.documents.bindings_file import BindingsShape
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.composer import compose
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.expectations_file import ExpectationsShape
from rolegate.documents.invariants_file import InvariantsShape
from rolegate.documents.labels_file import LabelsShape
from rolegate.documents.lookalikes import skeleton
from rolegate.documents.refused_keys import REFUSED
from rolegate.documents.roles_file import RoleShape, RolesShape
from rolegate.documents.shape import Shape
from rolegate.documents.text import Broken, Keyed, Listed, Text, Trap
from rolegate.documents.validation import shape

ROLE, LINES, DOMAINS, CAT = "roles/x.yaml", "bindings.yaml", "domains.yaml", "catalog.yaml"

CASES = yaml.safe_load((CASES / "bad_shapes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["mistake"] for case in CASES])
def test_one_mistake_is_one_diagnostic(tmp_path: Path, case: dict[str, str]) -> None:
    """Each mistake is reported at its place, in the author's words, and causes no others."""
    ((file, text),) = ((key, value) for key, value in case.items() if key.endswith(".yaml"))
    write(tmp_path, {file: text})
    assert [f"{file}:{case['finds']}"] == findings(tmp_path)
    (found,) = read(tmp_path)[1]
    assert (case.get("says", found.message), case.get("help", found.help)) == (found.message, found.help)
    assert found.help
    assert "error" == found.severity


@pytest.mark.parametrize("key", REFUSED)
def test_refused_idea_says_what_to_write_instead(tmp_path: Path, key: str) -> None:
    """What the language refuses on purpose is no misspelling: it has its own code and its own help."""
    write(tmp_path, {ROLE: f"role: x\ngrants: [a]\n{key}: [b]\n"})
    (found,) = read(tmp_path)[1]
    assert ("RG119", 3, 1, REFUSED[key]) == (found.code, found.line, found.column, found.help)


def test_several_mistakes_are_all_reported(tmp_path: Path) -> None:
    """A file is read to its end, whatever stands at its beginning."""
    lines = "bindings:\n  - {user: no, role: 1.5, until: soon}\n  - {usr: a, role: x}\n  - {user: a}\n"
    write(tmp_path, {LINES: lines})
    expected = ["2:12 RG108", "2:22 RG108", "2:34 RG405", "3:6 RG112", "4:5 RG404"]
    assert [f"{LINES}:{place}" for place in expected] == findings(tmp_path)


def test_duplicates_point_at_the_first(tmp_path: Path) -> None:
    """Where two things collide, the diagnostic names both places."""
    write(tmp_path, {ROLE: "role: x\ntitle: a\ntitle: b\n", CAT: f"plans: [a, a]\n{CATALOG}"})
    related = [
        (finding.line, [(r.span.line, r.span.column) for r in finding.related])
        for finding in read(tmp_path)[1]
    ]
    assert [(1, [(1, 9)]), (3, [(2, 1)])] == related


def test_explicit_emptiness_is_allowed(tmp_path: Path) -> None:
    """`[]` and `{}` say that nothing is meant."""
    write(
        tmp_path,
        {
            ROLE: "role: x\ngrants: []\nexcept: []\n",
            DOMAINS: "domains: {acme: {}}\n",
            LINES: "bindings: []\n",
        },
    )
    assert [] == findings(tmp_path)


def test_instances_may_be_paths(tmp_path: Path) -> None:
    """The signs of a path are not counted as encoded where instances are named."""
    path = f"{'a' * 120}/{'b' * 120}%2F%25"
    write(tmp_path, {DOMAINS: f"domains: {{acme: {{instances: {{k: [{path}]}}}}}}\n"})
    assert [] == findings(tmp_path)


PAIRS = [
    ("ana", "Ana", "differs only in capital letters from"),
    ("straße", "STRASSE", "differs only in capital letters from"),
    ("é", "e\u0301", "differs only in how its letters are encoded from"),
    ("ﬁ", "fi", "differs only in how its letters are encoded from"),
    ("admin", "\u0430dmin", "looks like"),
    ("a b", "a  b", "looks like"),
]


@pytest.mark.parametrize(("first", "second", "difference"), PAIRS)
def test_ids_that_look_alike_are_a_warning(tmp_path: Path, first: str, second: str, difference: str) -> None:
    """Two ids a reader can hardly tell apart are named with both places; the set is still sound."""
    write(tmp_path, {DOMAINS: f'domains: {{acme: {{teams: {{t: ["{first}", "{second}"]}}}}}}\n'})
    (found,) = read(tmp_path)[1]
    assert ("RG117", "warning", 1) == (found.code, found.severity, len(found.related))
    assert f"the user `{second}` {difference} `{first}`" == found.message


@pytest.mark.parametrize("written", ["a\\u200fb", "a\\u202eb", "\\u200badmin", "a\\nb", "p\u0430ypal"])
def test_id_that_hides_something_is_a_warning(tmp_path: Path, written: str) -> None:
    """An id with invisible characters, or of letters of two scripts in one word, is pointed out alone."""
    write(tmp_path, {LINES: f'bindings: [{{user: "{written}", role: x}}]\n'})
    assert [f"{LINES}:1:19 RG117"] == findings(tmp_path)


def test_look_alikes_are_compared_within_their_kind(tmp_path: Path) -> None:
    """A user, a team, a role, a domain and an instance of one name are nobody's double."""
    files = {
        DOMAINS: "domains: {sales: {teams: {Sales: [SALES]}, instances: {inbox: [sAles], box: [saLes]}}}\n",
        ROLE: "role: SaleS\ngrants: [a]\n",
    }
    assert [] == findings(write(tmp_path, files))


@pytest.mark.parametrize(
    "plain", ["josé", "отдел-sales", "日本", "سلام\u200cها", "أحمد", "👩\u200d💻", "ana.maria@shop.example"]
)
def test_ordinary_ids_are_no_false_alarm(tmp_path: Path, plain: str) -> None:
    """Accents, other scripts, joiners that a script needs and two words of two scripts are ordinary."""
    write(tmp_path, {LINES: f'bindings: [{{user: "{plain}", role: x}}, {{user: jose, role: x}}]\n'})
    assert [] == findings(tmp_path)


@given(st.text(max_size=12))
def test_skeleton_of_any_text_is_stable(text: str) -> None:
    """LAW: what looks alike stays alike: the skeleton ignores capitals."""
    assert skeleton(text.casefold()) == skeleton(text.casefold().casefold())
    assert isinstance(skeleton(text), str)


SPAN = Span("f", 1, 1)
MODELS: list[type[Shape]] = [
    CatalogShape,
    RoleShape,
    RolesShape,
    DomainsShape,
    BindingsShape,
    LabelsShape,
    InvariantsShape,
]
KEYS = sorted(set().union(*(model.keys() for model in MODELS)))
SCALARS = st.one_of(
    st.sampled_from(["a", "free", "", "a b", "x" * 300, *KEYS]).map(lambda text: Text(text, SPAN)),
    st.sampled_from(["true", "no", "yes"]).map(lambda text: Trap(text, SPAN, "boolean")),
    st.just(Trap("~", SPAN, "null")),
    st.just(Trap("2027-01-01", SPAN, "date")),
    st.builds(Broken, st.just(SPAN)),
)
NAMES = st.sampled_from([*KEYS, "user", "only", "rest", "until", "title", "a", "priority", "no"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: Listed(SPAN, items)),
        st.dictionaries(NAMES.map(lambda text: Text(text, SPAN)), inner, max_size=5).map(
            lambda entries: Keyed(SPAN, entries.items())
        ),
    ),
    max_leaves=12,
)


@given(st.sampled_from(MODELS), VALUES)
def test_any_value_is_a_shape_or_a_diagnostic(model: type[Shape], value: object) -> None:
    """LAW: whatever the values of a file are, they fit or a diagnostic says why not, without jargon."""
    report = Report()
    made = shape(model, value, SPAN, report)
    assert made is not None or report.failed or _holds_broken(value)
    for finding in report.diagnostics:
        assert finding.code in CODES
        assert finding.help
        assert not any(
            word in str(finding) for word in ("pydantic", "Input", "instance of", "valid dictionary", "Shape")
        )


def _holds_broken(value: object) -> bool:
    if isinstance(value, Keyed):
        return any(_holds_broken(inner) for inner in value.values())
    return isinstance(value, Broken) or (
        isinstance(value, Listed) and any(_holds_broken(inner) for inner in value)
    )


@pytest.mark.parametrize("section", ["access", "who_can", "holds", "trees", "approvals", "bindings"])
def test_what_an_entry_takes_once_is_written_in_an_entry_for_each(section: str) -> None:
    """A list in quotes would be one name with brackets in it, or a time that nobody can read."""
    shapes: dict[str, type[Shape]] = {"approvals": ApprovalsShape, "bindings": BindingsShape}
    shown = shapes.get(section, ExpectationsShape)
    (entry,) = get_args(shown.model_fields[section].annotation)
    keys = [field.alias or key for key, field in entry.model_fields.items()]
    told: dict[str, str] = {}
    for key in keys:
        report = Report()
        value = compose(f"{section}: [{{{key}: [a, b]}}]", "x.yaml", report)
        assert value is not None
        shape(shown, value, Span("x.yaml"), report)
        helps = [one.help for one in report.diagnostics if "takes one text, not a list" in one.message]
        told |= dict.fromkeys([key] if helps else [], " ".join(helps))
    names = told.keys() - {"name", "reason"}
    assert len(names) > 0
    assert {key for key in names if " for each " in told[key]} == names
