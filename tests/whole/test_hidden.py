"""A hidden permission is allowed exactly where a visible one that implies it is, whoever is asked."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from drawing import each_of, examples, some_of
from plain.asking import Rolegate, Stock, differences, one_of, question, questions, sample
from plain.evaluator import Ask, Evaluator
from plain.loading import loaded, source
from plain.strategies import NOW, Files, policy_sets
from rolegate import Gate, InvalidPolicyError, Policy

SET = """
catalog.yaml:
  catalog: demo
  plans: [free, pro]
  resources: {inbox: Inbox}
  permissions:
    edit: {title: Edit, implies: ops.write, plans: [pro]}
    send: {title: Send, implies: ops.write}
    look: {title: Look, per: inbox, implies: ops.find}
    ops:
      permissions:
        write: {title: Write, hidden: true}
        find: {title: Find, hidden: true}
roles/editor.yaml: {role: editor, grants: [edit]}
roles/looker.yaml: {role: looker, grants: ["look[*]", send]}
roles/neither.yaml: {role: neither, extends: [editor, looker], except: [edit, send]}
domains.yaml:
  domains:
    acme: {plan: pro, teams: {sales: [ann, ben]}}
    acme-emea: {within: acme, plan: free}
"""

EDITOR = {"user": "ann", "role": "editor", "domain": "acme"}
SENDER = {"user": "ann", "grants": ["send"], "domain": "acme"}

WRITES: dict[str, tuple[list[dict[str, Any]], str, bool]] = {
    "what implies it is held": ([EDITOR], "acme", True),
    "what implies it is restricted": (
        [EDITOR, {"user": "ann", "restrict": ["edit"], "domain": "acme"}],
        "acme",
        False,
    ),
    "what implies it is restricted for a team": (
        [EDITOR, {"team": "sales", "restrict": ["*"], "domain": "acme"}],
        "acme",
        False,
    ),
    "one of two is restricted": (
        [EDITOR, SENDER, {"team": "sales", "restrict": ["edit"], "domain": "acme"}],
        "acme",
        True,
    ),
    "both are restricted": (
        [EDITOR, SENDER, {"user": "ann", "restrict": ["edit", "send"], "domain": "acme"}],
        "acme",
        False,
    ),
    "what implies it is not in the plan": ([EDITOR], "acme-emea", False),
    "one of two is not in the plan": ([EDITOR, SENDER], "acme-emea", True),
    "what implies it is excepted": (
        [{"user": "ann", "role": "neither", "domain": "acme"}],
        "acme",
        False,
    ),
    "what implies it has ended": ([{**EDITOR, "until": "2020-01-01"}], "acme", False),
    "only drops what implies it": (
        [{"user": "ann", "role": "looker", "domain": "acme", "only": {"inbox": ["A"]}, "rest": "drop"}],
        "acme",
        False,
    ),
    "only keeps what implies it": (
        [{"user": "ann", "role": "looker", "domain": "acme", "only": {"inbox": ["A"]}, "rest": "keep"}],
        "acme",
        True,
    ),
}


def of(folder: Path, lines: Sequence[Any]) -> Policy:
    files: Files = yaml.load(SET, Loader=yaml.CBaseLoader)
    return loaded(folder, {**files, "bindings.yaml": {"bindings": lines}})


@pytest.mark.parametrize("name", WRITES)
def test_it_goes_and_stays_with_what_implies_it(name: str, tmp_path: Path) -> None:
    """In every path: `check`, a subject, menus, and who may."""
    lines, domain, expected = WRITES[name]
    policy = of(tmp_path, lines)
    gate = Gate(policy)
    ann = gate.subject("ann", domain)
    who = {holder.name for holder in policy.who_can("ops.write", domain=domain) if holder.kind == "user"}
    answers = {
        "check": policy.decide(question(Ask("user", "ann", domain, "ops.write"))).allowed,
        "gate": gate.check("ann", "ops.write", domain=domain),
        "subject": ann.can("ops.write"),
        "any": ann.can_any("ops.write"),
        "permissions": "ops.write" in ann.permissions(),
        "who": "ann" in who,
    }
    assert dict.fromkeys(answers, expected) == answers


def test_any_instance_of_what_implies_it_serves(tmp_path: Path) -> None:
    """`ops.find` takes no inbox: one that is left is enough, and a restriction of one of all leaves some."""
    lines = [
        {"user": "ann", "grants": ["look[A]", "look[B]"], "domain": "acme"},
        {"user": "ann", "restrict": ["look[A]"], "domain": "acme"},
        {"user": "ben", "grants": ["look[A]"], "domain": "acme"},
        {"user": "ben", "restrict": ["look[A]"], "domain": "acme"},
        {"user": "cy", "role": "looker", "domain": "acme"},
        {"user": "cy", "restrict": ["look[A]"], "domain": "acme"},
    ]
    gate = Gate(of(tmp_path, lines))
    users = ("ann", "ben", "cy")
    assert [True, False, True] == [gate.check(user, "ops.find", domain="acme") for user in users]


def test_an_answer_names_what_implies_it(tmp_path: Path) -> None:
    """A yes ends with the entry that implies it; a no names the restriction, and what can be granted."""
    lines = [
        SENDER,
        {"user": "ben", "role": "editor", "domain": "acme"},
        {"user": "ben", "restrict": ["edit"], "domain": "acme"},
    ]
    policy = of(tmp_path, lines)
    ann = policy.explain_question(question(Ask("user", "ann", "acme", "ops.write")))
    ben = policy.explain_question(question(Ask("user", "ben", "acme", "ops.write")))
    assert ann.decision.reason == "user `ann` is granted `send`, which implies `ops.write`"
    assert ["user `ann` is granted `send`", "`send` implies `ops.write`"] == [s.text for s in ann.chain]
    assert ben.decision.reason == "restricted by `edit`"
    assert ["user `ben` is restricted: `edit`"] == [step.text for step in ben.blocked]
    assert {"user": "ben", "grants": ["send"], "domain": "acme"} in [
        suggestion.add for suggestion in ben.nearest
    ]


# -- how a question carries over --------------------------------------------------------------------------


FORMS = """
catalog: forms
scopes: {reach: [all, team, my], other: [wide, own]}
resources: {shop: Shop, account: {within: shop}}
permissions:
  none: {title: Nothing, implies: [op.none, op.deep, "op.scoped@team", "op.acct[allegro/*]@team"]}
  scoped: {title: Scoped, scopes: reach, implies: [op.none, op.scoped, "op.scoped@all"]}
  other: {title: Other, scopes: other, implies: "op.scoped@my"}
  shop: {title: A shop, per: shop, scopes: reach, implies: [op.none, op.scoped, op.acct, "op.shop[*]"]}
  account: {title: An account, per: account, implies: ["op.acct@all", "op.acct[a/b]@my", "op.shop[some]"]}
  op:
    permissions:
      none: {title: None, hidden: true}
      deep: {title: Deep, hidden: true, implies: op.none}
      scoped: {title: Scoped, scopes: reach, hidden: true}
      shop: {title: A shop, per: shop, hidden: true, implies: "op.acct@all"}
      acct: {title: An account, per: account, scopes: reach, hidden: true}
