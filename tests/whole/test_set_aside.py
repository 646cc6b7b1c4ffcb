"""A tenant's fault stays with the tenant: what is broken is set aside, and for every reader alike."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import rolegate
from reading import write
from rolegate import DomainBindings, Gate, InvalidPolicyError, Question, UnknownNameError
from waiting import happens

CATALOG = """
catalog: shop
plans: [free, pro]
resources: {inbox: Inbox}
permissions:
  show: Show
  edit: Edit
  reply: {title: Reply, per: inbox}
"""

FILES = {
    "catalog.yaml": CATALOG,
    "labels/fr.yaml": "locale: fr\nroles: {lead: Chef}\n",
    "domains/org.yaml": "plan: pro\n",
    "domains/acme.yaml": "within: org\nteams: {sales: [ana]}\ninstances: {inbox: [Support]}\n",
    "domains/ws.yaml": "within: acme\n",
    "domains/beta.yaml": "within: org\n",
    "roles/agent.yaml": 'role: agent\ngrants: [show, edit, "reply[*]"]\n',
    "roles/acme_lead.yaml": "role: lead\ndomain: acme\nextends: agent\n",
    "roles/acme_boss.yaml": "role: boss\ndomain: acme\nextends: lead\n",
    "bindings.yaml": """
bindings:
  - {user: cy, role: agent, domain: org}
  - {user: cy, restrict: ["reply[Support]"], domain: org}
  - {user: di, role: agent, domain: acme}
""",
    "bindings/acme.yaml": """
bindings:
  - {team: sales, role: lead}
  - {user: bo, role: boss}
  - {user: ed, role: lead, only: {inbox: [Support]}, rest: drop}
  - {user: ana, role: agent}
  - {user: ed, role: agent}
  - {user: bo, role: agent}
  - {role: lead, restrict: [edit]}
""",
    "bindings/beta.yaml": "bindings: [{user: fi, role: agent}]\n",
}

LEAD, ACME = "roles/acme_lead.yaml", "bindings/acme.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An organization with two tenants, one of which has a workspace and custom roles."""
    return write(tmp_path / "set", FILES)


