"""The Responsive set says what document 004 says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import rolegate
from repository import ROOT

SET = ROOT / "policies" / "responsive"
AT = datetime(2026, 10, 1, tzinfo=UTC)

# INVARIANT: typed from the document, row by row. (path, title, ladder)
DOCUMENT: dict[tuple[str, str], list[tuple[str, str, str | None]]] = {
    ("project", "Project"): [
        ("project.view", "View Projects", "projects"),
        ("project.update_information", "Update Project Information", "projects"),
        ("project.generate_export", "Generate Export Response", "team_projects"),
        ("project.download_export", "Download Export Package", "team_projects"),
        ("project.report_preview", "Project Report Preview", "projects"),
        ("project.update_section", "Update Section", "projects"),
        ("project.respond_section", "Respond Section", "projects"),
        ("project.create", "Create Project", None),
        ("project.view_other_questions", "View Questions other than assigned", None),
        ("project.respond_to_other_questions", "Respond to Questions other than assigned", None),
        ("project.create_tags", "Create new Tags", None),
        ("project.apply_tags", "Apply and Remove Tags", None),
    ],
    ("catalog", "Catalog"): [
        ("catalog.create", "Create Catalog", None),
        ("catalog.edit_all", "Edit All Catalog", None),
    ],
    ("organization_settings", "Organization Settings"): [
        ("organization_settings.project_settings", "Project Settings", None),
        ("organization_settings.company_settings", "Company Settings", None),
        ("organization_settings.content_library_settings", "Content Library Settings", None),
        ("organization_settings.manage_collections", "Manage Collections", None),
        ("organization_settings.intake_settings", "Intake Settings", None),
        ("organization_settings.proposals", "Proposals", None),
        ("organization_settings.linked_companies", "Linked Companies", None),
        ("organization_settings.manage_users", "Manage Users", None),
        ("organization_settings.update_primary_business_unit", "Update User Primary Business Unit", None),
        ("organization_settings.view_widgets", "View Widgets", None),
        ("organization_settings.manage_widgets", "Create and Update Widgets", None),
    ],
    ("section_template", "Section template"): [
        ("section_template.edit_all", "Edit All Section Template", None),
        ("section_template.add", "Add Section Template", None),
        ("section_template.answer_all", "Answer All Section Template", None),
    ],
    ("content_library", "Content Library"): [
        ("content_library.moderate", "Moderate Content", "moderation"),
        ("content_library.edit", "Edit Content", "ownership"),
        ("content_library.add", "Add Content", None),
        ("content_library.download", "Download Content", None),
        ("content_library.translate_individual", "Translate Individual Q&A Pairs", None),
        ("content_library.bulk_translate", "Bulk Translate", None),
    ],
    ("reports", "Reports"): [
        ("reports.executive_dashboard", "Executive Dashboard", None),
        ("reports.user", "User Report", None),
        ("reports.email", "Email Report", None),
        ("reports.open_task", "Open Task Report", None),
        ("reports.answer_library", "Answer Library Report", None),
        ("reports.user_login", "User Login Report", None),
        ("reports.content_usage", "Content Usage Report", None),
        ("reports.application_usage", "Application Usage Report", None),
        ("reports.manage", "Manage Reports", None),
        ("reports.search_terms", "Answer Library Search Terms Report", None),
    ],
    ("intake", "Intake"): [
        ("intake.view_all", "View All Intake", None),
        ("intake.edit_all", "Edit All Intake", None),
        ("intake.create", "Create Intake", None),
    ],
    ("response_template", "Response Template"): [
        ("response_template.create_edit", "Create/Edit Response Template", None),
    ],
}
GROUPS = [group for group, _ in DOCUMENT]
ROWS = [row for rows in DOCUMENT.values() for row in rows]
ATTRIBUTE = "role_attributes.project_primary_contact"
NOT_BOUGHT_BY_DOGWOOD = {"section_template", "reports", "intake", "response_template"}
ADMINISTRATORS = [
    ("ada", "alder"),
    ("ada", "alder-emea"),
    ("bruno", "birch"),
    ("cleo", "cedar"),
    ("dora", "dogwood"),
]

Edit = Callable[[Any], object]


@pytest.fixture(scope="module")
def policy() -> rolegate.Policy:
    """The set as it is in the repository."""
    return rolegate.load(SET)


def allowed(
    policy: rolegate.Policy,
    subject: str,
    domain: str | None,
    grant: str,
    *,
    at: datetime = AT,
    any: bool = False,
) -> bool:
    """Ask for *grant*, written `path` or `path@scope`; *subject* is a user, or `role:R`, or `team:T`."""
    permission, _, scope = grant.partition("@")
    kind, _, name = subject.rpartition(":")
    question = rolegate.Question.from_dict(
        {
            "permission": permission,
            kind or "user": name,
            **({"scope": scope} if scope else {}),
            **({"domain": domain} if domain else {}),
            "any": any,
        }
    )
    return policy.decide(question, at=at).allowed


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the set in which `edited("roles/x.yaml", change)` has applied *change* to the file's data."""

    def make(file: str, change: Edit) -> Path:
        copy = tmp_path / "responsive"
        if not copy.exists():
            shutil.copytree(SET, copy)
        path = copy / file
        data = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        change(data)
        path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        return copy

    return make


