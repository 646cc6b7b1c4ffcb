"""The laws of the language that concern files and compilation, each asked of rolegate on random sets."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import casbin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from plain.asking import UNKNOWN, Rolegate, Stock, one_of, question, questions, subjects, telling
from plain.catalog import Permission
from plain.evaluator import FRESH, Ask, Evaluator
from plain.grammar import parse, write
from plain.loading import loaded
from plain.names import NAMES, WORDS, pools
from plain.renaming import Renaming, shuffled
from plain.restricting import takes_away
from plain.strategies import NOW, Files, growing_sets, policy_sets
from rolegate import CompiledPolicy, Policy
from rolegate.encoding import decode, encode

pytestmark = pytest.mark.slow

SEEDS = st.integers(0, 2**16)


def load(files: Files) -> Policy:
    """The policy of *files*."""
    with TemporaryDirectory() as folder:
        return loaded(Path(folder), files)


def compiled(files: Files, at: datetime = NOW) -> CompiledPolicy:
    """The compiled form of *files*."""
    return load(files).compile(at=at)


def allowed(files: Files, asks: Iterable[Ask]) -> set[Ask]:
    """Those of *asks* that rolegate answers with yes."""
    answer = Rolegate(load(files), NOW).answer
    return {ask for ask in asks if answer(ask)}


def asked(files: Files, seed: int, count: int = 600) -> list[Ask]:
    """Some questions about *files*."""
    policy = Evaluator(files, NOW)
    return telling(questions(files, policy), policy, count, seed)


def with_lines(files: Files, lines: list[Any]) -> Files:
    """*files* with other bindings."""
    return {**files, "bindings.yaml": {"bindings": lines}}


def lines_of(files: Files) -> list[Any]:
    """The bindings of *files*."""
    return list(files["bindings.yaml"]["bindings"])


def spoken_of(policy: Evaluator, line: Any, ask: Ask) -> bool:
    """Does the binding *line* reach the subject and the domain of the question?"""
    subject = policy.subject(ask)
    here = line.get("domain", "default") in policy.outward(ask.domain)
    return here and subject is not None and policy.reaches(line, subject, ask.domain)


# -- more and less ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["grants", "role"])
def test_a_grant_never_removes_an_answer(form: str) -> None:
    """And adds none outside its domain, nor to anyone else."""

    @examples(13)
    @given(growing_sets(form), SEEDS)
    def law(grown: tuple[Files, Files, Any], seed: int) -> None:
        before, after, line = grown
        asks = asked(after, seed)
        old, new = allowed(before, asks), allowed(after, asks)
        lost = {ask for ask in old - new if not lost_with_a_star(after, ask)}
        assert {ask for ask in lost if not lost_as_a_holder(after, line, ask)} == set()
        assert {ask for ask in new - old if not spoken_of(Evaluator(after, NOW), line, ask)} == set()

    law()


def lost_with_a_star(files: Files, ask: Any) -> bool:
    """The one exception: a star that any Q serves is lost as a whole, with what is named beside it."""
    policy = Evaluator(files, NOW)
    row, subject = policy.catalog.named.get(ask.permission), policy.subject(ask)
    if row is None or subject is None or subject[0] != "user":
        return False
    if row.hidden:
        owners = (above for above in policy.catalog.rows if row.path in needed(policy, above.implies))
        return any(lost_with_a_star(files, ask._replace(permission=owner.path)) for owner in owners)
    lost = policy.held(subject, ask.domain) & policy.denied(subject, ask.domain)
    if not any(path == row.path and FRESH in instance for path, instance, _ in lost):
        return False
    rows = [row]
    for wanted in rows:
        others = (policy.catalog.permissions[path] for path in sorted(needed(policy, wanted.requires)))
        rows += [other for other in others if other not in rows]
    return any(None in policy.need(wanted, text, (), "") for wanted in rows for text in wanted.requires)


def lost_as_a_holder(files: Files, line: Any, ask: Ask) -> bool:
    """The other exception: who gets a role becomes one of those from whom a restriction on the role takes."""
    policy = Evaluator(files, NOW)
    role = policy.role(line["role"], ask.domain) if "role" in line else None
    return role is not None and any(
        policy.taken_by(other) and "role" in other and policy.role(other["role"], ask.domain) == role
        for other in policy.live(ask.domain)
    )


@examples(20)
@given(growing_sets("restrict"), SEEDS)
def test_a_restriction_never_adds_an_answer(grown: tuple[Files, Files, Any], seed: int) -> None:
    """It takes everything that contains what it names, and nothing that is disjoint from it."""
    before, after, line = grown
    asks = asked(after, seed, 900)
    old, new = allowed(before, asks), allowed(after, asks)
    assert new - old == set()
    policy = Evaluator(after, NOW)
    named = set()
    rows = set()
    for text in line["restrict"]:
        for row, instance, scope in policy.touched(text, taking=True):
            named |= policy.upward(row, instance, scope, above=True)
            rows.add(row.path)
    while more := {row.path for row in policy.catalog.rows if needed(policy, row.requires) & rows} - rows:
        rows |= more
    while (
        more := {row.path for row in policy.catalog.rows if row.hidden and implied(policy, row, rows)} - rows
    ):
        rows |= more
    for ask in asks:
        mine = spoken_of(policy, line, ask)
        if ask.permission not in policy.catalog.named:
            continue
        atoms = policy.wanted(ask, policy.catalog.named[ask.permission])
        if mine and atoms <= named:
            assert ask not in new
        if not mine or ask.permission not in rows:
            assert (ask in old) is (ask in new)


def implied(policy: Evaluator, row: Permission, paths: Iterable[str]) -> bool:
    """Whether one of *paths* implies *row*."""
    return any(row.path in needed(policy, policy.catalog.permissions[path].implies) for path in paths)


def needed(policy: Evaluator, entries: Iterable[str]) -> set[str]:
    """The paths that *entries* name."""
    return {policy.catalog.named[parse(text).name].path for text in entries}


@examples(13)
@given(policy_sets(), st.lists(st.booleans(), min_size=12, max_size=12), SEEDS)
def test_without_restrictions_answers_add_up(files: Files, mask: list[bool], seed: int) -> None:
    """answers(A and B) are those of A and those of B."""
    lines = [line for line in lines_of(files) if not takes_away(line)]
    first = [line for line, chosen in zip(lines, mask, strict=False) if chosen]
    other = [line for line, chosen in zip(lines, mask, strict=False) if not chosen]
    asks = asked(files, seed)
    one, two, both = (allowed(with_lines(files, some), asks) for some in (first, other, first + other))
    assert one | two == both


# -- broader and narrower -----------------------------------------------------------------------------------


@examples(15)
@given(policy_sets(), SEEDS)
def test_the_broader_holds_for_everything_within_it(files: Files, seed: int) -> None:
    """allowed(scope) => allowed(each within); allowed(every) => allowed(any id, fresh ones included).

    All but those that are removed: nobody is allowed anything on these.
    """
    policy = Evaluator(files, NOW)
    answer = Rolegate(load(files), NOW).answer
    for ask in asked(files, seed):
        row = policy.catalog.named.get(ask.permission)
        if row is None or ask.any or not answer(ask):
            continue
        broadest = ask.scope or policy.catalog.broadest(row)
        for scope in policy.catalog.narrower(row, broadest):
            assert answer(ask._replace(scope=None if scope == "-" else scope))
        if len(ask.on) < len(row.chain):
            for one in (*policy.ids[row.chain[len(ask.on)]], UNKNOWN):
                on = (*ask.on, FRESH if one == UNKNOWN else one)
                gone = (row.path, on, broadest) in policy.gone(ask.domain)
                if not (gone and row.hidden):  # that is asked as what implies it
                    assert answer(ask._replace(on=(*ask.on, one))) is not gone
        assert answer(ask._replace(any=True))


@examples(15)
@given(policy_sets(), SEEDS)
def test_the_outer_domain_holds_inside(files: Files, seed: int) -> None:
    """Where plan and instance are there, and no restriction, `only` or version of a role is in the way."""
    lines = [line for line in lines_of(files) if not takes_away(line) and "only" not in line]
    files = with_lines(files, lines)
    policy = Evaluator(files, NOW)
    versions = {role["domain"] for role in policy.roles if "replaces" in role}
    answer = Rolegate(load(files), NOW).answer
    for ask in asked(files, seed, 900):
        if ask.kind == "team" or ask.permission not in policy.catalog.named or not answer(ask):
            continue
        row = policy.catalog.named[ask.permission]
        for domain in policy.domains:
            lost = {atom[0] for atom in policy.gone(domain) - policy.gone(ask.domain)}
            if row.path in lost or (row.hidden and lost):
                continue
            inward = set(policy.outward(domain)) - set(policy.outward(ask.domain))
            if ask.domain in policy.outward(domain) and policy.passes(row, domain) and not versions & inward:
                assert answer(ask._replace(domain=domain))


@examples(15)
@given(policy_sets(), SEEDS)
def test_a_plan_without_a_permission_gives_it_to_nobody(files: Files, seed: int) -> None:
    """Nor does a missing add-on."""
    policy = Evaluator(files, NOW)
    for ask in allowed(files, asked(files, seed, 900)):
        if ask.permission in policy.catalog.named:
            assert policy.passes(policy.catalog.named[ask.permission], ask.domain)


@examples(15)
@given(policy_sets(), SEEDS)
def test_nothing_without_what_it_requires(files: Files, seed: int) -> None:
    """After restrictions and gates too. Where any scope or instance serves, teams are not looked at.

    What is held on a removed instance still serves: that it is gone is no restriction.
    """
    policy = Evaluator(files, NOW)
    answer = Rolegate(load(files), NOW).answer
    for ask in asked(files, seed, 900):
        row = policy.catalog.named.get(ask.permission)
        if row is None or not row.requires or ask.any or not answer(ask):
            continue
        for _, need in policy.needs((row.path, ask.on, ask.scope or policy.catalog.broadest(row))):
            if ask.kind == "team" and None in need:
                continue
            serving = [
                ask._replace(
                    permission=path,
                    on=tuple(UNKNOWN if one == FRESH else one for one in on),
                    scope=None if scope == "-" else scope,
                )
                for path, on, scope in policy.serving(need)
            ]
            gone = policy.serving(need) & policy.gone(ask.domain)
            assert gone or any(map(answer, serving)), (ask, need)


# -- names --------------------------------------------------------------------------------------------------


@examples(20)
@given(policy_sets(), pools(12), SEEDS)
def test_renaming_renames_the_answers_and_nothing_else(files: Files, fresh: list[str], seed: int) -> None:
    """Ids and permissions."""
    policy = Evaluator(files, NOW)
    asks = asked(files, seed)
    old = sorted({name for ask in asks for name in (ask.name, ask.domain, *ask.on) if name is not None})
    old += sorted({one for ones in policy.ids.values() for one in ones}.difference(old))
    old += sorted({other["role"] for other in policy.roles}.difference(old))
    ids = dict(zip(old, [*fresh, *(f"{fresh[0]}{count}" for count in range(99))], strict=False))
    if len(set(ids.values())) < len(ids):
        return
    words = dict(zip(WORDS, [*WORDS[1:], WORDS[0]], strict=True))
    renaming = Renaming(policy, ids, words)
    new = allowed(renaming.files(files), [renaming.ask(ask) for ask in asks])
    assert {renaming.ask(ask) for ask in allowed(files, asks)} == new


@given(NAMES, NAMES)
def test_encoding_is_injective_and_round_trips(one: str, other: str) -> None:
    """And uses no character that Casbin or CSV would take for its own."""
    assert decode(encode(one)) == one
    assert (encode(one) == encode(other)) is (one == other)
    assert not set(encode(one)) & set(' :*/,[]"#()\n')
    assert encode(one).isascii() and encode(one).isprintable()


@examples(15)
@given(policy_sets())
def test_every_compiled_byte_is_printable_ascii(files: Files) -> None:
    """Line ends aside; no column is longer than 255."""
    text = compiled(files).policy_text
    assert text.endswith("\n")
    for line in text.splitlines():
        assert line.isascii() and line.isprintable()
        assert all(len(column) <= 255 for column in line.split(", "))


@examples(15)
@given(policy_sets(), SEEDS)
def test_order_does_not_matter(files: Files, seed: int) -> None:
    """Shuffled files, keys and lists give the same bytes."""
    turned = shuffled(files, seed)
    assert compiled(files).policy_text == compiled(turned).policy_text


@examples(15)
@given(policy_sets())
def test_saying_it_twice_does_not_matter(files: Files) -> None:
    """Grants that are covered already give the same bytes."""
    policy = Evaluator(files, NOW)
    more = dict(files)
    for name, data in files.items():
        if name.startswith("roles/") and "except" not in data and "grants" in data:
            more[name] = {**data, "grants": [*data["grants"], *covered(policy, data["grants"])]}
    lines = [
        {**line, "grants": [*line["grants"], *covered(policy, line["grants"])]} if "grants" in line else line
        for line in lines_of(files)
    ]
    more["bindings.yaml"] = {"bindings": lines * 2}
    assert compiled(files).policy_text == compiled(more).policy_text


def covered(policy: Evaluator, grants: Iterable[str]) -> list[str]:
    """Grants of something narrower than *grants* bring anyway."""
    found = []
    for row, instance, scope in [one for text in grants for one in policy.touched(text, taking=False)]:
        depth = len(row.chain)
        deeper = (*instance, "new", "new")[:depth]
        for inner in sorted(policy.catalog.narrower(row, scope or policy.catalog.broadest(row))):
            found += [write(row.path, instance, depth, inner), write(row.path, deeper, depth, inner)]
    return found


# -- time ---------------------------------------------------------------------------------------------------


@examples(10)
@given(policy_sets(), SEEDS)
def test_the_same_at_each_moment(files: Files, seed: int) -> None:
    """A second before a line begins or ends, then, and after: rolegate is Casbin on what is compiled then."""
    policy = load(files)
    asks = [ask for ask in asked(files, seed, 80) if not ask.any]
    moments = changes(files)
    for at in [moment + timedelta(seconds=shift) for moment in moments[:4] for shift in (-1, 0, 1)]:
        plain = Evaluator(files, at)
        made = policy.compile(at=at)
        with TemporaryDirectory() as folder:
            stock, ours = Stock(made.model_text, made.policy_text, Path(folder), plain), Rolegate(policy, at)
            for ask in asks:
                answers = {plain.answer(ask), stock.answer(ask), ours.answer(ask)}
                assert len(answers) == 1, (at, ask)
        assert made.holds_until == min((moment for moment in moments if moment > at), default=None)
        if made.holds_until is not None:
            assert policy.compile(at=made.holds_until - timedelta(seconds=1)).lines == made.lines


@examples(10)
@given(policy_sets(), SEEDS)
def test_until_when_something_holds(files: Files, seed: int) -> None:
    """The first later moment at which what is allowed now is denied, as it is asked then."""
    policy = load(files)
    later = [(at, Evaluator(files, at)) for at in changes(files) if at > NOW]
    for ask in asked(files, seed, 40):
        explained = policy.explain_question(question(ask), NOW)
        denied = [at for at, plain in later if not plain.answer(ask)]
        assert explained.until == (denied[0] if explained.decision.allowed and denied else None), ask


def changes(files: Files) -> list[datetime]:
    """The moments at which a line begins or ends, sorted."""
    plain = Evaluator(files, NOW)
    return sorted(
        {
            plain.moment(line[key], line.get("domain", "default"))
            for line in lines_of(files)
            for key in ("from", "until")
            if key in line
        }
    )


# -- who ----------------------------------------------------------------------------------------------------


@examples(10)
@given(policy_sets(), SEEDS)
def test_who_can_is_everyone_who_may(files: Files, seed: int) -> None:
    """No more and no fewer than `check` allows: everyone but those who are named stands for the strangers.

    A role that has two names, since it replaces a default one, is listed by one of them.
    """
    plain, policy = Evaluator(files, NOW), load(files)
    everyone = list(subjects(files, plain, UNKNOWN))
    answer = Rolegate(policy, NOW).answer
    for ask in asked(files, seed, 60):
        if ask.permission not in plain.catalog.named or ask.domain not in plain.domains:
            continue
        holders = policy.who_can(
            ask.permission, domain=ask.domain, on=ask.on or None, scope=ask.scope, any=ask.any, at=NOW
        )
        here = {(kind, name) for kind, name, domain in everyone if domain == ask.domain}
        expected = {subject for subject in here if answer(ask._replace(kind=subject[0], name=subject[1]))}
        found: set[tuple[str, str]] = {(holder.kind, holder.name) for holder in holders}
        for holder in holders:
            if holder.kind == "everyone":
                found |= {
                    subject for subject in here if subject[0] == "user" and subject[1] not in holder.but_not
                }
        listed = {one_of(subject, ask.domain, plain) for subject in found}
        assert listed - {("everyone", "")} == {one_of(subject, ask.domain, plain) for subject in expected}
        assert len(found) == len(listed)


# -- malformed ----------------------------------------------------------------------------------------------


@examples(10)
@given(policy_sets())
def test_malformed_requests_are_denied_by_everyone(files: Files) -> None:
    """rolegate says why; Casbin denies the empty request. A stranger has what everyone has, with a note."""
    policy = load(files)
    made = policy.compile(at=NOW)
    with TemporaryDirectory() as folder:
        (Path(folder) / "model.conf").write_text(made.model_text)
        (Path(folder) / "policy.csv").write_text(made.policy_text)
        stock = casbin.Enforcer(str(Path(folder) / "model.conf"), str(Path(folder) / "policy.csv"))
    for value in ("", "-", "*", ":every"):
        assert stock.enforce(*[value] * 5) is False
    plain = Evaluator(files, NOW)
    user, domain = UNKNOWN, next(iter(plain.domains))
    row = plain.catalog.rows[0]
    wrong = [
        Ask("user", user, domain, "no.such.permission"),
        Ask("user", user, UNKNOWN, row.path),
        Ask("user", user, domain, row.path),
        Ask("team", user, domain, row.path),
        Ask("role", user, domain, row.path),
        Ask("user", user, domain, row.path, scope="nowhere"),
        Ask("user", user, domain, row.path, on=(*[UNKNOWN] * len(row.chain), UNKNOWN)),
    ]
    for ask in wrong:
        decision = policy.decide(question(ask), at=NOW)
        assert decision.allowed is plain.answer(ask)
        assert decision.notes, ask