def broken(folder: Path, name: str, text: str) -> rolegate.Policy:
    """The set in which the file *name* says *text*."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return rolegate.load(folder)


def parts(policy: rolegate.Policy) -> list[tuple[str, str | None, str]]:
    return [(part.domain, part.role, part.why.code) for part in policy.set_aside]


# -- domains ------------------------------------------------------------------------------------------------

OF_DOMAIN = {
    "the YAML of its lines": (ACME, "bindings: [", "RG104"),
    "a restriction": (ACME, "bindings: [{user: ana, restrict: [edti]}]", "RG301"),
    "a line without an end": (ACME, "bindings: [{user: ana, role: agent, until: soon}]", "RG405"),
    "a line with an unknown key": (ACME, "bindings: [{user: ana, restrict: [edit], onyl: {}}]", "RG112"),
    "a line outside it": (ACME, "bindings: [{user: ana, role: agent, domain: beta}]", "RG440"),
    "a team": ("domains/acme.yaml", "within: org\nteams: {sales: [{team: salse}]}\n", "RG403"),
    "the YAML of the domain": ("domains/acme.yaml", "within: [", "RG104"),
    "an empty file": ("domains/acme.yaml", "", "RG110"),
    "the domain around it": ("domains/acme.yaml", "within: orgg\nteams: {sales: [ana]}\n", "RG401"),
    "a domain in itself": ("domains/acme.yaml", "within: ws\nteams: {sales: [ana]}\n", "RG402"),
    "its plan": ("domains/acme.yaml", "within: org\nplan: gold\nteams: {sales: [ana]}\n", "RG211"),
    "bytes that are no text": (ACME, "\x00", "RG103"),
    "a role with an unknown key": (LEAD, "role: lead\ndomain: acme\nextend: agent\n", "RG112"),
    "the YAML of a role in its folder": ("roles/acme/more.yaml", "role: [", "RG104"),
    "a role of another domain": ("roles/acme/more.yaml", "{role: more, domain: beta}", "RG126"),
    "a role called like a default one": ("roles/acme_more.yaml", "{role: agent, domain: acme}", "RG319"),
}


@pytest.mark.parametrize("what", OF_DOMAIN)
def test_a_domain_that_cannot_be_read_answers_no(folder: Path, what: str) -> None:
    """So do the domains inside it; all others answer as before."""
    name, text, code = OF_DOMAIN[what]
    policy = broken(folder, name, text)
    aside = {domain for domain, role, _ in parts(policy) if role is None}
    assert {"acme", "ws"} == aside
    assert code in {found.code for found in rolegate.validate([folder]).diagnostics}
    for domain in ("acme", "ws"):
        for user in ("ana", "bo", "di", "cy"):
            assert not policy.check(user, "show", domain=domain)
        assert not policy.decide(Question("show", role="agent", domain=domain))
    assert policy.check("cy", "edit", domain="org") and policy.check("fi", "edit", domain="beta")
    assert ("org", "beta") == tuple(name for name in ("org", "acme", "ws", "beta") if name in policy.domains)


def test_a_domain_that_answers_no_has_no_lines(folder: Path) -> None:
    """The compiled files name it in a comment, and nowhere else."""
    compiled = broken(folder, ACME, "bindings: [").compile()
    text = compiled.policy_text.splitlines()
    assert ["# set aside acme", "# set aside ws"] == text[2:4]
    assert not [line for line in text[4:] if "acme" in line or "ws" in line.split(", ")]


def test_what_the_inner_domain_knows_is_not_missed(folder: Path) -> None:
    """A restriction of an outer domain on an inbox that only the broken one lists stays in force."""
    policy = broken(folder, "domains/acme.yaml", "within: [")
    assert not policy.check("cy", "reply", domain="org", on="Support")
    assert policy.check("cy", "reply", domain="org", on="Sales")


def test_all_domains_may_answer_no(folder: Path) -> None:
    """A set whose domains are all broken does not become one without domains."""
    policy = broken(folder, "domains/org.yaml", "plan: [")
    assert policy.domains == () and policy.needs_domain
    assert not policy.check("cy", "show", domain="org")
    assert not policy.decide(Question("show", user="cy"))
    assert policy.decide(Question("show", role="agent"))


def test_no_row_is_seen_in_such_a_domain(folder: Path) -> None:
    """Neither `where` nor a check of a record says yes."""

    class Base(DeclarativeBase):
        pass

    class Note(Base):
        __tablename__ = "note"
        id: Mapped[int] = mapped_column(primary_key=True)

    gate = Gate.from_path(folder)
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Note(id=1))
        session.flush()

        def seen() -> list[int]:
            here = gate.subject("di", "acme").where("show", Note)
            return list(session.scalars(sa.select(Note.id).where(here)))

        assert seen() == [1] and gate.subject("di", "acme").can("show", Note(id=1))
        (folder / ACME).write_text("bindings: [")
        assert gate.reload()
        assert seen() == [] and not gate.subject("di", "acme").can("show", Note(id=1))


def test_who_brings_most_is_not_at_fault_for_a_set_that_is_too_large(
    folder: Path,
) -> None:
    """All bring it together, and the largest tenant does not go dark for the others."""
    line = '  - {user: ana, grants: [show, edit, "reply[*]"]}\n'
    (folder / ACME).write_text("bindings:\n" + line + "  - {user: bo, grants: [show]}\n")
    (folder / LEAD).unlink()
    (folder / "roles/acme_boss.yaml").unlink()
    (folder / "labels/fr.yaml").write_text("locale: fr\n")
    (folder / "roles/agent.yaml").write_text("role: agent\ngrants: [show]\n")
    assert rolegate.load(folder)
    with pytest.raises(InvalidPolicyError, match=r"bindings/acme\.yaml:2:.*RG502"):
        rolegate.load(folder, limits=rolegate.Limits(lines=20))


def test_answers_say_why(folder: Path) -> None:
    """A decision has a note with the finding and its place, and lists raise with the reason."""
    policy = broken(folder, ACME, "bindings: [")
    (note,) = policy.check("ana", "show", domain="ws").notes
    assert note.code == "RG612" and "RG104" in note.message and "bindings/acme.yaml:2" in note.help
    assert policy.explain("ana", "show", domain="acme").decision.notes[0].code == "RG612"
    for ask in (policy.roles_of, lambda domain: policy.matrix(domain=domain)):
        with pytest.raises(UnknownNameError, match="set aside"):
            ask("acme")
    with pytest.raises(UnknownNameError, match="set aside"):
        policy.tree(user="ana", domain="acme")


def test_the_subject_of_such_a_domain_holds_nothing(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither checks nor lists say yes, and the log says why."""
    gate = Gate(broken(folder, ACME, "bindings: ["))
    with caplog.at_level(logging.WARNING, "rolegate"):
        subject = gate.subject("di", domain="acme")
    assert not subject.can("show") and not subject.can_any("*")
    assert "denied: RG612 domain `acme` is set aside" in caplog.text
    assert "acme" not in gate.domains_of("di")


