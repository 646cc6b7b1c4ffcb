"""Expectations on records and of fields: what they ask, and what is not as expected."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from command_line import POLICIES
from reading import write
from record_answers import RecordAnswers
from record_tables import RecordTable
from rolegate import Gate
from rolegate.engine.question import Question
from rolegate.review.record_answer import allowed_on_record

DESK = {
    "catalog.yaml": """
catalog: desk
user: {regions: list}
records: {domain: account_id}
scopes:
  reach:
    all: {title: All}
    team: {within: all, team_id: {in: user.teams}}
    my: {within: team, any_of: [{assignee_id: user.id}, {region: {in: user.regions}}]}
resources: {inbox: {title: Inbox, attribute: inbox_id}}
permissions:
  tickets: {permissions: {show: {title: Show, scopes: reach}, close: {title: Close, scopes: reach}}}
  mails: {permissions: {read: {title: Read, per: inbox}}}
  contacts:
    fields:
      name: Name
      card: {title: Card, scopes: reach}
""",
    "domains.yaml": "domains: {acme: {teams: {crew: [bo, cy]}, instances: {inbox: [One]}}, beta: {}}\n",
    "roles/x.yaml": """
roles:
  agent: {grants: [tickets.show@team, tickets.close@my, "mails.read[One]", contacts.fields.name@view,
    contacts.fields.card.view@team, contacts.fields.card.edit@my]}
""",
    "bindings.yaml": "bindings:\n  - {team: crew, role: agent, domain: acme}\n",
}
OURS = "{account_id: acme, team_id: crew, assignee_id: cy, region: null, inbox_id: One}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("desk"), DESK)


def unmet(desk: Path, body: str) -> list[str]:
    """What is not as expected of Bo in Acme."""
    write(desk, {**DESK, "tests/x.yaml": f"access:\n  - user: bo\n    domain: acme\n{body}"})
    return [answer.message for result in rolegate.run_expectations(desk).results for answer in result.unmet]


TRUE = {
    "of the team": f"    record: {OURS}\n    allow: tickets.show\n    deny: tickets.close\n",
    "of nobody": "    record: {account_id: acme, team_id: null, assignee_id: bo, region: null}\n"
    "    allow: tickets.close\n",
    "by what the application says": "    record:\n"
    "      {account_id: acme, team_id: crew, assignee_id: x, region: north}\n"
    "    attributes: {regions: [north]}\n    allow: tickets.close\n",
    "of another domain": "    record: {account_id: beta, team_id: crew}\n    deny: tickets.*\n",
    "on its instance": f"    record: {OURS}\n    allow: mails.read\n",
    "on another instance": "    record: {account_id: acme, inbox_id: Two}\n    deny: mails.read\n",
    "fields": "    fields: {contacts: {name: view}}\n",
    "fields of a record": f"    record: {OURS}\n    fields: {{contacts: {{name: view, card: view}}}}\n",
}
FALSE = {
    "allowed": (
        f"    record: {OURS}\n    allow: tickets.close\n",
        "may not use `tickets.close` on the record, and should",
    ),
    "denied": (
        f"    record: {OURS}\n    deny: tickets.*\n",
        "may use `tickets.show` on the record, and should not",
    ),
    "not known": (
        "    record: {account_id: acme}\n    deny: tickets.show\n",
        "`tickets.show` cannot be decided on the record: the record has no `team_id`",
    ),
    "a field that is seen": (
        "    fields: {contacts: {name: hidden}}\n",
        "may use some of `contacts.fields.name`, and should not",
    ),
    "a field that is not edited": (
        "    fields: {contacts: {name: edit}}\n",
        "may not use `contacts.fields.name@edit`, and should",
    ),
    "a field that is not seen everywhere": (
        "    fields: {contacts: {card: view}}\n",
        "may not use `contacts.fields.card.view`, and should",
    ),
    "a field of a record": (
        f"    record: {OURS}\n    fields: {{contacts: {{card: hidden}}}}\n",
        "may use `contacts.fields.card.view` on the record, and should not",
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_the_case_is_met(desk: Path, name: str) -> None:
    """A record decides for itself: its team, its instance, its domain, and what is said of the user."""
    assert unmet(desk, TRUE[name]) == []


@pytest.mark.parametrize("name", FALSE)
def test_what_is_not_the_case_is_told(desk: Path, name: str) -> None:
    """With the permission; what cannot be decided is not met, allowed or denied."""
    body, expected = FALSE[name]
    assert (
        unmet(desk, body)[0]
        .removeprefix("user `bo` in `acme`")
        .removeprefix(":")
        .strip()
        .startswith(expected)
    )


ERRORS = {
    "a scope": (
        f"    record: {OURS}\n    allow: tickets.show@my\n",
        "RG722 `tickets.show@my` names an instance",
    ),
    "a role": (
        f"    role: agent\n    record: {OURS}\n    allow: tickets.show\n",
        "RG722 a record is asked about",
    ),
    "no record": ("    attributes: {regions: [x]}\n    allow: tickets.show\n", "RG722 `attributes` are for"),
    "an attribute of a user": (
        f"    attributes: {{regoins: [north]}}\n    record: {OURS}\n    deny: tickets.close\n",
        "RG720 the catalog does not declare the attribute `regoins` of a user",
    ),
    "what the engine knows": (
        f"    attributes: {{teams: [crew]}}\n    record: {OURS}\n    deny: tickets.close\n",
        "RG722 `teams` of a user is not",
    ),
    "no mapping": ("    record: [acme]\n    allow: tickets.show\n", "RG722 `record` is not a mapping"),
    "no value": ("    record: {account_id: 1.5}\n    allow: tickets.show\n", "RG722 `1.5` is not a text"),
    "a state": ("    fields: {contacts: {name: read}}\n", "RG722 `read` is not something"),
    "a group": ("    fields: {tickets: {name: view}}\n", "RG720 `tickets` is not a group with fields"),
    "a field": ("    fields: {contacts: {nome: view}}\n", "RG720 unknown permission `contacts.fields.nome`"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_asked_is_an_error(desk: Path, name: str) -> None:
    """Else it would be met forever, or mean something else."""
    body, expected = ERRORS[name]
    with pytest.raises(rolegate.InvalidExpectationsError) as raised:
        unmet(desk, body)
    found = raised.value.diagnostics[0]
    assert f"{found.code} {found.message}".startswith(expected)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_records_are_answered_as_by_a_gate(path: Path) -> None:
    """For the records of the documents, everybody, every domain, and a stranger."""
    policy = rolegate.load(path)
    gate, snapshot, asked = Gate(policy), policy.snapshot(), 0
    tables = [(table, set(table.expected)) for table in RecordTable.all_of(path)]
    for answers in RecordAnswers.all_of(path):
        tables.append((answers.records, {may for row in answers.rows for may in row.codes("May")}))
    for table, permissions in tables:
        for permission in permissions:
            for domain in policy.domains:
                for user in (*policy.users, "nobody at all"):
                    subject = gate.subject(user, domain)
                    question = Question(permission, user=user, domain=domain)
                    for record in table.whole().values():
                        found = allowed_on_record(question, record, {}, snapshot)
                        assert found == subject.can(permission, record), (question, record)
                        asked += 1
    assert asked > 100
