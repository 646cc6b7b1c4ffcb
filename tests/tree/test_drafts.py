"""A role that is edited box by box: what comes along, what goes along, what is closed and why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import rolegate
from counting import calls
from drawing import some_of
from reading import write
from repository import ROOT
from rolegate import Draft, DraftChange, DraftError, Policy, TreeNode

CATALOG = """
catalog: desk
plans: {free: Free, pro: Pro}
addons: {bots: Bots}
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
custom_roles: {never: [billing.pay]}
role_kinds:
  guest: {title: Guest, may: ["tickets.*@my", "tickets.print", inboxes.see]}
permissions:
  tickets:
    title: Tickets
    permissions:
      show: {title: Show, scopes: reach}
      reply: {title: Reply, scopes: reach, requires: tickets.show}
      print: Print
      old: {title: Old, deprecated: true}
  inboxes:
    title: Inboxes
    header: see
    permissions:
      see: See the inboxes
      access: {title: 'Access to "{inbox}"', per: inbox, every: Access to all inboxes}
      clean: {title: Clean up, per: inbox, requires: inboxes.access}
      bulk: {title: Bulk actions, requires: inboxes.access}
  reports:
    title: Reports
    permissions: {view: View, export: {title: Export, implies: [reports.view], plans: [pro]}}
  billing: {title: Billing, permissions: {see: See, pay: Pay}}
  rota: {title: Rota, by_name: true, permissions: {take: Take part}}
"""

FILES = {
    "catalog.yaml": CATALOG,
    "domains.yaml": "domains:\n"
    "  acme: {plan: pro, instances: {inbox: [Sales, Support]}}\n"
    "  beta: {plan: free}\n",
    "roles/viewer.yaml": "role: viewer\ntitle: Viewer\ngrants: [tickets.show@team]\n",
    "roles/fixed.yaml": "role: fixed\nlocked: true\ngrants: [reports.view]\n",
    "roles/lead.yaml": "role: lead\ntitle: Lead\ndomain: acme\nextends: viewer\ngrants: [reports.view]\n",
    "labels/fr.yaml": "locale: fr\nroles: {lead: Responsable, viewer: Lecteur}\n"
    "permissions: {tickets.show: {title: Voir}, tickets.reply: {title: Répondre}}\n",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """A small help desk."""
    return rolegate.load(write(tmp_path_factory.mktemp("desk"), FILES))


@pytest.fixture
def blank(desk: Policy) -> Draft:
    """A new role of acme."""
    return desk.draft(domain="acme", name="form")


def box(draft: Draft, name: str, locale: str | None = None) -> TreeNode:
    return next(node for node in draft.tree(locale).walk() if node.id == name)


def told(draft: Draft) -> DraftChange:
    assert draft.change is not None
    return draft.change


def closed(draft: Draft, name: str) -> list[str]:
    """The codes of why a box is closed; the click on it is refused for the same reasons."""
    node = box(draft, name)
    with pytest.raises(DraftError) as error:
        (draft.untick if node.state == "on" else draft.tick)(name)
    assert node.closed == error.value.reasons
    return [reason.code for reason in node.closed]


# -- ticking -------------------------------------------------------------------------------------------------


def test_what_is_required_comes_along(blank: Draft) -> None:
    """At the same scope, and the change names it with what requires it."""
    ticked = blank.tick("tickets.reply@team")
    assert ("tickets.show@team", "tickets.reply@team") == ticked.grants
    assert ("tickets.show@team", "tickets.reply@team") == told(ticked).added
    ((along),) = told(ticked).brought
    assert ("tickets.show@team", "requires", "tickets.reply@team") == (along.grant, along.why, along.by)
    assert frozenset({"tickets.show@team"}) == ticked.brought
    assert () == ticked.findings


def test_what_is_required_comes_along_on_the_same_instance(blank: Draft) -> None:
    """One inbox asks for that inbox, and for the header of the group."""
    ticked = blank.tick("inboxes.clean[Sales]")
    assert ("inboxes.see", "inboxes.access[Sales]", "inboxes.clean[Sales]") == ticked.grants


def test_where_any_instance_will_do_somebody_has_to_choose(blank: Draft) -> None:
    """The box is closed until one is ticked: nobody gets every inbox because one is needed."""
    assert ["choose"] == closed(blank, "inboxes.bulk")
    assert ("inboxes.access",) == box(blank, "inboxes.bulk").closed[0].names
    chosen = blank.tick("inboxes.access[Sales]").tick("inboxes.bulk")
    assert ("inboxes.see", "inboxes.access[Sales]", "inboxes.bulk") == chosen.grants
    assert ("inboxes.*",) == blank.tick("inboxes").grants


def test_what_is_implied_is_told_and_not_granted(blank: Draft) -> None:
    """It comes by itself."""
    ticked = blank.tick("reports.export")
    assert ("reports.export",) == ticked.grants
    assert ("reports.view", "reports.export") == told(ticked).added
    assert [("reports.view", "implies", "reports.export")] == [
        (along.grant, along.why, along.by) for along in told(ticked).brought
    ]


def test_what_came_along_goes_with_the_last_box_that_needs_it(blank: Draft) -> None:
    """Unless somebody ticks it on its own."""
    reply = blank.tick("tickets.reply")
    assert () == reply.untick("tickets.reply").grants
    assert ("tickets.show@all",) == reply.tick("tickets.show").untick("tickets.reply").grants


def test_a_group_with_something_closed_in_it_ticks_what_is_open(blank: Draft) -> None:
    """By name: its star would bring what is ruled out. The change says what was left, and why."""
    ticked = blank.tick("billing")
    assert ("billing.see",) == ticked.grants
    assert [("kind", ("custom_roles", "billing.pay"))] == [(r.code, r.names) for r in told(ticked).left]
    everything = blank.tick("*")
    assert ("tickets.*", "inboxes.*", "reports.*", "billing.see") == everything.grants


def test_a_kind_with_may_closes_scopes(desk: Policy) -> None:
    """What it may hold at the narrowest scope is open there; a group is ticked as far as it is open."""
    guest = desk.draft(name="form", kind="guest")
    assert ["kind"] == closed(guest, "tickets.show")
    assert ["all", "team"] == [scope for scope, _ in box(guest, "tickets.show").closed_at]
    assert ("tickets.show@my", "tickets.reply@my") == guest.tick("tickets.reply@my").grants
    assert ("tickets.print", "tickets.reply@my", "tickets.show@my") == tuple(
        sorted(guest.tick("tickets").grants)
    )
    assert ("tickets.*@my",) == guest.tick("tickets@my").grants
    assert ["kind"] == closed(guest, "reports")
    assert () == guest.tick("tickets").tick("inboxes").findings


# -- unticking -----------------------------------------------------------------------------------------------


def test_what_depends_on_a_box_goes_with_it(blank: Draft) -> None:
    """As little as can be: replying to one's own tickets stays, as seeing them does."""
    left = blank.tick("tickets.reply").untick("tickets.show@team")
    assert ("tickets.show@my", "tickets.reply@my") == left.grants
    assert [("tickets.reply@all", "tickets.show@all")] == [
        (along.grant, along.by) for along in told(left).taken_along
    ]
    assert ("tickets.show@all", "tickets.reply@all") == told(left).removed