def test_an_inner_domain_that_is_broken_does_not_take_the_outer_one_along(folder: Path) -> None:
    """Lines that name it, or what it knows, are wrong only because nobody knows where it lies."""
    lines = (
        FILES[ACME] + "  - {user: gus, role: agent, domain: ws}\n  - {user: bo, restrict: ['reply[Inner]']}\n"
    )
    (folder / ACME).write_text(lines)
    (folder / "domains/ws.yaml").write_text("within: acme\ninstances: {inbox: [Inner]}\n")
    assert not parts(rolegate.load(folder))
    policy = broken(folder, "domains/ws.yaml", "within: acem\ninstances: {inbox: [Inner]}\n")
    assert [("ws", None, "RG401")] == parts(policy)
    assert policy.check("bo", "show", domain="acme") and not policy.check("gus", "show", domain="ws")


# -- custom roles -------------------------------------------------------------------------------------------

OF_ROLE = {
    "a permission": ("role: lead\ndomain: acme\ngrants: [shwo]\n", "RG301"),
    "a parent": ("role: lead\ndomain: acme\nextends: agnet\n", "RG317"),
    "itself": ("role: lead\ndomain: acme\nextends: lead\n", "RG318"),
    "a circle": ("role: lead\ndomain: acme\nextends: boss\n", "RG318"),
    "a flag": ("role: lead\ndomain: acme\nlocked: perhaps\n", "RG114"),
    "a kind": ("role: lead\ndomain: acme\nkind: gest\nextends: agent\n", "RG233"),
    "a value": ("role: lead\ndomain: acme\nextends: {agent: true}\n", "RG114"),
}


@pytest.mark.parametrize("what", OF_ROLE)
def test_a_custom_role_that_cannot_be_read_grants_nothing(folder: Path, what: str) -> None:
    """Those that extend it go with it; holders keep other roles, and nothing comes back."""
    text, code = OF_ROLE[what]
    policy = broken(folder, LEAD, text)
    assert {("acme", "lead"), ("acme", "boss")} == {(domain, role) for domain, role, _ in parts(policy)}
    assert code in {why for _, _, why in parts(policy)}
    for role in ("lead", "boss"):
        assert not policy.decide(Question("*", role=role, domain="acme", any=True))
    for user in ("ana", "ed"):  # through a team, and through `only`
        assert policy.check(user, "show", domain="acme") and not policy.check(user, "edit", domain="acme")
    assert policy.check("bo", "edit", domain="acme") and policy.check("fi", "edit", domain="beta")
    assert "RG611" in {note.code for note in policy.check("ana", "edit", domain="acme").notes}


