"""The pytest plugin: real gates with what a test grants, and failures that explain themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from desk import desk
from repository import ROOT
from rolegate.errors import InvalidPolicyError, RolegateError, UnknownNameError
from rolegate.gate.gate import Gate
from rolegate.testing import Gates, assert_allowed, assert_denied


@pytest.fixture
def real(tmp_path: Path) -> Gate:
    return desk(tmp_path)


@pytest.fixture
def gates(real: Gate) -> Gates:
    return Gates(real.policy)


def failure(run: object, *args: object, **more: object) -> str:
    """What a failing assertion prints."""
    assert callable(run)
    with pytest.raises(pytest.fail.Exception) as failed:
        run(*args, **more)
    return str(failed.value)


def test_allow_all_allows_everything_and_deny_all_nothing(gates: Gates) -> None:
    """Every permission of the catalog, for every user of the set, or for those who are named."""
    paths = [permission.path for permission in gates.policy.catalog.permissions]
    everyone, cy, nobody = gates.allow_all(), gates.allow_all(user="cy"), gates.deny_all()
    for path in paths:
        assert_allowed(everyone, "ana", path, domain="acme")
        assert_allowed(cy, "cy", path, domain="acme")
        assert_denied(cy, "ana", path, domain="acme")
        assert_denied(nobody, "bo", path, domain="acme")


def test_plans_and_add_ons_are_enabled(tmp_path: Path) -> None:
    """What a test grants is held, whatever the plans of the set say."""
    from reading import write

    files = {
        "catalog.yaml": "catalog: c\nplans: [free, pro]\npermissions: {export: {plans: [pro]}}\n",
        "domains.yaml": "domains:\n  acme: {plan: free}\n  inner: {within: acme}\n",
    }
    gates = Gates(write(tmp_path, files))
    gate = gates.grant("export", user="ana")
    assert_allowed(gate, "ana", "export", domain="acme")
    assert_allowed(gate, "ana", "export", domain="inner")
    with pytest.raises(RolegateError, match="say who gets the grants with `user=…`"):
        gates.grant("export")


def test_kinds_of_domains_stay(tmp_path: Path) -> None:
    """A test that asks in a domain in which the permission never exists should fail."""
    (tmp_path / "catalog.yaml").write_text(
        "catalog: x\ndomain_kinds: [firm, site]\nplans: [pro]\npermissions:\n"
        "  pay: {title: Pay, domain_kinds: [firm], plans: [pro]}\n"
        "  show: {title: Show, domain_kinds: [site]}\n"
    )
    (tmp_path / "domains.yaml").write_text(
        "domains:\n  acme: {kind: firm}\n  acme-site: {kind: site, within: acme}\n"
    )
    gate = Gates(tmp_path).allow_all(user="ana")
    assert_allowed(gate, "ana", "pay", domain="acme")
    assert_denied(gate, "ana", "pay", domain="acme-site")
    assert_allowed(gate, "ana", "show", domain="acme-site")
    assert_denied(gate, "ana", "show", domain="acme")


def test_a_set_without_domains_needs_none(tmp_path: Path) -> None:
    """As with the real gate of such a set."""
    from reading import write

    gate = Gates(write(tmp_path, {})).grant("a", user=["ana", "bo"])
    assert_allowed(gate, "bo", "a")
    assert_denied(gate, "bo", "b")


def test_grant_gives_that_and_no_more(gates: Gates) -> None:
    """The grammar is the one of roles, and the answers are those of a compiled policy."""
    gate = gates.grant("tickets.*@my", "inboxes.access[Support]", user="ana")
    assert type(gate.enforcer()).__name__ == "Enforcer"
    assert_allowed(gate, "ana", "tickets.edit", domain="acme", scope="my")
    assert_denied(gate, "ana", "tickets.edit", domain="acme", scope="team")
    assert_allowed(gate, "ana", "inboxes.access", domain="acme", on="Support")
    assert_denied(gate, "ana", "inboxes.access", domain="acme")
    assert_denied(gate, "bo", "tickets.edit", domain="acme", scope="my")
    assert gate.subject("ana", "acme").scope("tickets.show") == "my"


@pytest.mark.parametrize(
    ("grant", "code"), [("tickets.edti@my", "RG301"), ("tickets.edit", "RG303"), ("tickets.edit@", "RG307")]
)
def test_a_grant_no_role_could_have_is_an_error(gates: Gates, grant: str, code: str) -> None:
    """It points at the line of the test."""
    with pytest.raises(InvalidPolicyError) as error:
        gates.grant(grant)
    found = error.value.diagnostics[0]
    assert (found.code, Path(found.file).name) == (code, Path(__file__).name)


def test_reloading_keeps_what_was_granted(gates: Gates) -> None:
    """An application that reloads its gate does not get the real policy instead."""
    gate = gates.deny_all()
    assert gate.reload()
    assert_denied(gate, "bo", "settings.edit", domain="acme")


def test_a_failed_assertion_prints_the_explanation(real: Gate, tmp_path: Path) -> None:
    """The reason, where it is written, and what would allow it."""
    place = f"{tmp_path.as_posix()}/"
    denied = failure(assert_allowed, real, "ana", "inboxes.access", domain="acme", on="Sales")
    assert denied.replace(place, "").splitlines() == [
        "`ana`, `inboxes.access[Sales]` in `acme`: denied: no grant covers it",
        '  to allow it: grant it without a role: add {"user": "ana", "grants": ["inboxes.access[Sales]"],'
        ' "domain": "acme"} to bindings.yaml',
        '  to allow it: bind role `lead`: add {"user": "ana", "role": "lead", "domain": "acme"}'
        " to bindings.yaml",
    ]
    allowed = failure(assert_denied, real, "ana", "tickets.edit", domain="acme", scope="my")
    assert allowed.replace(place, "").splitlines() == [
        "`ana`, `tickets.edit@my` in `acme`: allowed: role `agent` grants `tickets.*@my`",
        "  bindings.yaml:2: user `ana` has role `agent`",
        "  roles/agent.yaml:2: role `agent` grants `tickets.*@my`",
    ]


def test_a_record_is_asked_about_at_the_scopes_held(real: Gate) -> None:
    """A failure says at which scopes the permission is held, and why."""
    mine, free = {"owner": "ana", "team": None}, {"owner": None, "team": None}
    assert_allowed(real, "ana", "tickets.edit", mine, domain="acme")
    assert_denied(real, "ana", "tickets.edit", free, domain="acme")
    assert_denied(real, "stranger", "tickets.edit", free, domain="acme")
    denied = failure(assert_allowed, real, "ana", "tickets.edit", free, domain="acme")
    assert denied.startswith("`ana`, `tickets.edit`: denied on {'owner': None, 'team': None}; held at: my\n")
    assert "roles/agent.yaml:2: role `agent` grants `tickets.*@my`" in denied
    assert "held at: no scope" in failure(assert_allowed, real, "eve", "tickets.edit", mine, domain="acme")
    assert "allowed on {'owner'" in failure(assert_denied, real, "ana", "tickets.edit", mine, domain="acme")


def test_a_record_that_is_not_there_is_refused(gates: Gates) -> None:
    """`None` is what a look-up gives for a missing row, and no question about every record."""
    assert_allowed(gates.allow_all(), "ana", "tickets.edit", domain="acme")
    assert_denied(gates.allow_all(), "ana", "tickets.edit", None, domain="acme")


def test_conditions_may_ask_for_attributes_of_the_user(tmp_path: Path) -> None:
    """They are the application's to give, as to `Gate.subject`; a failure shows them."""
    from reading import write

    files = {
        "catalog.yaml": "catalog: c\n"
        "user: {region: text}\n"
        "scopes: {reach: {all: {}, near: {within: all, region: user.region}}}\n"
        "permissions: {show: {title: Show, scopes: reach}}\n",
    }
    gate = Gates(write(tmp_path, files)).grant("show@near", user="ana")
    north, record = {"region": "north"}, {"region": "north"}
    assert_allowed(gate, "ana", "show", record, attributes=north)
    assert_denied(gate, "ana", "show", record, attributes={"region": "south"})
    assert "with {'region': 'north'}" in failure(assert_denied, gate, "ana", "show", record, attributes=north)
    told = failure(assert_allowed, gate, "ana", "show", {"region": "south"}, attributes=north)
    assert "denied on {'region': 'south'} with {'region': 'north'}; held at: near" in told