def without(grant: str) -> Edit:
    """Take *grant* out of a role file."""
    return lambda role: role["grants"].remove(grant)


def findings(path: Path) -> list[tuple[str, str, str]]:
    """(code, severity, file name) of everything said about the set at *path*."""
    said = rolegate.validate([path]).diagnostics
    return [(finding.code, finding.severity, Path(str(finding.file)).name) for finding in said]


# The document's table


def test_the_document_lists_48_permissions_in_eight_sections() -> None:
    """The table above is the document's: 12, 2, 11, 3, 6, 10, 3 and 1."""
    assert [len(rows) for rows in DOCUMENT.values()] == [12, 2, 11, 3, 6, 10, 3, 1]
    assert len({path for path, _, _ in ROWS}) == 48
    assert len([ladder for _, _, ladder in ROWS if ladder]) == 9


def test_the_tree_shows_the_document_section_by_section(policy: rolegate.Policy) -> None:
    """Each section of the tree is its header toggle followed by the document's rows, in its order."""
    shown = {
        (section.id, section.title): [(node.id, node.title) for node in section.children]
        for section in policy.tree().children
    }
    expected = {
        (group, f"{title} permissions"): [
            (f"{group}.open", "Header Toggle"),
            *((path, name) for path, name, _ in rows),
        ]
        for (group, title), rows in DOCUMENT.items()
    }
    expected["role_attributes", "Role attributes"] = [
        ("role_attributes.project_primary_contact", "Project Primary Contact")
    ]
    assert list(expected.items()) == list(shown.items())


def test_all_and_my_stand_where_the_document_has_them(policy: rolegate.Policy) -> None:
    """Nine permissions offer All and My, every other one is a plain box."""
    shown = {
        node.id: [(scope, title) for scope, title, _ in node.ladder]
        for section in policy.tree().children
        for node in section.children
    }
    expected = {path: [("all", "All"), ("my", "My")] if ladder else [] for path, _, ladder in ROWS}
    expected |= {f"{group}.open": [] for group in GROUPS} | {"role_attributes.project_primary_contact": []}
    assert expected == shown


def test_my_means_what_the_row_says() -> None:
    """Tasks and own projects, the Project Team, being Moderator and being Owner are four ladders."""
    catalog = yaml.safe_load((SET / "catalog.yaml").read_text(encoding="utf-8"))
    found = {
        f"{group}.{name}": node.get("scopes")
        for group, section in catalog["permissions"].items()
        for name, node in section["permissions"].items()
        if group in GROUPS and name != "open" and not node.get("hidden")
    }
    assert {path: ladder for path, _, ladder in ROWS} == found
    words = {
        "projects": "one task",
        "team_projects": "Project Team",
        "moderation": "Moderator",
        "ownership": "Owner",
    }
    assert dict.fromkeys(words, True) == {
        ladder: words[ladder] in scopes["my"]["description"]
        for ladder, scopes in catalog["scopes"].items()
        if "my" in scopes
    }


# Editions and the add-on