def test_roles_in_the_folder_of_their_domain_say_the_same(folder: Path) -> None:
    """Where a custom role is written changes no compiled line; the folder says its domain."""
    before = rolegate.load(folder).compile().policy_text
    (folder / "roles/acme").mkdir()
    for name in ("lead", "boss"):
        text = (folder / f"roles/acme_{name}.yaml").read_text()
        (folder / f"roles/acme_{name}.yaml").unlink()
        (folder / f"roles/acme/{name}.yaml").write_text(text.replace("domain: acme\n", ""))
    assert rolegate.load(folder).compile().policy_text == before
    text = "roles:\n  lead: {extends: agent}\n  boss: {extends: lead, domain: acme}\n"
    (folder / "roles/acme/boss.yaml").unlink()
    assert broken(folder, "roles/acme/lead.yaml", text).compile().policy_text == before
    policy = broken(folder, "roles/acme/lead.yaml", text.replace("agent", "agnet"))
    assert {("acme", "lead"), ("acme", "boss")} == {(domain, role) for domain, role, _ in parts(policy)}


def test_a_role_that_a_neighbour_claims_is_not_lost(folder: Path) -> None:
    """A role in the folder of one domain that says another one takes no name there."""
    (folder / "roles/beta_helper.yaml").write_text("{role: helper, domain: beta, grants: [show]}")
    policy = broken(folder, "roles/acme/helper.yaml", "{role: helper, domain: beta, grants: [edit]}")
    assert {"acme", "ws"} == {domain for domain, _, _ in parts(policy)}
    assert policy.decide(Question("show", role="helper", domain="beta"))
    assert not policy.decide(Question("edit", role="helper", domain="beta"))


def test_a_role_whose_name_is_not_clear_takes_its_domain_along(folder: Path) -> None:
    """Nobody knows whom restrictions on its holders would reach."""
    (folder / "roles/acme_boss.yaml").unlink()
    policy = broken(folder, LEAD, "role: [lead]\ndomain: acme\n")
    assert [("acme", None, "RG114"), ("ws", None, "RG114")] == parts(policy)


def test_a_line_of_a_tenant_beside_one_of_everybody_is_the_fault_of_the_tenant(folder: Path) -> None:
    """A tenant gives a role to somebody whom the file of all gives what no such role may hold."""
    paid = CATALOG.replace("permissions:", "custom_roles: {never: [refund]}\npermissions:\n  refund: Refund")
    (folder / "catalog.yaml").write_text(paid)
    lines = FILES["bindings.yaml"] + "  - {user: gus, grants: [refund], domain: org}\n"
    (folder / "bindings.yaml").write_text(lines)
    tenants = [f"shop-{number}" for number in range(12)]
    for name in tenants:
        (folder / f"domains/{name}.yaml").write_text("within: org\n")
        (folder / f"roles/{name}.yaml").write_text(f"role: own\ndomain: {name}\ngrants: [show]\n")
        (folder / f"bindings/{name}.yaml").write_text("bindings: [{user: gus, role: own}]\n")
    policy = broken(folder, "bindings/ws.yaml", "bindings: [{user: gus, role: lead}]\n")
    assert [(name, None, "RG415") for name in sorted([*tenants, "ws"])] == parts(policy)
    for name in ("org", "acme", "beta"):
        assert policy.check("gus", "refund", domain=name)


def test_members_whom_a_tenant_declares_are_the_fault_of_the_tenant(folder: Path) -> None:
    """A team of a tenant has a role of a kind by a line of everybody, and a member who is given too much."""
    kinds = "role_kinds: {guest: {never: [edit]}}\npermissions:"
    (folder / "catalog.yaml").write_text(CATALOG.replace("permissions:", kinds))
    (folder / "roles/guest.yaml").write_text("role: guest\nkind: guest\ngrants: [show]\n")
    lines = "  - {team: crew, role: guest, domain: beta}\n  - {user: gus, grants: [edit], domain: org}\n"
    (folder / "bindings.yaml").write_text(FILES["bindings.yaml"] + lines)
    policy = broken(folder, "domains/beta.yaml", "within: org\nteams: {crew: [gus]}\n")
    assert [("beta", None, "RG415")] == parts(policy)
    assert policy.check("gus", "edit", domain="acme")