@pytest.mark.parametrize(
    "asked",
    [
        {"permission": "tickets.edti", "domain": "acme"},
        {"permission": "tickets.edit", "domain": "acmee"},
        {"permission": "tickets.edit", "domain": "acme", "scope": "mine"},
        {"permission": "tickets.edit", "domain": "acme", "on": "Support"},
        {"permission": "tickets.edit"},
    ],
)
def test_a_misspelt_question_is_no_denial(real: Gate, asked: dict[str, str]) -> None:
    """`assert_denied` would otherwise pass for every typing error."""
    assert "RG6" in failure(assert_denied, real, "ana", **asked)


def test_a_stranger_is_denied(real: Gate) -> None:
    """An unknown user is no misspelt question."""
    assert_denied(real, "stranger", "settings.edit", domain="acme")


def _environment() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def _pytest(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "rolegate.testing", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def test_the_plugin_in_a_project_of_its_own(tmp_path: Path) -> None:
    """The fixtures use the set that the configuration names; a failure has no traceback of the plugin."""
    desk(tmp_path / "policies")
    (tmp_path / "pytest.ini").write_text("[pytest]\nrolegate_policy = policies\n")
    (tmp_path / "test_shop.py").write_text(
        dedent(
            """
            from rolegate.testing import assert_allowed, assert_denied

            def test_right(rolegate_gates, rolegate_policy):
                gate = rolegate_gates.grant("settings.edit", user="ana")
                assert_allowed(gate, "ana", "settings.edit", domain="acme")
                assert rolegate_policy is rolegate_gates.policy

            def test_wrong(rolegate_gates):
                assert_allowed(rolegate_gates.deny_all(), "ana", "settings.edit", domain="acme")
            """
        )
    )
    told = _pytest(tmp_path, "-q", ".")
    assert "1 failed, 1 passed" in told
    assert "`ana`, `settings.edit` in `acme`: denied: no grant covers it" in told
    assert "__init__.py" not in told


def test_without_a_configured_set_the_fixtures_say_so(tmp_path: Path) -> None:
    """They do not guess where the policy set is."""
    (tmp_path / "test_shop.py").write_text("def test_one(rolegate_gates): ...\n")
    assert "add `rolegate_policy = …`" in _pytest(tmp_path, "-q", ".")


def test_loading_the_plugin_loads_nothing_else() -> None:
    """Every run of pytest pays for a plugin, also where nothing uses it."""
    code = dedent(
        """
        import sys, pytest
        before = set(sys.modules)
        import rolegate.testing
        print(sorted(name for name in set(sys.modules) - before if not name.startswith("__")))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == str(
        ["rolegate", "rolegate.gate", "rolegate.gate.left_out", "rolegate.lazy_names", "rolegate.testing"]
    )


def test_nothing_loads_a_framework_by_itself() -> None:
    """Importing rolegate, its gate and the package of the glue loads no framework."""
    code = dedent(
        """
        import sys, rolegate, rolegate.gate, rolegate.integrations, rolegate.integrations.asgi
        print(sorted(set(sys.modules) & {"fastapi", "starlette", "flask", "django", "sqlalchemy", "pytest"}))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_gates_need_a_policy_set(tmp_path: Path) -> None:
    """A folder without a set is an error at once."""
    with pytest.raises(RolegateError):
        Gates(tmp_path)
    with pytest.raises(UnknownNameError):
        desk(tmp_path / "set").subject("ana", "acme").scope("settings.edit")
