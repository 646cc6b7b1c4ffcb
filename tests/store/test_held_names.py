"""No name of files becomes one that run time has for something of its own."""

from __future__ import annotations

import pytest

from rolegate.administration.domain_changes import CreateDomain, Undo
from rolegate.errors import ChangeError, ConflictError
from rolegate.store.store import Store
from stored_items import files_of, filled, run_time, state_of

CATALOG = """
catalog: desk
scopes: {reach: [all, my]}
custom_roles: {manage: people.edit}
permissions:
  people: {permissions: {edit: Edit}}
  tickets: {permissions: {show: {title: Show, scopes: reach}}}
"""
ADMIN = "role: admin\ngrants: ['*']\n"
DOMAINS = "domains: {acme: {teams: {all: []}}, inner: {within: acme}, apart: {}}\n"
FILES = {
    "catalog.yaml": CATALOG,
    "roles/admin.yaml": ADMIN,
    "roles/viewer.yaml": "role: viewer\ngrants: [tickets.show@my]\n",
    "domains.yaml": DOMAINS,
    "bindings.yaml": "bindings: [{user: ana, role: admin, domain: acme}]\n",
}
STORED = [
    run_time("domain", domain="org"),
    run_time("role", role="night", domain="org", renamed_from=["dusk"], grants=["tickets.show@my"]),
    run_time("role", role="seer", replaces="viewer", domain="acme", grants=["tickets.show@all"]),
    run_time("role", role="day", domain="acme", grants=["tickets.show@my"]),
    run_time("role", role="late", domain="acme", grants=["tickets.show@my"]),
    run_time("role", role="late", domain="apart", grants=["tickets.show@my"]),
    run_time("team", team="sales", domain="acme", members=["bo"]),
    run_time("binding", user="olga", role="admin", domain="org"),
    run_time("binding", user="bo", role="night", domain="org"),
    run_time("binding", user="bo", role="day", domain="inner"),
    run_time("binding", team="sales", role="viewer", domain="inner"),
]
NIGHT = "role night in org was made at run time, and "
DAY = "role day in acme was made at run time, and "
ROWS: dict[str, tuple[dict[str, str], str]] = {
    "a default role": (
        {"roles/night.yaml": "role: night\ngrants: ['*']\n"},
        NIGHT + "role night of the files has the name `night` as well",
    ),
    "a default role under another name": (
        {"roles/admin.yaml": "role: night\nrenamed_from: admin\ngrants: ['*']\n"},
        NIGHT + "role night of the files has the name `night`",
    ),
    "the former name of a default role": (
        {"roles/boss.yaml": "role: boss\nrenamed_from: night\ngrants: ['*']\n"},
        NIGHT + "role boss of the files had the name `night`",
    ),
    "a default role that is called as one of run time was": (
        {"roles/dusk.yaml": "role: dusk\ngrants: ['*']\n"},
        NIGHT + "role dusk of the files has the name `dusk`",
    ),
    "a removed role that became another one": (
        {"catalog.yaml": CATALOG + "removed_names: {roles: {night: {becomes: admin}}}\n"},
        NIGHT + "the files say that `night` was removed",
    ),
    "the same role": (
        {"roles/day.yaml": "role: day\ndomain: acme\ngrants: ['*']\n"},
        DAY + "the files have one as well",
    ),
    "a role of a domain inside": (
        {"roles/day.yaml": "role: day\ndomain: inner\ngrants: ['*']\n"},
        DAY + "role day in inner of the files has",
    ),
    "the former name of a role of a domain inside": (
        {"roles/boss.yaml": "role: boss\nrenamed_from: day\ndomain: inner\ngrants: ['*']\n"},
        DAY + "role boss in inner of the files had",
    ),
    "another version of a default role": (
        {"roles/boss.yaml": "role: boss\nreplaces: viewer\ndomain: acme\ngrants: ['*']\n"},
        "role seer in acme was made at run time, and role boss in acme of the files replaces the name",
    ),
    "roles of run time that come together": (
        {"domains.yaml": DOMAINS.replace("apart: {}", "apart: {within: acme}")},
        "role late in apart was made at run time, and role late in acme has the name `late` as well",
    ),
    "the same domain": (
        {"domains.yaml": DOMAINS.replace("apart: {}", "apart: {}, org: {}")},
        "domain org was made at run time, and the files have one as well",
    ),
    "the former name of a domain": (
        {"domains.yaml": DOMAINS.replace("apart: {}", "apart: {renamed_from: org}")},
        "domain org was made at run time, and domain apart of the files had the name `org` as well",
    ),
    "the former name of a domain with something in it": (
        {
            "domains.yaml": DOMAINS.replace("acme: {", "main: {renamed_from: acme, ").replace(
                ": acme}", ": main}"
            )
        },
        "role day in acme was made at run time, and domain main of the files had the name `acme` as well",
    ),
    "a removed domain": (
        {"catalog.yaml": CATALOG + "removed_names: {domains: {org: {}}}\n"},
        "domain org was made at run time, and the files say that `org` was removed",
    ),
    "a team of a domain inside": (
        {"domains.yaml": DOMAINS.replace("{within: acme}", "{within: acme, teams: {sales: [eve]}}")},
        "team sales in acme was made at run time, and team sales in inner of the files has",
    ),
}
FREE = {
    "roles/day.yaml": "role: day\ndomain: apart\ngrants: ['*']\n",
    "roles/boss.yaml": "role: boss\nreplaces: viewer\ndomain: inner\ngrants: [tickets.show@my]\n",
    "domains.yaml": DOMAINS.replace("apart: {}", "apart: {renamed_from: was}"),
}