def test_what_depends_on_one_instance_is_left_on_the_others(blank: Draft) -> None:
    """Every inbox, then not this one: both stars are lists of names now, and new inboxes are not included."""
    left = blank.tick("inboxes.clean[*]").untick("inboxes.access[Sales]")
    assert ("inboxes.see", "inboxes.access[Support]", "inboxes.clean[Support]") == left.grants
    assert {"inboxes.access[*]", "inboxes.clean[*]"} == set(told(left).stars_lost)


def test_a_header_takes_the_group_along(blank: Draft) -> None:
    """Nothing below is held without it."""
    assert () == blank.tick("inboxes.clean[Sales]").untick("inboxes.see").grants


def test_an_implied_box_is_not_unticked(blank: Draft) -> None:
    """The reason names the box that implies it."""
    implying = blank.tick("reports.export")
    assert ["implies"] == closed(implying, "reports.view")
    assert (("reports.export",), ("Export",)) == (
        box(implying, "reports.view").closed[0].names,
        box(implying, "reports.view").closed[0].titles,
    )


def test_a_star_below_which_something_is_unticked_is_lost(blank: Draft) -> None:
    """The others are named, and the change says that the star is gone."""
    left = blank.tick("tickets").untick("tickets.print")
    assert ("tickets.show@all", "tickets.reply@all") == tuple(sorted(left.grants, reverse=True))
    assert ("tickets.*",) == told(left).stars_lost
    assert () == told(blank.tick("tickets").untick("tickets")).stars_lost


