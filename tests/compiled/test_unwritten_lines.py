"""Where nothing is denied, lines of roles are written out when somebody wants them, and are then the same."""

from dataclasses import replace
from pathlib import Path

import pytest

import rolegate
from reading import write
from repository import ROOT
from rolegate.compiled.compile import compile_policy
from rolegate.compiled.line_collector import LineCollector
from rolegate.compiled.lines import CompiledPolicy, PLine, Provenance
from rolegate.compiled.revision import revision_of
from rolegate.compiled.unwritten_lines import UnwrittenLines
from rolegate.diagnostics import Report
from rolegate.engine.index import Index
from rolegate.engine.vocabulary import Vocabulary
from rolegate.grants.masked_rights import MaskedRights

SETS = sorted(
    str(path.parent.relative_to(ROOT))
    for root in ("policies", "examples")
    for path in (ROOT / root).rglob("catalog.yaml")
)


def both(name: str) -> tuple[rolegate.Policy, CompiledPolicy, CompiledPolicy]:
    """A policy of the project without what denies anything, as it is compiled, and with all lines written."""
    policy = rolegate.load(ROOT / name)
    bindings = tuple(line for line in policy.resolved.bindings if not line.takes)
    domains = policy.resolved.domains
    open = {here.name: replace(here, removed={}) for here in domains}
    resolved = replace(policy.resolved, bindings=bindings, domains=replace(domains, by_name=open))
    unwritten = compile_policy(resolved, None)
    collector = LineCollector(resolved, list(bindings), Report())
    collector.collect()
    return policy, unwritten, replace(unwritten, p={**collector.lines_with({}), **dict(_constant(unwritten))})


def _constant(compiled: CompiledPolicy) -> list[tuple[PLine, Provenance]]:
    return [(line, source) for line, source in compiled.p.items() if source.why == "constant"]


@pytest.mark.parametrize("name", SETS)
def test_lines_are_the_same_whenever_they_are_written(name: str) -> None:
    """All at once, and each by itself, with its source."""
    _, unwritten, written = both(name)
    assert isinstance(unwritten.p, UnwrittenLines)
    assert {line: unwritten.p[line] for line in written.p} == dict(written.p)
    assert list(unwritten.p) == sorted(written.p) and unwritten.p == written.p


@pytest.mark.parametrize("name", SETS)
def test_the_index_says_the_same_without_lines(name: str) -> None:
    """Each line is allowed by the index that was made of rights, and all else has the same masks."""
    policy, unwritten, written = both(name)
    words = Vocabulary.of(policy.catalog)
    ours, theirs = Index(unwritten, words), Index(written, words)
    for domain, table in theirs.tables.items():
        same = ours.tables[domain]
        assert table.users.keys() == same.users.keys()
        subs = {*table.links, *table.bits, *table.shared}
        for scope, view in table.views.items():
            for path in view.allow:
                held = {sub for sub in subs if view.decide(path, None, table.mask(sub))}
                assert held == {sub for sub in subs if same.views[scope].decide(path, None, same.mask(sub))}
        for line in written.p:
            if line.obj not in ("-", "*") and line.dom == domain:
                assert ours.allows(line.sub, line.dom, line.obj, line.act, line.scope)


@pytest.mark.parametrize("name", SETS)
def test_a_revision_is_the_same_whether_lines_are_written_or_not(name: str) -> None:
    """So is the number of lines; another line, or one less, has another revision."""
    _, unwritten, written = both(name)
    written = replace(written, p=dict(sorted(written.p.items())))
    assert revision_of(unwritten) == revision_of(written)
    assert len(unwritten.p) == len(written.p)
    last = [line for line in written.p if line.eft == "allow"][-1]
    for other in ({line: why for line, why in written.p.items() if line != last}, {**written.p}):
        other.setdefault(last._replace(act="another"), written.p[last])
        assert revision_of(replace(written, p=other)) != revision_of(written)