@pytest.fixture(scope="module")
def store() -> Store:
    """A store with all of it, into which no refused set writes."""
    return filled(state_of(FILES, STORED).stored)


@pytest.mark.parametrize("name", ROWS)
def test_a_name_of_run_time_is_not_taken(name: str, store: Store) -> None:
    """A plan refuses it, and so does who applies without one; nothing is written."""
    edits, said = ROWS[name]
    given = files_of({**FILES, **edits})
    refused = [one for one in store.plan(given).refusals if one.code == "RG904"]
    assert [said] == [one.what[: len(said)] for one in refused]
    with pytest.raises(ConflictError) as error:
        store.apply(given)
    assert f"{refused[0].what}: {refused[0].help} (RG904)" == str(error.value)
    assert 1 == store.status().head.revision


def test_a_name_that_nobody_else_sees_is_free() -> None:
    """Tenants apart from one another have what names they like, and files bring versions."""
    texts = {**FILES, **FREE}
    store = filled(state_of(FILES, STORED).stored)
    for _ in range(2):
        assert [] == [one for one in store.plan(files_of(texts)).refusals if one.code == "RG904"]
        store.apply(files_of(texts))


def test_whoever_signs_up_gets_no_former_name() -> None:
    """It is refused by the domain that was called so, though that one is not read; run time renames none."""
    store = filled(state_of(FILES, STORED).stored)
    store.apply(files_of({**FILES, **FREE}))
    sign_up = CreateDomain({"domain": "was"}, "eve", "admin")
    desk = store.admin(system="sign-up", domain="was")
    for ask in (desk.may, desk.make):
        with pytest.raises(ChangeError, match="was` is a former name of domain `apart`: choose"):
            ask(sign_up)
    for renamed in ("org", "next"):
        with pytest.raises(ChangeError, match="no domain is renamed at run time"):
            store.admin(system="sign-up", domain="new").create_domain(
                "eve", role="admin", renamed_from=renamed
            )
    desk = store.admin(system="sign-up", domain="gone")
    desk.create_domain("eve", role="admin")
    gone = desk.delete_domain()
    store.apply(
        files_of({**FILES, "domains.yaml": DOMAINS.replace("apart: {}", "apart: {renamed_from: gone}")})
    )
    with pytest.raises(ChangeError, match="is a former name of domain"):
        desk.make(Undo(gone.documents))
    store.apply(files_of(FILES))
    desk.make(CreateDomain({"domain": "gone"}, "eve", "admin"))
    assert store.status().is_sound