"""

LINES = """
g3, op.acct, account, =@all
g3, op.acct, account, =@my
g3, op.acct, account, =@team
g3, op.acct, account, a/b@my
g3, op.acct, account, some/*@all
g3, op.acct, account, some/*@my
g3, op.acct, account, some/*@team
g3, op.acct, none, allegro/*@my
g3, op.acct, none, allegro/*@team
g3, op.acct, shop, *@all
g3, op.acct, shop, *@my
g3, op.acct, shop, *@team
g3, op.acct, shop, =1@=
g3, op.deep, none, =
g3, op.none, none, =
g3, op.none, scoped, some
g3, op.none, shop, some
g3, op.scoped, none, -@my
g3, op.scoped, none, -@team
g3, op.scoped, other, -@my
g3, op.scoped, scoped, -@all
g3, op.scoped, scoped, -@my
g3, op.scoped, scoped, -@team
g3, op.scoped, scoped, =
g3, op.scoped, shop, -@=
g3, op.shop, account, some@-
g3, op.shop, shop, *@-
"""

GRANTS = {
    "none": ["none"],
    "scoped": ["scoped@my"],
    "other": ["other@own"],
    "shop": ["shop[ebay]@team"],
    "account": ["account[x/y]"],
    "several": ["account[x/*]", "shop[*]@my", "shop[ebay]@team", "scoped@team"],
}


def forms() -> Files:
    lines: list[dict[str, Any]] = [{"user": name, "grants": grants} for name, grants in GRANTS.items()]
    lines += [{"user": f"less {name}", "grants": grants} for name, grants in GRANTS.items()]
    lines += [{"user": f"less {name}", "restrict": ["shop[ebay]@all", "scoped@team"]} for name in GRANTS]
    lines += [{"user": f"less {name}", "restrict": ["account[x/y]"]} for name in GRANTS]
    return {"catalog.yaml": yaml.load(FORMS, Loader=yaml.CBaseLoader), "bindings.yaml": {"bindings": lines}}


CUT = """
catalog: cut
scopes: {reach: [all, my]}
resources: {shop: Shop, account: {within: shop}}
permissions:
  manage: {title: Manage, per: shop, scopes: reach, implies: op.token}
  open: {title: Open, implies: "op.look[*]"}
  op:
    permissions:
      token: {title: Token, per: account, scopes: reach, hidden: true}
      look: {title: Look, per: account, hidden: true}
"""


def cut() -> Files:
    """Hidden permissions of which only what takes fewer ids, or none, holds anything."""
    lines = [
        {"user": "all but one", "grants": ["manage[*]@all"]},
        {"user": "all but one", "restrict": ["manage[ebay]"]},
        {"user": "one", "grants": ["manage[ebay]@all"]},
        {"user": "one at my", "grants": ["manage[ebay]@my"]},
        {"user": "opener", "grants": ["open"]},
        {"user": "known", "grants": ["manage[allegro]@all"]},
        {"user": "known", "restrict": ["manage[allegro]@all"]},
    ]
    return {"catalog.yaml": yaml.load(CUT, Loader=yaml.CBaseLoader), "bindings.yaml": {"bindings": lines}}


def test_lines_say_how_each_is_asked(tmp_path: Path) -> None:
    """What both have is kept; what the entry names has to hold the question; of the rest any serves."""
    text = loaded(tmp_path, forms()).compile().policy_text
    assert LINES.split("\n")[1:-1] == [line for line in text.split("\n") if line.startswith("g3")]
    assert not [line for line in text.split("\n") if line.startswith("p") and ", op." in line]


@pytest.mark.parametrize("make", [forms, cut])
def test_each_form_is_answered_alike(tmp_path: Path, make: Callable[[], Files]) -> None:
    """The plain evaluator, rolegate, and Casbin asked as the lines say: every question of every user."""
    files = make()
    policy = loaded(tmp_path / "set", files)
    plain = Evaluator(files, NOW)
    compiled = policy.compile(at=NOW)
    stock = Stock(compiled.model_text, compiled.policy_text, tmp_path / "compiled", plain)
    asks = [ask for ask in questions(files, plain) if ask.permission.startswith("op.")]
    assert differences(plain.answer, Rolegate(policy, NOW).answer, asks) == []
    assert differences(plain.answer, stock.answer, [ask for ask in asks if not ask.any][::3]) == []


@pytest.mark.parametrize(("make", "number"), [(forms, 1000), (cut, 150)])
def test_the_how_to_asks_as_rolegate_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[], Files], number: int
) -> None:
    """The Python of the page on compiled files says what the plain evaluator says, on each form."""
    files = make()
    plain = Evaluator(files, NOW)
    compiled = loaded(tmp_path / "set", files).compile(at=NOW)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "model.conf").write_text(compiled.model_text, encoding="utf-8")
    (tmp_path / "build" / "policy.csv").write_text(compiled.policy_text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    page = (source("docs") / "how-to" / "compiled-files.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    code = "\n".join(line for line in "".join(shown).splitlines() if not line.startswith("assert "))
    names: dict[str, Any] = {}
    exec(code, names)
    asks = [
        ask
        for ask in questions(files, plain)
        if ask.kind == "user" and ask.domain in (None, *plain.domains) and not ask.any
    ]

    def answer(ask: Ask) -> bool:
        row = plain.catalog.named[ask.permission]
        scope = ask.scope or next(iter(plain.catalog.scopes(row)))
        told = names["may_all"](
            ask.name, ask.domain or "default", row.path, *ask.on, scope=scope, per=bool(row.chain)
        )
        return bool(told)

    fit = [
        ask
        for ask in asks
        if (row := plain.catalog.named.get(ask.permission)) and len(ask.on) in (0, len(row.chain))
    ]
    assert len(fit) > number
    assert [] == differences(plain.answer, answer, some_of(fit, 5))


# -- the law, drawn ---------------------------------------------------------------------------------------


def hidden_asks(files: Files, plain: Evaluator) -> Iterator[Ask]:
    hidden = {row.path for row in plain.catalog.rows if row.hidden}
    return (ask for ask in questions(files, plain) if ask.permission in hidden)


@examples(13)
@given(policy_sets(), st.integers(0, 2**16))
def test_the_law_holds_in_every_path(files: Files, seed: int) -> None:
    """Index, Casbin, gate and subject say what the plain evaluator says of random hidden permissions."""
    plain = Evaluator(files, NOW)
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        compiled = policy.compile(at=NOW)
        stock = Stock(compiled.model_text, compiled.policy_text, Path(folder) / "compiled", plain)
    asks = sample(hidden_asks(files, plain), 250, seed)
    assert differences(plain.answer, Rolegate(policy, NOW).answer, asks) == []
    assert differences(plain.answer, stock.answer, [ask for ask in asks if not ask.any][:60]) == []
    gate = Gate(replace(policy, at=NOW))
    for ask in asks:
        if ask.kind != "user" or ask.domain not in plain.domains:
            continue
        domain = ask.domain if plain.nested else None
        expected = plain.answer(ask)
        subject = gate.subject(ask.name, domain)
        if ask.any:
            whole = ask._replace(on=(), scope=None)
            assert subject.can_any(ask.permission) is plain.answer(whole), ask
        else:
            on = ask.on or None
            answers = (
                gate.check(ask.name, ask.permission, domain=domain, on=on, scope=ask.scope),
                subject.can(ask.permission, on=on, scope=ask.scope),
            )
            assert answers == (expected, expected), ask


VERSION: Files = {
    "catalog.yaml": {
        "catalog": "version",
        "permissions": {"send": {"title": "Send", "implies": "write"}, "write": {"hidden": "true"}},
    },
    "roles/all.yaml": {
        "roles": {
            "agent": {},
            "own": {"domain": "acme", "replaces": "agent", "grants": ["send"]},
        }
    },
    "domains.yaml": {"domains": {"acme": {}, "emea": {"within": "acme"}, "other": {}}},
}


def test_a_version_of_a_role_is_named_once(tmp_path: Path) -> None:
    """By the name of the default role that it replaces, while the answer is yes by either name."""
    policy, plain = loaded(tmp_path, VERSION), Evaluator(VERSION, NOW)
    for domain, allowed in (("acme", True), ("emea", True), ("other", False)):
        found = [(holder.kind, holder.name) for holder in policy.who_can("write", domain=domain)]
        assert found == [("role", "agent")] * allowed
        for name in ("agent", "own"):
            ask = Ask("role", name, domain, "write")
            assert (plain.answer(ask), Rolegate(policy, NOW).answer(ask)) == (allowed, allowed)


@each_of([VERSION], seed=0)
@examples(13)
@given(policy_sets(), st.integers(0, 2**16))
def test_who_may_use_one_is_everybody_allowed(files: Files, seed: int) -> None:
    """`who_can` names the subjects for which the answer is yes, and each with what implies it.

    A role that has two names, since it replaces a default one, is listed by one of them.
    """
    plain = Evaluator(files, NOW)
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
    asks = list(hidden_asks(files, plain))
    whole = sorted({ask._replace(kind="", name="") for ask in asks}, key=repr)
    for asked in sample(whole, 12, seed):
        if asked.domain not in plain.domains:
            continue
        found = policy.who_can(
            asked.permission,
            domain=asked.domain,
            on=asked.on or None,
            scope=asked.scope,
            any=asked.any,
            at=NOW,
        )
        same = [ask for ask in asks if ask._replace(kind="", name="") == asked]
        expected = {(ask.kind, ask.name) for ask in same if plain.answer(ask)}
        named = {(holder.kind, holder.name) for holder in found if holder.kind != "everyone"}
        others = [holder.but_not for holder in found if holder.kind == "everyone"]
        asked_about = {ask.name for ask in same if ask.kind == "user"}
        named |= {("user", name) for but_not in others for name in asked_about if name not in but_not}
        listed = {one_of(who, asked.domain, plain) for who in named}
        assert {one_of(who, asked.domain, plain) for who in expected} == listed
        assert len(named) == len(listed)
        assert all(" implies `" in holder.via for holder in found)


# -- records ----------------------------------------------------------------------------------------------


class Base(DeclarativeBase):
    pass


class Job(Base):
    __tablename__ = "hidden_job"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    team: Mapped[str]
    shop: Mapped[str | None]
    account: Mapped[str | None]


ROWS = """
scopes:
  reach:
    all: {}
    team: {within: all, where: {team: {in: user.teams}}}
    my: {within: team, where: {owner: user.id}}
  other: [wide, own]
resources: {shop: {attribute: shop}, account: {within: shop, attribute: account}}
"""


def with_rows(folder: Path, user: str) -> Policy:
    """The set of the forms in a domain with a team, and with conditions of scopes, which stand unquoted."""
    files = forms()
    lines = [{**line, "domain": "acme"} for line in files["bindings.yaml"]["bindings"]]
    files["bindings.yaml"] = {"bindings": lines}
    files["domains.yaml"] = {"domains": {"acme": {"teams": {"sales": [user]}}}}
    loaded(folder, files)
    name, _, _, permissions = FORMS.lstrip().split("\n", 3)
    (folder / "catalog.yaml").write_text(f"{name}{ROWS}{permissions}", "utf-8")
    return loaded(folder)


@pytest.mark.parametrize("user", [*GRANTS, *(f"less {name}" for name in GRANTS)])
def test_rows_are_the_records_for_which_one_is_allowed(user: str, tmp_path: Path) -> None:
    """In SQL and in memory, as the questions about the instance of each record say, scope by scope."""
    subject = Gate(with_rows(tmp_path, user)).subject(user, "acme")
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        places = [(s, a) for s in ("ebay", "x", "a", "some", "allegro", None) for a in ("b", "y", None)]
        jobs = [
            Job(owner=owner, team=team, shop=shop, account=account)
            for shop, account in places
            for owner, team in ((user, "sales"), ("eve", "sales"), ("eve", "latam"))
        ]
        session.add_all(jobs)
        session.flush()
        for permission in ("op.none", "op.deep", "op.scoped", "op.shop", "op.acct"):
            chain = {"op.shop": ("shop",), "op.acct": ("shop", "account")}.get(permission, ())
            expected = set()
            for job in jobs:
                on = tuple(getattr(job, name) for name in chain)
                scopes: list[str | None] = [None]
                if permission in ("op.scoped", "op.acct"):
                    inner = ["team"] * (job.team == "sales")
                    scopes = ["all", *inner, *["my"] * (bool(inner) and job.owner == user)]
                if None not in on and any(subject.can(permission, on=on or None, scope=s) for s in scopes):
                    expected.add(job.id)
            rows = session.scalars(sa.select(Job.id).where(subject.where(permission, Job)))
            assert expected == set(rows), permission
            assert expected == {job.id for job in jobs if subject.can(permission, job)}, permission


def test_instances_are_those_allowed(tmp_path: Path) -> None:
    """Of a hidden permission the ones that what implies it is held on, or that the entry names."""
    policy = loaded(tmp_path, forms())
    found = {user: policy.instances("op.acct", user=user, scope="my") for user in GRANTS}
    assert {user: (sorted(instances.known), instances.every) for user, instances in found.items()} == {
        "none": (["allegro/*"], False),
        "scoped": ([], False),
        "other": ([], False),
        "shop": (["a/b"], True),
        "account": (["a/b", "some/*", "x/y"], False),
        "several": (["a/b"], True),
    }


def test_too_many_that_imply_one_are_refused(tmp_path: Path) -> None:
    """A long chain of hidden permissions below many visible ones is found before all are worked out."""
    many: Files = {f"v{number}": {"implies": "h0"} for number in range(600)}
    many |= {f"h{number}": {"hidden": "true", "implies": f"h{number + 1}"} for number in range(600)}
    many["h600"] = {"hidden": "true"}
    with pytest.raises(InvalidPolicyError, match="RG503"):
        loaded(tmp_path, {"catalog.yaml": {"catalog": "many", "permissions": many}})
