"""The steps of the action run in bash with a real git; only the network is another program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from command_line import environment, rolegate
from ready_processes import write_tools
from repository import ROOT
from workflow_commands import workflow_commands

ACTION = yaml.load((ROOT / "action.yml").read_text("utf-8"), yaml.CSafeLoader)
HOOKS = yaml.load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), yaml.CSafeLoader)
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
MARK = "<!-- rolegate -->\n"
GH = """#!{python}
import json, pathlib, sys
file = pathlib.Path({file!r})
comments = json.loads(file.read_text())
arguments = sys.argv[1:]
method = arguments[arguments.index("--method") + 1] if "--method" in arguments else "GET"
path = next(one for one in arguments if one.startswith("repos/"))
if method == "GET":
    bot = [one for one in comments if one["login"] == "github-actions[bot]"]
    own = [one for one in bot if one["body"].startswith({mark!r})]
    assert "github-actions[bot]" in arguments[arguments.index("--jq") + 1]
    print(*[one["id"] for one in own], sep="\\n")
else:
    field = arguments[arguments.index("--field") + 1]
    body = pathlib.Path(field.removeprefix("body=@")).read_text()
    if method == "PATCH":
        next(one for one in comments if str(one["id"]) == path.rsplit("/")[-1])["body"] = body
    else:
        comments.append({{"id": len(comments) + 1, "login": "github-actions[bot]", "body": body}})
    file.write_text(json.dumps(comments))