def test_both_editions_have_every_permission(policy: rolegate.Policy) -> None:
    """The two tabs of the document list the same: an administrator has all of it, if it was bought."""
    paths = [path for path, _, _ in ROWS] + [f"{group}.open" for group in GROUPS]
    refused = [
        (domain, path)
        for user, domain in ADMINISTRATORS
        for path in paths
        if not allowed(policy, user, domain, path)
    ]
    assert refused == [("dogwood", path) for path in paths if path.partition(".")[0] in NOT_BOUGHT_BY_DOGWOOD]


@pytest.mark.parametrize("group", GROUPS)
def test_essentials_are_bought_section_by_section(edited: Callable[..., Path], group: str) -> None:
    """A company on Essentials has the sections of its subscription, and none beside them."""
    copy = edited(
        "domains.yaml", lambda data: data["domains"]["dogwood"].update(addons=[f"essentials_{group}"])
    )
    policy = rolegate.load(copy)
    assert {section: section == group for section in GROUPS} == {
        section: allowed(policy, "dora", "dogwood", f"{section}.*", any=True) for section in GROUPS
    }
    assert {group} == {
        section.id
        for section in policy.tree(user="dora", domain="dogwood").children
        if section.id in GROUPS and any(node.available for node in section.children)
    }


def test_the_set_has_nothing_to_report() -> None:
    """No error, and no warning either."""
    assert findings(SET) == []


def test_a_feature_is_taken_from_a_whole_company(edited: Callable[..., Path]) -> None:
    """A line for everyone in Birch takes it from its administrator as well, and from no other company."""
    line = {"everyone": True, "restrict": ["content_library.bulk_translate"], "domain": "birch"}
    policy = rolegate.load(edited("bindings.yaml", lambda data: data["bindings"].append(line)))
    for box, expected in (("bulk_translate", [False, True]), ("translate_individual", [True, True])):
        found = [
            allowed(policy, user, domain, f"content_library.{box}")
            for user, domain in (("bruno", "birch"), ("ada", "alder"))
        ]
        assert expected == found


@pytest.mark.parametrize("domain", ["birch", "dogwood"])
def test_a_custom_role_needs_the_add_on(edited: Callable[..., Path], domain: str) -> None:
    """Neither edition has custom roles until the add-on is enabled."""
    role = {"role": "helper", "title": "Helper", "domain": domain, "grants": ["catalog.open"]}
    copy = edited("roles/helper.yaml", lambda data: data.update(role))
    assert findings(copy) == [("RG320", "warning", "helper.yaml")]
    edited("domains.yaml", lambda data: data["domains"][domain]["addons"].append("custom_roles"))
    assert findings(copy) == []


def test_taking_the_add_on_away_from_cedar_names_its_custom_role(edited: Callable[..., Path]) -> None:
    """The custom roles of an organization that gives the add-on up grant nothing."""
    copy = edited("domains.yaml", lambda data: data["domains"]["cedar"]["addons"].remove("custom_roles"))
    assert ("RG320", "warning", "cedar_bid_writer.yaml") in findings(copy)


# Header toggles


@pytest.mark.parametrize(
    ("file", "header"),
    [
        ("proposal_writer", "project.open"),
        ("catalog_designer", "organization_settings.open"),
        ("content_moderator", "content_library.open"),
        ("content_translator", "content_library.open"),
        ("user_administrator", "organization_settings.open"),
        ("intake_coordinator", "project.open"),
        ("alder_subject_expert", "content_library.open"),
        ("alder_partner_manager", "organization_settings.open"),
    ],
)
def test_a_role_without_the_header_is_refused(edited: Callable[..., Path], file: str, header: str) -> None:
    """What lies below a header toggle requires it, in every section."""
    copy = edited(f"roles/{file}.yaml", without(header))
    said = findings(copy)
    assert ("RG315", "error", f"{file}.yaml") in said
    assert {"RG315"} == {code for code, _, _ in said} - {"RG340"}  # a custom role is set aside


def test_a_direct_grant_without_the_header_is_refused(edited: Callable[..., Path]) -> None:
    """A line with `grants` must bring the header toggle along."""

    def drop(data: Any) -> None:
        line = next(line for line in data["bindings"] if line.get("user") == "emil")
        line["grants"].remove("reports.open")

    assert findings(edited("bindings.yaml", drop)) == [("RG408", "error", "bindings.yaml")]