VERSION = "role: own-agent\nreplaces: agent\ngrants: [show, 'reply[*]']\n"

OF_VERSION = {
    "a permission": VERSION.replace("show", "shwo"),
    "itself": VERSION + "extends: own-agent\n",
    "a flag": VERSION + "locked: perhaps\n",
    "an unknown key": VERSION.replace("replaces", "replcaes"),
    "what it replaces": VERSION.replace("agent\n", "agnet\n"),
    "the form of what it replaces": VERSION.replace("replaces: agent", "replaces: [agent]"),
    "the YAML": VERSION + "x: [\n",
}


@pytest.mark.parametrize("what", OF_VERSION)
def test_a_version_of_a_default_role_never_falls_back(folder: Path, what: str) -> None:
    """The default would give back what the domain took away from its own version."""
    whole = broken(folder, "roles/acme/agent.yaml", VERSION)
    assert whole.check("di", "show", domain="acme") and not whole.check("di", "edit", domain="acme")
    policy = broken(folder, "roles/acme/agent.yaml", OF_VERSION[what])
    assert policy.set_aside
    for domain in ("acme", "ws"):
        assert not any(policy.check(user, "edit", domain=domain) for user in ("ana", "di", "ed"))
        assert not policy.decide(Question("*", role="agent", domain=domain, any=True))
    assert policy.check("cy", "edit", domain="org") and policy.check("fi", "edit", domain="beta")


@pytest.mark.parametrize("text", [VERSION, "role: lead\ngrants: [show, 'reply[*]']\n"])
def test_a_role_that_a_line_around_it_narrows_stops_nobody(folder: Path, text: str) -> None:
    """A line of all narrows the role, in which a domain leaves nothing to narrow."""
    for name in ("lead", "boss"):
        (folder / f"roles/acme_{name}.yaml").unlink()
    (folder / ACME).unlink()
    (folder / "labels/fr.yaml").unlink()
    name = "agent" if text == VERSION else "lead"
    line = f"  - {{user: gus, role: {name}, domain: acme, only: {{inbox: [Support]}}, rest: drop}}\n"
    (folder / "bindings.yaml").write_text(FILES["bindings.yaml"] + line)
    policy = broken(folder, "roles/acme/own.yaml", text)
    assert not policy.set_aside and policy.check("gus", "reply", domain="acme", on="Support")
    policy = broken(folder, "roles/acme/own.yaml", text.replace(", 'reply[*]'", ""))
    assert [("acme", text.split()[1], "RG407")] == parts(policy)
    assert not policy.check("gus", "reply", domain="acme", on="Support")
    assert policy.check("cy", "edit", domain="org") and policy.check("fi", "edit", domain="beta")


# -- what stops everything ----------------------------------------------------------------------------------

OF_NOBODY = {
    "the catalog": ("catalog.yaml", CATALOG + "  bad: {titel: x}\n"),
    "a default role": ("roles/agent.yaml", "role: agent\ngrants: [shwo]\n"),
    "a role without a domain that is clear": (LEAD, "role: lead\ndomian: acme\n"),
    "a role of an unknown domain": (LEAD, "role: lead\ndomain: acmee\n"),
    "the YAML of a role": (LEAD, "role: lead\ndomain: acme\ngrants: [\n"),
    "a line in the file of all": ("bindings.yaml", "bindings: [{user: di, role: agnet, domain: acme}]\n"),
    "the YAML of the file of all": ("bindings.yaml", "bindings: ["),
    "the file of all domains": ("domains.yaml", "domains: {"),
    "a file of a domain that is not declared": ("bindings/acmee.yaml", "bindings: ["),
    "a file whose name spells no domain": ("bindings/ac me.yaml", "bindings: []"),
    "two files that some systems take for one": ("bindings/Beta.yaml", "bindings: []"),
}