def test_a_star_is_lost_where_no_other_instance_is_known(desk: Policy) -> None:
    """A default role knows those that it names: nothing is left of the star, and the change says so."""
    grants = ["inboxes.see", "inboxes.access[*]", "inboxes.access[Sales]"]
    left = desk.draft(name="form", grants=grants).untick("inboxes.access[Sales]")
    assert (("inboxes.see",), ("inboxes.access[*]",)) == (left.grants, told(left).stars_lost)


# -- what is closed ------------------------------------------------------------------------------------------


def test_what_a_parent_holds_stays(desk: Policy) -> None:
    """A narrower scope of a parent stays when the broader one of the role goes."""
    lead = desk.draft("lead", domain="acme")
    assert [("parent", ("viewer",), ("Viewer",))] == [
        (reason.code, reason.names, reason.titles)
        for scope, reasons in box(lead, "tickets.show").closed_at
        for reason in reasons
        if scope == "team"
    ]
    wide = lead.tick("tickets.show").untick("tickets.show")
    assert lead.grants == wide.grants
    assert ["parent"] == [reason.code for reason in told(wide).left]


def test_an_exception_closes_its_box(desk: Policy) -> None:
    """And what requires it; the others of the group are ticked by name."""
    draft = desk.draft(name="form", excepts=["tickets.show"])
    assert ["except"] == closed(draft, "tickets.show")
    assert ["except"] == closed(draft, "tickets.reply")
    assert "tickets.show@all" == box(draft, "tickets.reply").closed[0].about
    assert ("tickets.print",) == draft.tick("tickets").grants


@pytest.mark.parametrize("excepted", ["reports.export", "reports.*", "reports.old"])
def test_a_star_that_an_exception_cuts_is_not_ticked(excepted: str, tmp_path: Path) -> None:
    """No box would show that it grows; the exception of something deprecated is one like any other."""
    reports = {"view": "View", "export": "Export", "old": {"title": "Old", "deprecated": True}}
    catalog = {"catalog": "x", "permissions": {"reports": {"permissions": reports}, "rota": "Rota"}}
    (tmp_path / "catalog.yaml").write_text(json.dumps(catalog))
    draft = rolegate.load(tmp_path).draft(name="form", excepts=[excepted])
    open_boxes = [name for name in ("reports", "*") if not box(draft, name).closed]
    assert "*" in open_boxes
    for name in open_boxes:
        ticked = draft.tick(name)
        assert not any(grant in ("*", "reports.*") for grant in ticked.grants)
        assert excepted == "reports.old" or ["except"] == [reason.code for reason in told(ticked).left]


@pytest.mark.parametrize("group", ["later", "inner"])
@pytest.mark.parametrize("own", [True, False])
def test_a_heading_without_a_star_of_its_own_is_closed(group: str, own: bool, tmp_path: Path) -> None:
    """A wider star holds it that an exception cuts, or a parent with one; nothing in it has a box."""
    catalog = {
        "catalog": "x",
        "domain_kinds": ["shop", "office"],
        "permissions": {
            "open": "Open",
            "close": {"title": "Close", "implies": "inner.note"},
            "later": {"domain_kinds": ["office"], "permissions": {"sign": "Sign"}},
            "inner": {"permissions": {"note": {"title": "Note", "hidden": True}}},
        },
    }
    role = {"grants": ["*"], "except": ["open"]}
    files = {"catalog": catalog, "domains": {"domains": {"acme": {"kind": "shop"}}}}
    (tmp_path / "roles").mkdir()
    for name, said in {**files, "roles/most": {"role": "most", **role}}.items():
        (tmp_path / f"{name}.yaml").write_text(json.dumps(said))
    policy = rolegate.load(tmp_path)
    mine = policy.draft(domain="acme", name="form", grants=["*"], excepts=["open"])
    draft = mine if own else policy.draft(domain="acme", name="form", extends=["most"])
    heading = box(draft, group)
    assert heading.state == "on" and heading.closed
    for click in (draft.untick, draft.tick):
        with pytest.raises(DraftError) as refused:
            click(group)
        assert heading.closed == refused.value.reasons


