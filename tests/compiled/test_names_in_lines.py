"""Names in compiled lines are written and read in one place, and each says one thing."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from repository import ROOT
from rolegate.catalog.availability import Availability
from rolegate.compiled import names
from rolegate.compiled.model_conf import MODEL_CONF
from rolegate.compiled.names import EVERYONE
from rolegate.encoding import MAX_COLUMN, MAX_OF_DOMAIN, MAX_ROLE, MAX_USER, encode

ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6) | st.sampled_from(
    ["-", "*", ":every", ":full", "a/b", "user:ana", "acme/lead@inbox", "gate:plan=pro", "%2D", "@", "&"]
)


@given(ids, ids)
def test_names_of_subjects_are_read_as_they_were_written(name: str, domain: str) -> None:
    """Whatever text the ids are, the name gives them back, and its kind."""
    user, team = names.user_name(name), names.team_name(name, domain)
    default, custom = names.role_name(name, None), names.role_name(name, domain)
    assert names.parse_subject(user) == ("user", name, None, "")
    assert names.parse_subject(team) == ("team", name, domain, "")
    assert names.parse_subject(default) == ("role", name, None, "")
    assert names.parse_subject(custom) == ("role", name, domain, "")
    assert names.parse_subject(f"{custom}@inbox/Default") == ("role", name, domain, "inbox/Default")
    assert names.user_of(user) == name
    told = [(names.is_user(n), names.is_team(n), names.is_role(n)) for n in (user, team, default, custom)]
    assert told == [(True, False, False), (False, True, False), (False, False, True), (False, False, True)]
    assert [names.kind_of(n) for n in (user, team, default, custom)] == ["user", "team", "role", "role"]


@given(st.lists(ids, max_size=3))
def test_objects_are_read_as_they_were_written(path: list[str]) -> None:
    """An id that is called `*`, `-` or `:every` is an id, and not a mark."""
    encoded = "/".join(map(encode, path))
    whole = names.all_below(encoded) if path else names.ALL
    assert names.parse_object(whole) == (tuple(path), names.ALL)
    assert names.parse_object(names.every_below(encoded)) == (tuple(path), names.EVERY)
    assert names.parse_object(encoded if path else names.NONE) == (tuple(path), "")
    assert names.asked_object(whole) == names.every_below(encoded)
    assert names.asked_object(encoded) == encoded
    assert names.all_below(whole) == whole


@given(ids)
def test_no_domain_is_taken_for_a_mark(name: str) -> None:
    """A domain called `:full` or `gate:plan=pro` is a domain."""
    dom = encode(name)
    assert (names.is_domain(dom), names.is_availability(dom), names.kind_of(dom)) == (True, False, "")
    assert dom not in (names.ALL, names.NONE, names.FULL, names.NOWHERE)


def test_an_availability_is_written_sorted() -> None:
    """Equal needs have one name; without any the line is for every domain."""
    assert names.availability_name(Availability(None, frozenset())) == "*"
    both = names.availability_name(Availability(frozenset({"pro", "free"}), frozenset({"b", "a"})))
    assert both == "gate:plan=free|pro&addon=a&addon=b"
    assert names.is_availability(both)
    assert names.availability_name(Availability(None, frozenset({"ai"}))) == "gate:addon=ai"


@given(ids)
def test_the_longest_names_fit_their_column(name: str) -> None:
    """The limits on ids leave room for exactly the marks that this module writes."""
    long = len(encode(name))
    assert len(names.user_name(name)) - long == MAX_COLUMN - MAX_USER
    assert len(names.role_name(name, None)) - long == MAX_COLUMN - MAX_ROLE
    assert len(names.team_name(name, name)) - 2 * long == MAX_COLUMN - MAX_OF_DOMAIN
    assert len(names.role_name(name, name)) - 2 * long == MAX_COLUMN - MAX_OF_DOMAIN


def test_only_one_module_writes_and_reads_the_names() -> None:
    """No other file of the library or the command line knows how a subject, a gate or `:every` is spelled."""
    spelled = re.compile(
        r"""["'](?:user|team|role|gate):|["']:(?:every|full|nobody|nowhere)["']"""
        r"""|\b(?:sub|role|name)\[\d+:\]|\b(?:sub|role)\.(?:r?partition|split|removeprefix)\("""
    )
    home = ROOT / "src" / "rolegate" / "compiled" / "names.py"
    # The model is one text. The lengths of ids are needed where files are read; the test above compares them.
    lengths = ROOT / "src" / "rolegate" / "encoding.py"
    model = ROOT / "src" / "rolegate" / "compiled" / "model_conf.py"
    assert set(re.findall(r'"(user:[^"]*)"', MODEL_CONF)) == {EVERYONE}
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]
    assert spelled.search(home.read_text(encoding="utf-8"))
    assert [] == [
        str(path.relative_to(ROOT))
        for path in files
        if path not in (home, lengths, model) and "casbin" not in path.parts
        if spelled.search(path.read_text(encoding="utf-8"))
    ]