@pytest.mark.parametrize("what", OF_NOBODY)
def test_what_is_not_the_fault_of_one_tenant_stops_the_set(folder: Path, what: str) -> None:
    """Even where a tenant has a fault as well."""
    (folder / "bindings/beta.yaml").write_text("bindings: [")
    name, text = OF_NOBODY[what]
    with pytest.raises(InvalidPolicyError) as caught:
        broken(folder, name, text)
    found = rolegate.validate([folder])
    assert not found.ok and found.set_aside == ()
    assert set(caught.value.diagnostics) == set(found.diagnostics)
    assert not {"RG441", "RG340"} & {one.code for one in found.diagnostics}


def test_a_restriction_that_may_be_of_several_stops_the_set(folder: Path) -> None:
    """A file that cannot be read and is not named after a tenant."""
    with pytest.raises(InvalidPolicyError):
        broken(folder, "bindings.yaml", "bindings:\n  - {user: cy, restrict: [edit], domain: [acme]}\n")


# -- findings, gates and other readers -----------------------------------------------------------------------


def test_validate_reports_every_error_and_what_follows(folder: Path) -> None:
    """An error stays an error, so that a pull request fails; a warning says what it sets aside."""
    (folder / LEAD).write_text("role: lead\ndomain: acme\ngrants: [shwo]\n")
    (folder / "bindings/beta.yaml").write_text("bindings: [{user: fi, role: agnet}]\n")
    found = rolegate.validate([folder])
    assert not found.ok
    assert [
        ("acme_boss.yaml", "RG340", "warning"),
        ("acme_lead.yaml", "RG301", "error"),
        ("acme_lead.yaml", "RG340", "warning"),
        ("beta.yaml", "RG317", "error"),
        ("beta.yaml", "RG441", "warning"),
    ] == sorted((Path(one.file).name, one.code, one.severity) for one in found.diagnostics)
    policy = rolegate.load(folder)
    assert found.set_aside == policy.set_aside
    assert {one.code for one in policy.warnings} == {"RG340", "RG441"}


@pytest.mark.parametrize("watch", [False, True], ids=["reload", "watch"])
def test_a_broken_file_of_a_tenant_holds_up_nobody(folder: Path, watch: bool) -> None:
    """The change of another tenant comes into force in spite of it; mended, everything is back."""
    gate = Gate.from_path(folder, watch=watch, interval=0.01)

    def reloaded(fact: Callable[[], bool]) -> bool:
        return happens(fact) if watch else gate.reload() and fact()

    try:
        before, text = gate.status(), (folder / ACME).read_text()
        (folder / ACME).write_text("bindings: [")
        assert reloaded(lambda: not gate.check("ana", "show", domain="acme"))
        (folder / "bindings/beta.yaml").write_text("bindings: [{user: gil, role: agent}]\n")
        assert reloaded(lambda: gate.check("gil", "edit", domain="beta"))
        status = gate.status()
        assert (False, None) == (status.stale, status.error) and status.revision != before.revision
        assert ["acme", "ws"] == [part.domain for part in status.set_aside]
        (folder / ACME).write_text(text)
        assert reloaded(lambda: gate.check("ana", "show", domain="acme"))
        assert gate.status().set_aside == ()
    finally:
        gate.close()


def test_a_new_gate_says_the_same_as_one_that_reloads(folder: Path) -> None:
    """What is set aside follows from the files alone."""
    old = Gate.from_path(folder)
    (folder / LEAD).write_text("role: lead\ndomain: acme\ngrants: [shwo]\n")
    (folder / "domains/ws.yaml").write_text("within: [")
    assert old.reload()
    new = Gate.from_path(folder)
    assert old.status().revision == new.status().revision
    assert old.policy == new.policy
    assert old.policy.compile().policy_text == rolegate.load(folder).compile().policy_text