def test_a_box_may_meet_what_comes_along_with_it(tmp_path: Path) -> None:
    """The header of a group implies something that requires the header on some instance: on its own."""
    desk = {
        "header": "enter",
        "permissions": {"list": "List", "enter": {"per": "inbox", "implies": "desk.list"}, "print": "Print"},
    }
    catalog = {"catalog": "x", "resources": {"inbox": "Inbox"}, "permissions": {"desk": desk}}
    (tmp_path / "catalog.yaml").write_text(json.dumps(catalog))
    draft = rolegate.load(tmp_path).draft(name="form")
    assert ["choose"] == closed(draft, "desk.list") == closed(draft, "desk.print")
    assert () == box(draft, "desk").closed == box(draft, "desk.enter[*]").closed
    assert ("desk.enter[Sales]",) == draft.tick("desk.enter[Sales]").grants
    assert ("desk.*",) == draft.tick("desk").grants


def test_a_plan_closes_a_box(desk: Policy) -> None:
    """With its name; the star of a group may include what the plan lacks."""
    draft = desk.draft(domain="beta", name="form")
    assert ["plan"] == closed(draft, "reports.export")
    assert (("pro",), ("Pro",)) == (
        box(draft, "reports.export").closed[0].names,
        box(draft, "reports.export").closed[0].titles,
    )
    assert ("reports.*",) == draft.tick("reports").grants


def test_a_locked_role_is_closed(desk: Policy) -> None:
    """Each of its boxes."""
    fixed = desk.draft("fixed")
    assert {("locked",)} == {tuple(r.code for r in node.closed) for node in fixed.tree().walk()}
    for change in (fixed.tick, fixed.untick):
        with pytest.raises(DraftError, match="role `fixed` is locked"):
            change("reports.view")


def test_a_group_of_boxes_that_are_ticked_by_name_is_closed(blank: Draft) -> None:
    """Its boxes are not."""
    assert ["nothing"] == closed(blank, "rota")
    assert ("rota.take",) == blank.tick("rota.take").grants


def test_a_refusal_is_said_in_a_language(desk: Policy) -> None:
    """With titles; a box that does not exist is one that was misspelt."""
    draft = desk.draft(domain="beta", name="form")
    with pytest.raises(DraftError) as closed:
        draft.tick("billing.pay")
    said = draft.say(closed.value, "fr")
    assert "«\u00a0Billing › Pay\u00a0»" in said and "no custom role" not in said
    with pytest.raises(DraftError, match="there is no box `tickts`; did you mean `tickets`") as none:
        draft.tick("tickts")
    assert (
        "il n'y a pas de case «\u00a0tickts\u00a0» ; vouliez-vous dire «\u00a0tickets\u00a0» ?"
    ) == draft.say(none.value, "fr")


# -- what a box says, and the role as data -------------------------------------------------------------------


def test_a_box_says_what_holds_it(desk: Policy) -> None:
    """Its own grant, a parent, what implies it and what requires it, with titles of the language."""
    lead = desk.draft("lead", domain="acme").tick("tickets.reply@my").tick("reports.export")
    assert {("parent", "viewer", "Lecteur", "team")} == {
        (h.kind, h.name, h.title, h.scope) for h in box(lead, "tickets.show", "fr").held_by
    }
    assert {("role", "reports.view", "Lead"), ("implies", "reports.export", "Export")} == {
        (h.kind, h.name, h.title) for h in box(lead, "reports.view").held_by
    }
    all_of_it = lead.tick("tickets.reply")
    assert {("role", "tickets.show@all"), ("requires", "tickets.reply")} == {
        (h.kind, h.name) for h in box(all_of_it, "tickets.show").held_by
    }
    assert ("tickets.show@all",) == box(lead, "tickets.reply").requires


def test_a_box_is_data(desk: Policy) -> None:
    """What it says of itself is in its JSON, and in that of a change."""
    lead = desk.draft("lead", domain="acme").tick("tickets.reply@my")
    node = box(lead, "tickets.show").to_dict()
    assert [{"kind": "parent", "name": "viewer", "title": "Viewer", "scope": "team"}] == node["held_by"]
    assert {"team", "my"} == set(node["closed_at"])
    assert {"code", "text", "names", "titles"} == set(node["closed_at"]["team"][0])
    assert ["tickets.reply@my"] == told(lead).to_dict()["added"]