@pytest.mark.parametrize("group", GROUPS)
def test_a_header_taken_away_takes_its_section(edited: Callable[..., Path], group: str) -> None:
    """Restricting `open` leaves nothing of the section and everything of the others."""
    lines = [
        {"user": "vera", "role": "administrator", "domain": "birch"},
        {"user": "vera", "restrict": [f"{group}.open"], "domain": "birch"},
    ]
    policy = rolegate.load(edited("bindings.yaml", lambda data: data["bindings"].extend(lines)))
    left = {section: allowed(policy, "vera", "birch", f"{section}.*", any=True) for section in GROUPS}
    assert {section: section != group for section in GROUPS} == left


@pytest.mark.parametrize("group", GROUPS)
def test_a_header_alone_opens_and_gives_no_more(edited: Callable[..., Path], group: str) -> None:
    """With only the header toggle on, no row of the section is held."""
    line = {"user": "vera", "grants": [f"{group}.open"], "domain": "birch"}
    policy = rolegate.load(edited("bindings.yaml", lambda data: data["bindings"].append(line)))
    held = [path for path, _, _ in ROWS if allowed(policy, "vera", "birch", path, any=True)]
    assert (allowed(policy, "vera", "birch", f"{group}.open"), held) == (True, [])


# Dependencies and advice


def test_tags_are_offered_only_with_respond_section(edited: Callable[..., Path]) -> None:
    """A role that applies tags without Respond Section is refused; a form brings it along, at My."""
    copy = edited("roles/proposal_writer.yaml", without("project.respond_section@my"))
    assert findings(copy) == [("RG315", "error", "proposal_writer.yaml")]
    for box in ("project.create_tags", "project.apply_tags"):
        draft = rolegate.load(SET).draft(domain="alder").tick(box)
        assert set(draft.grants) == {"project.open", "project.respond_section@my", box}


def test_creating_tags_keeps_applying_them_on(policy: rolegate.Policy) -> None:
    """A form says why the box stays on; it goes with the box that turned it on."""
    draft = policy.draft(domain="alder").tick("project.create_tags")
    with pytest.raises(rolegate.DraftError, match=r"project\.create_tags"):
        draft.untick("project.apply_tags")
    assert draft.untick("project.create_tags").grants == ()


def test_creating_tags_brings_applying_them(edited: Callable[..., Path]) -> None:
    """A role that only names Create new Tags holds Apply and Remove Tags too."""
    role = {
        "role": "tagger",
        "title": "Tagger",
        "grants": ["project.open", "project.respond_section@my", "project.create_tags"],
    }
    policy = rolegate.load(edited("roles/tagger.yaml", lambda data: data.update(role)))
    assert allowed(policy, "role:tagger", None, "project.apply_tags")
    assert not allowed(policy, "role:tagger", None, "project.respond_section@all")


def test_applying_tags_does_not_bring_creating_them(policy: rolegate.Policy) -> None:
    """The implication goes one way."""
    assert allowed(policy, "role:proposal_writer", None, "project.apply_tags")
    assert not allowed(policy, "role:proposal_writer", None, "project.create_tags")


def test_excepting_the_implied_tag_right_is_refused(edited: Callable[..., Path]) -> None:
    """Create new Tags cannot be held without Apply and Remove Tags."""
    copy = edited("roles/project_lead.yaml", lambda role: role.update({"except": ["project.apply_tags"]}))
    assert ("RG314", "error", "project_lead.yaml") in findings(copy)


@pytest.mark.parametrize(
    ("restriction", "tags"),
    [("project.respond_section", False), ("project.respond_section@all", True), ("project.open", False)],
)
def test_restricting_respond_section_takes_the_tags_when_nothing_is_left(
    edited: Callable[..., Path], restriction: str, tags: bool
) -> None:
    """My questions are enough to tag; no questions are not."""
    lines = [
        {"user": "vera", "role": "project_manager", "domain": "birch"},
        {"user": "vera", "restrict": [restriction], "domain": "birch"},
    ]
    policy = rolegate.load(edited("bindings.yaml", lambda data: data["bindings"].extend(lines)))
    assert (tags, tags) == (
        allowed(policy, "vera", "birch", "project.create_tags"),
        allowed(policy, "vera", "birch", "project.apply_tags"),
    )