def test_more_errors_than_are_reported_in_one_tenant_hold_up_nobody(folder: Path) -> None:
    """A file with thousands of wrong lines is one fault."""
    lines = "".join(f"  - {{user: u{number}, role: agnet}}\n" for number in range(2500))
    policy = broken(folder, ACME, f"bindings:\n{lines}")
    assert {"acme", "ws"} == {domain for domain, _, _ in parts(policy)}
    assert policy.check("fi", "edit", domain="beta")


def test_a_broken_domain_that_leaves_and_comes_back_brings_its_files(folder: Path) -> None:
    """What the gate remembers of departed files includes the domains that were set aside."""
    (folder / ACME).write_text("bindings: [")
    gate = Gate.from_path(folder)
    for name in ("domains/acme.yaml", "domains/ws.yaml", ACME, LEAD, "roles/acme_boss.yaml"):
        (folder / name).unlink()
    (folder / "bindings.yaml").write_text("bindings: [{user: cy, role: agent, domain: org}]\n")
    (folder / "labels/fr.yaml").write_text("locale: fr\n")
    assert gate.reload(), gate.status().error
    (folder / "domains/ws.yaml").write_text("within: org\n")
    assert not gate.reload()
    assert "RG122" in (gate.status().error or "")


def test_bindings_of_the_application_are_not_read_for_a_domain_that_answers_no(folder: Path) -> None:
    """Its files may lack a restriction; a role that is set aside grants nothing to those they name."""
    (folder / "bindings/beta.yaml").write_text("bindings: [")
    (folder / LEAD).write_text("role: lead\ndomain: acme\ngrants: [shwo]\n")
    (folder / "roles/acme_boss.yaml").unlink()
    (folder / ACME).write_text("bindings: [{role: lead, restrict: [edit]}]\n")
    asked: list[str] = []

    class Tables:
        def look(self, domain: str) -> object:
            return ()

        def read(self, domain: str) -> DomainBindings:
            asked.append(domain)
            named = {"user": "gil", "role": "agent"}
            lines = [named, {**named, "role": "lead"}] if domain == "acme" else [named]
            return DomainBindings(lines=lines)

    gate = Gate.from_path(folder, bindings=Tables())
    gate.load("beta")
    assert not gate.check("gil", "show", domain="beta") and "beta" not in asked
    assert not gate.subject("gil", "beta", roles=["agent"], teams=["sales"]).can_any("*")
    with pytest.raises(UnknownNameError, match="set aside"):
        gate.policy_in("beta")
    assert gate.check("gil", "show", domain="acme") and not gate.check("gil", "edit", domain="acme")
    assert not gate.subject("kim", "acme", roles=["lead"]).can_any("*")
    assert not gate.subject("kim", "acme", roles=["lead", "agent"]).can("edit")


def test_finding_about_a_domain_names_the_first_error_and_says_that_there_are_others(tmp_path: Path) -> None:
    """Whoever corrects the first one is not surprised that the domain still answers no."""
    files = {
        "catalog.yaml": "catalog: c\npermissions: {a: A}\nrecords: {separate: true}\n",
        "domains.yaml": "domains: {acme: {}}\n",
        "domains/beta.yaml": "title: Beta\n",
    }

    def help_of(grants: list[str]) -> list[str]:
        lines = "".join(f"- {{user: u, grants: [{grant}]}}\n" for grant in grants)
        folder = write(tmp_path / str(len(grants)), {**files, "bindings/beta.yaml": f"bindings:\n{lines}"})
        found = rolegate.validate([folder]).diagnostics
        return [one.help for one in found if one.code == "RG441"]

    rest = "the rest of the set is in force"
    assert [f"correct RG301 here; {rest}"] == help_of(["aa"])
    assert [f"correct RG301 here, and the other errors of the domain; {rest}"] == help_of(["aa", "bb"])