def test_a_draft_says_what_a_file_does(desk: Policy) -> None:
    """Each value that is written to a role file."""
    lead = desk.draft("lead", domain="acme")
    assert ("lead", "acme", "Lead", ("viewer",), ()) == (
        lead.name,
        lead.domain,
        lead.title,
        lead.extends,
        lead.excepts,
    )
    assert {"en": "Lead", "fr": "Responsable"} == dict(lead.titles)
    assert (None, None, None, False, "") == (
        lead.kind,
        lead.replaces,
        lead.clone_of,
        lead.locked,
        lead.description,
    )
    other = lead.called("boss", title="Boss")
    assert ("boss", "Boss", lead.grants) == (other.name, other.title, other.grants)
    version = desk.draft(domain="acme", name="own", replaces="viewer", extends=["viewer"], kind=None)
    assert ("viewer", ("viewer",)) == (version.replaces, version.extends)
    assert () == version.findings
    assert repr(lead) == "<Draft `lead` of `acme`: 1 grant>"


@pytest.mark.parametrize(
    ("details", "error", "match"),
    [
        ({"role": "boss"}, rolegate.UnknownNameError, "unknown role `boss`"),
        ({"domain": "gamma"}, rolegate.UnknownNameError, "unknown domain `gamma`"),
        ({"extends": ["boss"]}, rolegate.UnknownNameError, "unknown role `boss`"),
        ({"kind": "gest"}, rolegate.UnknownNameError, "unknown kind of role `gest`; did you mean `guest`"),
        ({"replaces": "lead"}, rolegate.UnknownNameError, "unknown role `lead`"),
        ({"grants": ["tickets.show"]}, DraftError, "`tickets.show` names no scope; write"),
        ({"excepts": ["tickets.fly"]}, DraftError, "unknown permission `tickets.fly`"),
        (
            {"grants": "tickets.*"},
            rolegate.InvalidQuestionError,
            r"`grants` takes a list.* write `\['tickets",
        ),
        ({"name": 7}, rolegate.InvalidQuestionError, "`name` has a value of the wrong kind: it takes a text"),
        (
            {"locked": "no"},
            rolegate.InvalidQuestionError,
            "`locked` has a value of the wrong kind: it takes true or false",
        ),
        (
            {"grant": []},
            rolegate.InvalidQuestionError,
            "does not take `grant`; did you mean `grants`",
        ),
    ],
)
def test_a_draft_of_what_there_is_not_is_refused(
    desk: Policy, details: dict[str, Any], error: type[Exception], match: str
) -> None:
    """With the errors that are documented."""
    with pytest.raises(error, match=match):
        desk.draft(**details)


# -- findings ------------------------------------------------------------------------------------------------


def test_findings_name_their_boxes(desk: Policy) -> None:
    """They are those of a role file; what is about the role as a whole has no box."""
    draft = desk.draft(domain="acme", name="viewer", grants=["tickets.reply@my", "tickets.old"])
    found = [(finding.code, finding.box, finding.grant, finding.elsewhere) for finding in draft.findings]
    assert [("RG319", None, None, False), ("RG441", None, None, False)] == found
    draft = draft.called("reader")
    found = [(finding.code, finding.box, finding.grant, finding.elsewhere) for finding in draft.findings]
    assert [
        ("RG340", None, None, False),
        ("RG315", "tickets.reply", "tickets.reply@my", False),
        ("RG310", "tickets.old", "tickets.old", False),
    ] == sorted(found, reverse=True)
    assert {"code", "severity", "message", "help", "box", "grant"} == set(draft.findings[0].to_dict())


def test_a_draft_without_a_name_is_judged_all_the_same(desk: Policy) -> None:
    """That the name is missing does not hide what else is wrong, and the message says what to do."""
    draft = desk.draft(domain="acme", grants=["tickets.reply@my"])
    assert {("RG115", None), ("RG315", "tickets.reply"), ("RG340", None)} == {
        (finding.code, finding.box) for finding in draft.findings
    }
    (nameless,) = (finding for finding in draft.findings if finding.code == "RG115")
    assert ("the role has no name", "give the draft one with `called`") == (nameless.message, nameless.help)


def test_a_draft_is_judged_in_the_place_of_its_role(desk: Policy) -> None:
    """Also under another name, which its labels do not have; the role as it is brings nothing."""
    lead = desk.draft("lead", domain="acme")
    assert () == lead.findings == lead.tick("tickets.reply@my").findings
    (found,) = lead.called("boss").tick("tickets.reply@my").findings
    assert ("RG216", True) == (found.code, found.elsewhere)


def test_a_box_is_named_by_a_text(desk: Policy) -> None:
    """A list of boxes is not one."""
    for several in (["tickets.show"], None):
        with pytest.raises(DraftError, match=f"such as .*, not by `{type(several).__name__}`: tick one"):
            desk.draft(domain="acme").tick(several)  # type: ignore[arg-type]