def test_translating_without_add_content_is_a_warning(edited: Callable[..., Path]) -> None:
    """A translator who cannot save is allowed, and said to be so."""
    copy = edited("roles/content_translator.yaml", without("content_library.add"))
    assert findings(copy) == [("RG316", "warning", "content_translator.yaml")]
    assert [finding.code for finding in rolegate.load(copy).warnings] == ["RG316"]


@pytest.mark.parametrize(
    ("row", "brings"),
    [
        ("company_settings", {"manage_users", "update_primary_business_unit"}),
        ("content_library_settings", {"manage_collections"}),
        ("manage_users", {"update_primary_business_unit"}),
        ("manage_widgets", {"view_widgets"}),
        ("project_settings", set()),
        ("proposals", set()),
        ("update_primary_business_unit", set()),
        ("view_widgets", set()),
        ("manage_collections", set()),
    ],
)
def test_a_row_brings_what_its_words_name(edited: Callable[..., Path], row: str, brings: set[str]) -> None:
    """Held alone, a row of Organization Settings gives itself and the rows whose work it names."""
    grants = ["organization_settings.open", f"organization_settings.{row}"]
    role = {"role": "helper", "title": "Helper", "grants": grants}
    policy = rolegate.load(edited("roles/helper.yaml", lambda data: data.update(role)))
    rows = [path for path, _, _ in DOCUMENT["organization_settings", "Organization Settings"]]
    assert {f"organization_settings.{name}" for name in {row, *brings}} == {
        path for path in rows if allowed(policy, "role:helper", None, path)
    }
    structures = allowed(policy, "role:helper", None, "organization_settings.catalog_structures")
    assert structures == (row in {"project_settings", "proposals"})


def test_creating_projects_recommends_the_role_attribute(edited: Callable[..., Path]) -> None:
    """A role that creates projects and cannot be the primary contact is allowed, and said to be so."""
    copy = edited("roles/project_lead.yaml", without("role_attributes.project_primary_contact"))
    assert ("RG316", "warning", "project_lead.yaml") in findings(copy)


def test_no_star_makes_somebody_a_primary_contact(policy: rolegate.Policy) -> None:
    """Those who can be chosen have a role that names the attribute."""
    found = {
        domain: {holder.name for holder in policy.who_can(ATTRIBUTE, domain=domain) if holder.kind == "user"}
        for domain in ("birch", "cedar")
    }
    assert found == {"birch": {"bruno", "emil", "noor"}, "cedar": {"cleo"}}


# Answers: (subject, domain, grant, answer)

STORIES = [
    # what is not there: a role of another organization, a scope of a plain box, a typo, a team elsewhere
    ("role:subject_expert", "cedar", "content_library.moderate@my", False),
    ("role:subject_expert", None, "content_library.moderate@my", False),
    ("ada", "alder", "project.create@my", False),
    ("ada", "alder", "project.creat", False),
    ("team:bid_desk", "birch", "project.view@my", False),
    ("nobody", "alder", "project.open", False),
]


@pytest.mark.parametrize(("subject", "domain", "grant", "answer"), STORIES)
def test_answers(policy: rolegate.Policy, subject: str, domain: str | None, grant: str, answer: bool) -> None:
    """Each line above is answered as it says."""
    assert answer == allowed(policy, subject, domain, grant)


def test_menus_ask_for_any(policy: rolegate.Policy) -> None:
    """Any part of a section shows its menu."""
    menus = {group: allowed(policy, "luc", "cedar", f"{group}.*", any=True) for group in GROUPS}
    assert {group: group == "content_library" for group in GROUPS} == menus
    assert allowed(policy, "tomas", "alder", "project.view", any=True)


def test_every_permission_is_in_a_role_besides_the_administrator(policy: rolegate.Policy) -> None:
    """The sample roles leave three rows to administrators: settings of the company, emails and logins."""
    roles = [(role, None) for role in policy.roles if "/" not in role and role != "administrator"]
    customs = [("subject_expert", "alder"), ("partner_manager", "alder"), ("bid_writer", "cedar")]
    left = [
        path
        for path, _, _ in ROWS
        if not any(
            allowed(policy, f"role:{role}", domain, path, any=True) for role, domain in [*roles, *customs]
        )
    ]
    assert left == [
        "organization_settings.company_settings",
        "reports.email",
        "reports.user_login",
    ]