COVERED = {
    "catalog.yaml": """
catalog: c
scopes: {reach: [all, my]}
resources: {box: Box}
permissions:
  read: {title: Read, scopes: reach}
  open: {title: Open, per: box}
  more: {title: More, implies: [read@my]}
""",
    "domains.yaml": "domains: {acme: {}, inner: {within: acme}, beta: {}}\n",
    "roles/all.yaml": """
roles:
  base: {grants: ["open[*]", "open[x]", read@all]}
  less: {extends: [base], grants: ["open[y]"], except: [read@all]}
  own: {domain: acme, extends: [less], grants: ["open[*]", read@my]}
  other: {domain: beta, grants: ["open[x]"]}
""",
    "bindings.yaml": "bindings: [{user: ana, role: own, domain: acme}]\n",
}


@pytest.mark.parametrize("masked", [True, False])
def test_what_a_broader_right_covers_is_no_line(masked: bool, tmp_path: Path) -> None:
    """It is not written, not counted and not in the revision, whether rights are bits or not."""
    files = dict(COVERED)
    if masked:
        files["catalog.yaml"] = files["catalog.yaml"].replace(", implies: [read@my]", "")
    policy, unwritten, written = both(str(write(tmp_path, files)))
    roles = policy.resolved.roles.values()
    assert {isinstance(role.rights, MaskedRights) for role in roles} == {masked}
    assert isinstance(unwritten.p, UnwrittenLines) and len(unwritten.p) == len(written.p)
    assert revision_of(unwritten) == revision_of(written)
    called = {**files, "roles/all.yaml": files["roles/all.yaml"].replace("other", "others")}
    assert revision_of(both(str(write(tmp_path, called)))[1]) != revision_of(unwritten)
    assert not {line.obj for line in unwritten.p if line.sub == "role:base"} & {"x"}


def test_roles_without_lines_do_not_have_a_part_in_the_revision(tmp_path: Path) -> None:
    """A role of which no domain offers anything has no line, so the lines, and the revision, are the same."""
    catalog = (
        "catalog: c\nplans: {pro: Pro}\npermissions: {read: Read, write: {title: Write, plans: [pro]}}\n"
    )
    (tmp_path / "catalog.yaml").write_text(catalog)
    (tmp_path / "domains.yaml").write_text("domains: {acme: {}, beta: {plan: pro}}\n")
    (tmp_path / "roles").mkdir()
    roles = "roles:\n  reader: {domain: acme, grants: [read]}\n"
    found = []
    for more in (
        "",
        "  author: {domain: acme, grants: [write]}\n",
        "  lead: {domain: acme, grants: [read]}\n",
    ):
        (tmp_path / "roles" / "all.yaml").write_text(roles + more)
        compiled = rolegate.load(tmp_path).compile()
        found.append((compiled.policy_text, revision_of(compiled)))
    assert found[0] == found[1] and found[2][1] != found[0][1]


def test_a_gate_writes_no_lines_of_roles_to_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It writes out those of one role to explain an answer, and none to show, count or name what it has."""
    wanted: list[str] = []
    write = LineCollector.role_lines

    def told(self: LineCollector, sub: str, *rest: object) -> None:
        wanted.append(sub)
        write(self, sub, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(LineCollector, "role_lines", told)
    (tmp_path / "catalog.yaml").write_text("catalog: c\npermissions: {read: Read, write: Write}\n")
    (tmp_path / "roles").mkdir()
    for role in ("reader", "writer"):
        text = f"role: {role}\ngrants: [{'read' if role == 'reader' else 'write'}]\n"
        (tmp_path / "roles" / f"{role}.yaml").write_text(text)
    lines = "bindings: [{user: ana, role: reader}, {user: bo, role: writer}]\n"
    (tmp_path / "bindings.yaml").write_text(lines)
    gate = rolegate.Gate.from_path(tmp_path)
    assert (gate.check("ana", "read"), gate.check("ana", "write"), wanted) == (True, False, [])
    assert "read" in str(gate.explain("ana", "read")) and wanted == ["role:reader"]
    compiled = gate.policy.compile()
    assert repr(compiled) == "<CompiledPolicy: 3 p, 2 g, 2 g2 and 0 g3 lines>"
    revision = gate.status().revision
    (tmp_path / "roles" / "reader.yaml").write_text("role: [")
    assert not gate.reload() and gate.status().revision == revision and wanted == ["role:reader"]
    assert len(list(compiled.p)) == len(compiled.p) == 3 and wanted[1:] == ["role:reader", "role:writer"]