def test_an_instance_that_is_gone_has_no_box(tmp_path: Path) -> None:
    """A grant that names it is kept, and shows nothing."""
    files = {
        **FILES,
        "domains.yaml": "domains:\n"
        "  acme: {plan: pro, instances: {inbox: [Sales]}, removed: {inbox: [Old]}}\n",
    }
    policy = rolegate.load(write(tmp_path, files))
    draft = policy.draft(domain="acme", name="form", grants=["inboxes.see", "inboxes.access[Old]"])
    assert {"inboxes.access[*]", "inboxes.access[Sales]"} == {
        node.id for node in draft.tree().walk() if node.path == "inboxes.access"
    } - {"inboxes.access"}
    assert "off" == box(draft, "inboxes.access[*]").state
    assert "inboxes.access[Old]" in draft.tick("inboxes.access[Sales]").grants


def test_a_draft_takes_work_in_proportion_to_its_ticks(tmp_path: Path) -> None:
    """Twice the boxes, ticked one by one with the grants read each time, take about twice the calls."""
    names = "".join(f"  p{number}: P\n" for number in range(400))
    policy = rolegate.load(write(tmp_path, {"catalog.yaml": f"catalog: many\npermissions:\n{names}"}))
    blank = policy.draft(name="form")

    def ticked(number: int) -> Draft:
        draft = blank
        for box in range(number):
            draft = draft.tick(f"p{box}")
            assert len(draft.grants) == box + 1
        return draft

    ticked(400)
    assert calls(lambda: ticked(400)) < 2.2 * calls(lambda: ticked(200))


def test_a_draft_is_judged_with_the_roles_that_extend_it(tmp_path: Path) -> None:
    """What another role would lack is a finding elsewhere, with its place."""
    files = {
        **FILES,
        "roles/heir.yaml": "role: heir\ndomain: acme\nextends: viewer\ngrants: [tickets.reply@team]\n",
    }
    policy = rolegate.load(write(tmp_path, files))
    aside, found = policy.draft("viewer").untick("tickets.show@team").tick("reports.view").findings
    assert ("RG340", True) == (aside.code, aside.elsewhere)
    assert ("RG315", None, True) == (found.code, found.box, found.elsewhere)
    assert found.to_dict()["file"].endswith("roles/heir.yaml")


def test_reasons_are_said_in_a_language(desk: Policy) -> None:
    """With titles in the place of paths."""
    guest = desk.draft(domain="beta", name="form", extends=["viewer"])
    found = [
        *box(guest, "reports.export", "fr").closed,
        *dict(box(guest, "tickets.show", "fr").closed_at)["my"],
    ]
    assert [
        "«\u00a0Reports › Export\u00a0» demande la formule «\u00a0Pro\u00a0», que le domaine"
        " «\u00a0beta\u00a0» n'a pas",
        "le rôle «\u00a0Lecteur\u00a0», que celui-ci étend, donne «\u00a0Tickets › Voir\u00a0» (team)",
    ] == [reason.text.replace("(«\u00a0team\u00a0»)", "(team)") for reason in found]


@pytest.mark.parametrize("name", ["livechat", "respond-io", "responsive", "responso"])
def test_every_box_of_the_products_can_be_ticked_alone(name: str, tmp_path: Path) -> None:
    """With what it requires it is a valid role; unticked, nothing is left; what is closed says why."""
    folder = tmp_path / name
    shutil.copytree(ROOT / "policies" / name, folder)
    policy = rolegate.load(folder)
    first = {policy.resolved.domains[domain].kind: domain for domain in reversed(policy.domains)}
    roles: dict[str, Any] = {}
    for domain in (None, *first.values()):
        draft = policy.draft(domain=domain, name="form")
        nodes = [node for node in draft.tree().walk() if not node.template]
        for node in nodes:
            if node.closed:
                with pytest.raises(DraftError) as error:
                    draft.tick(node.id)
                assert {r.code for r in node.closed} == {r.code for r in error.value.reasons}
                continue
            ticked = draft.tick(node.id)
            body = {"grants": list(ticked.grants), **({} if domain is None else {"domain": domain})}
            roles[f"form-{len(roles)}"] = body
        for node in some_of([node for node in nodes if not node.closed]):
            assert () == draft.tick(node.id).untick(node.id).grants
    (folder / "roles" / "forms.yaml").write_text(json.dumps({"roles": roles}))
    assert set(roles) <= {role.rpartition("/")[2] for role in rolegate.load(folder).roles}
