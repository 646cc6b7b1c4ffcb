"""The recipes of docs/how-to/ci.md do what they say, in bash as CI runs it and with a real git."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from command_line import environment, rolegate
from pages.markdown import Page
from ready_processes import write_tools
from repository import ROOT

PAGE = Page.read(ROOT / "docs" / "how-to" / "ci.md")
ANSWERS, GATE = "The important questions have the expected answers", "Nobody gains what nobody approved"


class Step(NamedTuple):
    """What came of a step of the workflow."""

    code: int
    out: str


class Clone:
    """A pull request as GitHub checks it out: the change is in the folder, its base is `origin/main`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "clone"
        origin = folder / "origin"
        assert rolegate("init", origin / "policies").code == 0
        (expected,) = (one for one in PAGE.blocks if "helpdesk/tests/agents.yaml" in one.text)
        lines = expected.text.partition("<<'EOF'\n")[2].splitlines()
        (origin / "policies" / "tests").mkdir()
        (origin / "policies" / "tests" / "agents.yaml").write_text("\n".join(lines[:-1]) + "\n", "utf-8")
        self.env = environment({"GITHUB_BASE_REF": "main", "PATH": f"{folder / 'bin'}:/usr/bin:/bin"})
        write_tools(folder / "bin")
        self.bash(
            "git init -q -b main && git add -A && git -c user.name=t -c user.email=t@t commit -q -m base",
            origin,
        )
        self.bash(f"git clone -q {origin} {self.folder}", folder)

    def bash(self, script: str, folder: Path | None = None) -> Step:
        """Run *script* as a step of a workflow is run."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=folder or self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        return Step(done.returncode, done.stdout.decode())

    def commit(self) -> None:
        """Commit the change, as a pull request has it."""
        self.bash("git add -A && git -c user.name=t -c user.email=t@t commit -q -m change")

    def add(self, file: str, text: str) -> None:
        """Add *text* to a file of the change."""
        path = self.folder / file
        path.write_text((path.read_text("utf-8") if path.exists() else "") + text, "utf-8")


def steps() -> dict[str, str]:
    """The scripts of the workflow that the page shows, by their names."""
    (block,) = (one for one in PAGE.blocks if one.text.startswith("on: pull_request"))
    listed = yaml.safe_load(block.text)["jobs"]["policies"]["steps"]
    return {step.get("name", step["run"]): step["run"] for step in listed if "run" in step}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A change that gives a new role to somebody, and changes none of the important answers."""
    made = Clone(tmp_path_factory.mktemp("ci"))
    made.add("policies/roles/exporter.yaml", "role: exporter\ngrants: [tickets.export]\n")
    made.add("policies/bindings.yaml", "  - {user: eve, role: exporter, domain: acme}\n")
    made.commit()
    return made


def test_the_expected_answers_are_given(clone: Clone) -> None:
    """The change leaves them as they are, and the step succeeds."""
    assert Step(0, "1 policy set: 2 expectations, 2 answers: all met\n") == clone.bash(steps()[ANSWERS])


def test_a_gain_that_nobody_approved_ends_the_step(clone: Clone) -> None:
    """It says who gains what; a change without a gain passes."""
    done = clone.bash(steps()[GATE])
    assert (1, True) == (done.code, "refused: user eve in acme, acme-emea gains tickets.export\n" in done.out)
    clone.bash("git checkout -q -b less origin/main")
    clone.add("policies/bindings.yaml", "  - {user: cy, restrict: [contacts.show], domain: acme}\n")
    clone.commit()
    passed = clone.bash(steps()[GATE])
    clone.bash("git checkout -q main")
    assert (0, True) == (passed.code, "- contacts.show" in passed.out)


def test_another_answer_and_a_broken_set_fail(clone: Clone) -> None:
    """An important answer that changes ends the step, and so does a set that answers nothing."""
    bindings = clone.folder / "policies" / "bindings.yaml"
    before = bindings.read_text("utf-8")
    clone.add("policies/bindings.yaml", "  - {user: bo, role: admin, domain: acme}\n")
    changed = clone.bash(steps()[ANSWERS])
    assert (1, True) == (changed.code, "agents do not delete" in changed.out)
    bindings.write_text(before + "  - {user: bo, role: nobody, domain: acme}\n", "utf-8")
    broken = clone.bash(steps()[ANSWERS])
    assert (2, True) == (broken.code, "unknown role `nobody`" in broken.out)
    bindings.write_text(before, "utf-8")


def test_the_job_of_gitlab_writes_its_reports_and_ends_with_what_it_found(clone: Clone) -> None:
    """The lines run in one shell; a mistake fails the job after every report is written."""
    (block,) = (one for one in PAGE.blocks if one.text.startswith("policies:\n  image:"))
    lines = [line for line in yaml.safe_load(block.text)["policies"]["script"] if "pip" not in line]
    base = "CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse origin/main)"
    script = "\n".join((base, *lines))
    assert Step(1, "") == clone.bash(script)
    assert "[]\n" == (clone.folder / "quality.json").read_text("utf-8")
    assert "exporter" in (clone.folder / "access.md").read_text("utf-8")
    clone.bash("git checkout -q --detach origin/main")
    unchanged = clone.bash(script)
    clone.bash("git checkout -q main")
    assert Step(0, "") == unchanged
    role = clone.folder / "policies" / "roles" / "exporter.yaml"
    before = role.read_text("utf-8")
    role.write_text("role: exporter\ngrants: [tickets.exprot]\n", "utf-8")
    assert 0 != clone.bash(script).code
    role.write_text(before, "utf-8")
    assert "RG301" in (clone.folder / "quality.json").read_text("utf-8")
    assert "RG301" in (clone.folder / "findings.xml").read_text("utf-8")
