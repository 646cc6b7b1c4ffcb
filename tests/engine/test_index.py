"""The index on lines: domains share what is the same in them, and nothing that is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

import casbin
import pytest

from rolegate.compiled.model_conf import casbin_model_text
from rolegate.compiled.read_lines import read_rows
from rolegate.engine.index import Index
from rolegate.engine.views import View
from rolegate.engine.vocabulary import Name, Vocabulary

Row = tuple[str, ...]

NAMES = {
    "edit": Name("edit", ("-",), 0),
    "show": Name("show", ("all", "my"), 0),
    "send": Name("send", ("-",), 1),
}
SHARED = (
    ("p", "-", "-", "-", "-", "-", "deny"),
    ("p", "*", "role:agent", "-", "edit", "-", "allow"),
    ("p", "gate:pro", "role:boss", "*", "send", "-", "allow"),
    ("g2", ":full", "*"),
    ("g2", ":full", "gate:pro"),
)


def tenant(dom: str, *more: Row) -> list[Row]:
    """A domain with a custom role, called otherwise in each, and a member; `@` in *more* is the domain."""
    own = [
        ("p", dom, f"role:{dom}/mine", "-", "show", "my", "allow"),
        ("p", dom, f"role:{dom}/mine", "a", "send", "-", "allow"),
        ("g", "user:ana", f"role:{dom}/mine", dom),
        ("g", "user:bo", "role:agent", dom),
        ("g2", dom, "*"),
    ]
    return [*own, *(tuple(column.replace("@", dom) for column in row) for row in more)]


def stock(rows: Iterable[Row]) -> casbin.Enforcer:
    """Casbin itself on the same lines."""
    model = casbin.Model()
    model.load_model_from_text(casbin_model_text())
    enforcer = casbin.Enforcer(model)
    for section, *line in rows:
        enforcer.get_model().model[section[0]][section].policy.append(line)
    enforcer.build_role_links()
    return enforcer


def requests() -> Iterator[tuple[str, str, str, str, str]]:
    """Every question worth asking about two tenants."""
    subs = ["user:ana", "user:bo", "user:cy", "role:agent", "role:one/mine", "role:two/mine", "team:@/t"]
    asked = [("-", "edit", "-"), ("-", "show", "all"), ("-", "show", "my")]
    asked += [(obj, "send", "-") for obj in (":every", "a", "b", "c")]
    yield from ((sub, dom, *rest) for sub, dom, rest in product(subs, ("one", "two", "none"), asked))


def agree(rows: list[Row], index: Index) -> None:
    """The index gives Casbin's answers."""
    law = stock(rows)
    for request in requests():
        assert index.allows(*request) is law.enforce(*request), request


def test_domains_whose_lines_say_the_same_share_one_table() -> None:
    """Whatever their roles are called; each has its own users."""
    rows = [*SHARED, *tenant("one"), *tenant("two"), ("g", "user:cy", "role:boss", "two")]
    index = Index(read_rows(rows), Vocabulary(NAMES))
    assert index.tables["one"].views is index.tables["two"].views
    agree(rows, index)


DIFFERENCES: dict[str, Row] = {
    "a right": ("p", "@", "role:@/mine", "-", "edit", "-", "allow"),
    "a denial": ("p", "@", "role:@/mine", "-", "show", "my", "deny"),
    "a denial of a default role": ("p", "@", "role:agent", "-", "edit", "-", "deny"),
    "a scope": ("p", "@", "role:@/mine", "-", "show", "all", "allow"),
    "an instance": ("p", "@", "role:@/mine", "b", "send", "-", "allow"),
    "a star": ("p", "@", "role:@/mine", "*", "send", "-", "allow"),
    "an instance denied": ("p", "@", "role:@/mine", "a", "send", "-", "deny"),
    "every instance denied": ("p", "@", "role:@/mine", ":every", "send", "-", "deny"),
    "all denied": ("p", "@", "role:@/mine", "*", "send", "-", "deny"),
    "a subject": ("p", "@", "user:bo", "-", "show", "my", "allow"),
    "a gate": ("g2", "@", "gate:pro"),
}


@pytest.mark.parametrize("row", DIFFERENCES.values(), ids=DIFFERENCES)
def test_domains_that_differ_in_one_line_share_nothing(row: Row) -> None:
    """However little it is; and both have Casbin's answers."""
    rows = [*SHARED, *tenant("one"), *tenant("two", row), ("g", "user:bo", "role:boss", "two")]
    index = Index(read_rows(rows), Vocabulary(NAMES))
    assert index.tables["one"].views is not index.tables["two"].views
    agree(rows, index)


def test_the_order_of_lines_does_not_matter() -> None:
    """A table gives its rows in any order, what is for all domains last, too."""
    rows = [*SHARED, *tenant("one"), *tenant("two", DIFFERENCES["a denial of a default role"])]
    agree(rows, Index(read_rows(rows[::-1]), Vocabulary(NAMES)))


def test_a_change_in_one_domain_is_none_in_those_that_share_with_it() -> None:
    """Users and links are a domain's own."""
    rows = [*SHARED, *tenant("one"), *tenant("two")]
    index = Index(read_rows(rows), Vocabulary(NAMES))
    for sub, role in (("user:cy", "role:agent"), ("team:@/t", "role:two/mine"), ("user:bo", "team:@/t")):
        index.link(sub, role, "two")
        rows.append(("g", sub, role, "two"))
        agree(rows, index)
    index.unlink("user:bo", "role:agent", "two")
    rows.remove(("g", "user:bo", "role:agent", "two"))
    agree(rows, index)


def test_asking_adds_no_bits() -> None:
    """Unknown subjects leave no trace in what all domains share."""
    index = Index(read_rows([*SHARED, *tenant("one")]), Vocabulary(NAMES))
    before = len(index.tables["one"].shared)
    assert not index.allows("role:nobody", "one", "-", "edit", "-")
    assert len(index.tables["one"].shared) == before


@pytest.mark.parametrize("section", ["an instance", "an instance denied", "every instance denied"])
def test_domains_with_instances_of_their_own_are_not_compared(
    section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each tenant has its own inboxes: comparing all with all would take time with their square."""
    compared = []
    equal = View.__eq__

    def counted(one: View, other: object) -> bool:
        compared.append(one)
        return equal(one, other)

    monkeypatch.setattr(View, "__eq__", counted)
    rows: list[Row] = [*SHARED]
    for number in range(60):
        ptype, _, sub, obj, *rest = DIFFERENCES[section]
        rows += [(ptype, f"d{number}", sub, f"inbox{number}/{obj}", *rest), ("g2", f"d{number}", "*")]
    Index(read_rows(rows), Vocabulary(NAMES))
    assert compared == []
    Index(read_rows([*SHARED, *tenant("one"), *tenant("two")]), Vocabulary(NAMES))
    assert compared