"""


class Checkout:
    """A pull request as it is checked out: the change is in the folder, its base is a commit."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.temp = folder / "repository", folder / "temp"
        for made in (self.folder, self.temp):
            made.mkdir()
        write_tools(folder / "bin")
        assert rolegate("init", self.folder / "policies").code == 0
        self.comments_file = folder / "comments.json"
        self.comments_file.write_text(json.dumps([{"id": 1, "login": "eve", "body": MARK + "mine"}]))
        gh = GH.format(python=sys.executable, file=str(self.comments_file), mark=MARK.strip())
        (folder / "bin" / "gh").write_text(gh)
        (folder / "bin" / "gh").chmod(0o755)
        self.summary = folder / "summary.md"
        self.env = environment(
            {
                "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "GITHUB_REPOSITORY": "acme/policies",
                "SETS": "policies\n",
                "STRICT": "false",
                "GATE": "false",
                "ROUTES": "",
                "NUMBER": "7",
                "GH_TOKEN": "x",
            }
        )
        self.bash("git init -q -b main")
        self.commit()
        self.env["BASE"] = self.bash("git rev-parse HEAD")[1].strip()

    def commit(self) -> None:
        """Commit what is there, as a checkout of a pull request has it."""
        code, out = self.bash("git add -A && git -c user.name=t -c user.email=t@t commit -q -m change")
        assert code == 0, out

    def bash(self, script: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout.decode()

    def step(self, name: str, **env: str) -> tuple[int, str]:
        """Run a step of the action."""
        assert set(STEPS[name].get("env", {})) <= set(self.env)
        self.env |= env
        return self.bash(STEPS[name]["run"])

    @property
    def comments(self) -> list[dict[str, Any]]:
        return list(json.loads(self.comments_file.read_text()))


VALIDATE, DIFF, COMMENT = "Validate", "Say what the change does", "Keep one comment up to date"

GROUP = "gh-readonly-queue/main"


@pytest.mark.parametrize(
    ("event", "base"),
    [
        ({"pull_request": {"base": {"sha": "aaa"}}}, "aaa"),
        ({"merge_group": {"base_sha": "bbb", "head_ref": GROUP}}, "bbb"),
        ({"before": "ccc"}, ""),
    ],
)
def test_what_a_change_is_merged_into_is_its_base(event: dict[str, Any], base: str) -> None:
    """A merge queue tells it otherwise than a pull request."""
    found = re.fullmatch(r"\$\{\{ (.*) \}\}", ACTION["inputs"]["base"]["default"])
    assert found is not None
    values = []
    for expression in found[1].split(" || "):
        value: Any = {"github": {"event": event}}
        for name in expression.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        values.append(value)
    assert next(filter(None, values), "") == base


@pytest.fixture(name="checkout")
def _checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_one_comment_says_what_the_change_does_and_is_kept_up_to_date(checkout: Checkout) -> None:
    """The second push changes the comment of the first; a comment of somebody else with the mark is left."""
    role = checkout.folder / "policies" / "roles" / "exporter.yaml"
    role.write_text("role: exporter\ngrants: [tickets.show@my]\n", "utf-8")
    assert (0, "") == checkout.step(DIFF)
    assert (0, "") == checkout.step(COMMENT)
    eve, first = checkout.comments
    assert first["body"].startswith(MARK)
    assert "tickets.show" in first["body"]
    assert first["body"] in checkout.summary.read_text("utf-8")
    role.write_text("role: exporter\ngrants: [tickets.export]\n", "utf-8")
    assert (0, "") == checkout.step(DIFF)
    assert (0, "") == checkout.step(COMMENT)
    assert [eve["body"], True] == [
        checkout.comments[0]["body"],
        "tickets.export" in checkout.comments[1]["body"],
    ]
    assert 2 == len(checkout.comments)


def test_a_mistake_is_an_annotation_and_is_not_compared(checkout: Checkout) -> None:
    """Both steps fail, and the comment says that there is no comparison instead of half of one."""
    role = checkout.folder / "policies" / "roles" / "lead.yaml"
    role.write_text("role: lead\ngrants: [tickets.shwo]\n", "utf-8")
    code, out = checkout.step(VALIDATE)
    (command,) = workflow_commands(out)
    assert (1, "error", "policies/roles/lead.yaml") == (code, command.name, command.properties["file"])
    assert 1 == checkout.step(DIFF)[0]
    assert (0, "") == checkout.step(COMMENT)
    assert "could not be compared" in checkout.comments[1]["body"]


def test_the_gate_fails_the_step_and_is_in_the_comment(checkout: Checkout) -> None:
    """What nobody approved is refused when the gate is asked for, and only then."""
    role = checkout.folder / "policies" / "roles" / "exporter.yaml"
    role.write_text("role: exporter\ngrants: [tickets.export]\n", "utf-8")
    bindings = checkout.folder / "policies" / "bindings.yaml"
    bindings.write_text(bindings.read_text() + "  - {user: eve, role: exporter, domain: acme}\n")
    assert 0 == checkout.step(DIFF)[0]
    assert 1 == checkout.step(DIFF, GATE="true")[0]
    assert "eve" in (checkout.temp / "rolegate-diff.md").read_text("utf-8")


def test_a_route_that_lost_its_guard_fails_and_is_in_the_comment(checkout: Checkout) -> None:
    """When a file of routes is named; of several sets, the one is asked that has the permission."""
    routes = checkout.folder / "routes.lock"
    lines = ("GET /tickets -> tickets.show@all", "POST /notes -> notes.write")
    routes.write_text("\n".join(["# rolegate routes 1", *lines, ""]))
    (checkout.folder / "other").mkdir()
    (checkout.folder / "other" / "catalog.yaml").write_text(
        "catalog: other\npermissions: {notes: {title: Notes, permissions: {read: Read, write: Write}}}\n"
    )
    checkout.commit()
    checkout.env["BASE"] = checkout.bash("git rev-parse HEAD")[1].strip()
    told = checkout.temp / "rolegate-diff.md"
    for sets in ("policies\n", "policies\nother\n"):
        routes.write_text(f"# rolegate routes 1\n{lines[0]}\nPOST /notes -> nothing\n")
        checkout.commit()
        assert 0 == checkout.step(DIFF, SETS=sets, ROUTES="")[0]
        assert "/notes" not in told.read_text("utf-8")
        assert 1 == checkout.step(DIFF, ROUTES="routes.lock")[0]
        assert "POST /notes" in told.read_text("utf-8")
        routes.write_text(f"# rolegate routes 1\n{lines[0]}\n{lines[1]}\nGET /more -> tickets.show@all\n")
        checkout.commit()
        assert 0 == checkout.step(DIFF)[0]
        assert "does not have" not in told.read_text("utf-8")
        checkout.bash("git reset -q --hard HEAD~2")


def test_a_new_set_and_a_missing_base_are_said(checkout: Checkout) -> None:
    """A set that the base does not have is no failure; a base that is not in the clone is one."""
    checkout.bash("cp -r policies other")
    checkout.commit()
    assert 0 == checkout.step(DIFF, SETS="other\n")[0]
    said = checkout.summary.read_text("utf-8")
    assert ("### other" in said, "the policy set is new" in said) == (True, True)
    code, out = checkout.step(DIFF, SETS="policies\n", BASE="0123456789")
    assert (1, True) == (code, "there is no revision `0123456789`" in out)
    assert "The policy set `policies` could not be compared" in checkout.summary.read_text("utf-8")


def test_the_gate_refuses_a_set_that_is_new_or_gone(checkout: Checkout) -> None:
    """Also one in a folder of several sets, which is no set itself; what is approved passes."""
    checkout.bash("mkdir several && cp -r policies several/one")
    checkout.commit()
    assert 0 == checkout.step(DIFF, SETS="several\n")[0]
    assert 1 == checkout.step(DIFF, GATE="true")[0]
    told = checkout.temp / "rolegate-diff.md"
    assert "### `several/one`" in told.read_text("utf-8")
    (rule,) = re.findall(r'rules: \["(policy set .*: new in .*)"\]', told.read_text("utf-8"))
    entry = f"approvals: [{{rules: ['{rule}'], reason: Agreed., until: 2999-01-01}}]\n".replace("\\", "")
    (checkout.folder / "several" / "one" / "approvals.yaml").write_text(entry, "utf-8")
    checkout.commit()
    assert 0 == checkout.step(DIFF)[0]
    checkout.env["BASE"] = checkout.bash("git rev-parse HEAD")[1].strip()
    checkout.bash("git mv several/one several/.one && ln -s .one several/one")
    checkout.commit()
    assert 1 == checkout.step(DIFF)[0]
    assert "several/.one" in told.read_text("utf-8")
    assert "moved from" in told.read_text("utf-8")


def test_a_change_that_is_too_long_is_left_to_the_summary(checkout: Checkout) -> None:
    """GitHub refuses a comment of more than 65,536 characters."""
    (checkout.temp / "rolegate-diff.md").write_text(MARK + "é" * 70_000, "utf-8")
    assert (0, "") == checkout.step(COMMENT)
    assert "in the summary of the check" in checkout.comments[1]["body"]


def test_strangers_get_no_token_and_no_script_of_theirs_runs() -> None:
    """Only the last step has the token, for branches of the repository alone; scripts hold no expression."""
    for name, step in STEPS.items():
        assert "${{" not in step.get("run", ""), name
        assert ("GH_TOKEN" in step.get("env", {})) == (name == COMMENT)
        assert "uses" not in step
    condition = " ".join(STEPS[COMMENT]["if"].split())
    assert "github.event_name == 'pull_request'" in condition
    assert "github.event.pull_request.head.repo.full_name == github.repository" in condition
    assert "github.event_name == 'pull_request_target'" == STEPS["Refuse pull_request_target"]["if"]


def test_the_hook_checks_the_sets_of_the_files_it_is_given(checkout: Checkout) -> None:
    """As pre-commit calls it: the entry, then the files that its pattern takes."""
    (hook,) = HOOKS
    files = [file for file in checkout.bash("git ls-files")[1].split() if re.search(hook["files"], file)]
    assert {"policies/catalog.yaml", "policies/bindings.yaml", "policies/roles/agent.yaml"} <= set(files)
    assert all(re.search(hook["files"], f"policies/{kind}/acme.yaml") for kind in ("bindings", "tests"))
    command = f"{hook['entry']} {' '.join(files)}"
    assert (0, "1 policy set: 0 errors, 0 warnings\n") == checkout.bash(command)
    (checkout.folder / "policies" / "roles" / "agent.yaml").write_text("role: agent\ngrants: [x]\n", "utf-8")
    assert 1 == checkout.bash(f"{hook['entry']} policies/roles/agent.yaml")[0]
