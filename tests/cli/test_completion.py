"""What a shell offers on a command line is what the command takes there."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from command_line import rolegate
from reading import write
from rolegate_cli.app import cli

FILES = {
    "catalog.yaml": "catalog: desk\nscopes: {reach: {all: All, my: {title: Mine, within: all}}}\n"
    "resources: {shop: Shop, till: {title: Till, within: shop}}\npermissions:\n"
    "  show: {title: Show, scopes: reach}\n"
    "  till: {title: Till, permissions: {open: {title: Open, per: till}}}\n"
    "  secret: {title: Secret, hidden: true}\n  opens: {title: Opens, implies: secret}\n"
    "  contacts: {title: C, fields: [name]}\n",
    "domains.yaml": "domains:\n"
    "  acme: {teams: {night: [nia]}, instances: {shop: [north], till: [north/one]}}\n"
    "  beta: {teams: {day: [dan]}, instances: {shop: [south]}}\n  inner: {within: beta}\n",
    "roles/all.yaml": "roles:\n  clerk: {grants: ['show@my']}\n  lead: {domain: beta, grants: ['*']}\n",
    "bindings.yaml": "bindings:\n- {user: ann, role: clerk, domain: acme}\n"
    "- {user: bo, role: lead, domain: beta}\n",
    "labels/fr.yaml": "locale: fr\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A set with two tenants."""
    return str(write(tmp_path_factory.mktemp("desk"), FILES))


def offered(line: str, folder: str) -> list[str]:
    """What is offered after *line*, in which `SET` is the folder of the set."""
    *words, last = [folder if word == "SET" else word for word in line.split(" ")]
    shell = ShellComplete(cli, {}, "rolegate", "_ROLEGATE_COMPLETE")
    return [item.value for item in shell.get_completions(words, last)]


LINES = [
    ("check SET ", ["contacts.fields.name", "opens", "show", "till.open"]),
    ("check --list SET ", ["till.open"]),
    ("check SET --list ", ["till.open"]),
    ("tree SET c", ["contacts", "contacts.fields", "contacts.fields.name"]),
    ("matrix SET --group t", ["till", "till.open"]),
    ("check SET show --role ", ["clerk"]),
    ("check SET show --domain acme --role ", ["clerk"]),
    ("check SET show --domain beta --role ", ["clerk", "lead"]),
    ("check SET show --domain inner --role ", ["clerk", "lead"]),
    ("check SET show --team ", ["day", "night"]),
    ("check SET show --domain inner --team ", ["day"]),
    ("explain SET show --domain acme --user ", ["ann", "nia"]),
    ("who-can SET show --domain ", ["acme", "beta", "inner"]),
    ("check SET show --scope ", ["all", "my"]),
    ("check SET contacts.fields.name --scope ", ["edit", "view"]),
    ("check SET opens --scope ", []),
    ("check SET till.open --domain acme --on ", ["north", "north/one"]),
    ("check SET till.open --domain beta --on ", ["south"]),
    ("check SET show --on ", []),
    ("check SET show --locale ", ["en", "fr"]),
    ("tree SET --locale f", ["fr"]),
    ("lint SET --labels ", ["en", "fr"]),
    ("tree SET --domain beta --role l", ["lead"]),
    ("tree NOWHERE --role ", []),
]


@pytest.mark.parametrize(("line", "wanted"), LINES)
def test_names_are_offered(line: str, wanted: list[str], folder: str) -> None:
    """The names of the set that the command takes at this place."""
    assert wanted == offered(line, folder)


TAKEN = [
    ("check SET ", " --user ann --domain acme"),
    ("check --list SET ", " --user ann --domain acme"),
    ("tree SET ", " --user ann --domain acme"),
    ("tree SET --role ", ""),
    ("tree SET --domain acme --role ", ""),
    ("tree SET --domain beta --role ", ""),
    ("tree SET --domain inner --team ", ""),
    ("tree SET --domain acme --user ", ""),
    ("tree SET --domain ", ""),
    ("who-can SET show --scope ", ""),
    ("who-can SET till.open --domain acme --on ", ""),
    ("tree SET --locale ", ""),
    ("lint SET --labels ", ""),
]


@pytest.mark.parametrize(("line", "rest"), TAKEN)
def test_what_is_offered_is_not_refused(line: str, rest: str, folder: str) -> None:
    """No command says that it does not know what was completed for it."""
    names = offered(line, folder)
    assert names
    for name in names:
        words = [folder if word == "SET" else word for word in f"{line}{name}{rest}".split(" ")]
        assert rolegate(*words).code in (0, 1), name
