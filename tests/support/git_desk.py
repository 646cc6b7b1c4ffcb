"""A repository of git with a small policy set in it, for tests of what a change does."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILES = {
    "catalog.yaml": """\
catalog: desk
plans: [free, pro]
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
permissions:
  tickets:
    title: Tickets
    permissions:
      show: {title: Show, scopes: reach}
      edit: {title: Edit, scopes: reach, requires: [tickets.show]}
      export: {title: Export, plans: [pro]}
  inboxes: {title: Inboxes, permissions: {access: {title: 'Access to {inbox}', per: inbox}}}
  billing: {title: Billing, permissions: {pay: Pay, refund: Refund}}
""",
    "roles/viewer.yaml": "role: viewer\ngrants: [tickets.show@my]\n",
    "roles/agent.yaml": "role: agent\nextends: viewer\ngrants: [tickets.*@team, 'inboxes.access[*]']\n",
    "roles/boss.yaml": "role: boss\ngrants: ['*']\n",
    "domains.yaml": """\
domains:
  acme: {plan: pro, teams: {sales: [bo, cy]}, instances: {inbox: [Support, Complaints]}}
  emea: {within: acme}
  beta: {plan: free, instances: {inbox: [Support]}}
""",
    "bindings.yaml": """\
bindings:
  - {user: ana, role: boss, domain: acme}
  - {team: sales, role: agent, domain: acme}
  - {user: dan, role: viewer, domain: beta}
  - {user: cy, restrict: ['inboxes.access[Complaints]'], domain: acme}
""",
}
"""By name; each test changes what it is about."""

_ALONE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ops",
    "GIT_AUTHOR_EMAIL": "ops@desk.example",
    "GIT_COMMITTER_NAME": "Ops",
    "GIT_COMMITTER_EMAIL": "ops@desk.example",
    "GIT_TEMPLATE_DIR": "",  # no samples of hooks
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "maintenance.auto",  # nothing is tidied up after a commit
    "GIT_CONFIG_VALUE_0": "false",
}


@dataclass(frozen=True)
class Repository:
    """A repository; the policy set is in `policies/desk`."""

    top: Path

    @property
    def folder(self) -> Path:
        return self.top / "policies" / "desk"

    def write(self, **changed: str | None) -> None:
        """Write files, by their names with `/` and `.yaml` left out; None removes one."""
        for key, text in changed.items():
            path = self.folder / f"{key.replace('__', '/')}.yaml"
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")

    def commit(self, title: str) -> str:
        """Commit everything that is there; the id of the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", title)
        kept = self.top / ".git"
        head = (kept / "HEAD").read_text().strip()  # `git rev-parse HEAD` without a process of its own
        return (kept / head.removeprefix("ref: ")).read_text().strip() if head[:5] == "ref: " else head

    def git(self, *arguments: str) -> str:
        """Run git in the repository."""
        run = subprocess.run(
            ["git", *arguments],
            cwd=self.top,
            env=os.environ | _ALONE,
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout.strip()


def repository(top: Path) -> Repository:
    """A new repository in *top*, with the set committed once: a copy of one that is made for all."""
    shutil.copytree(_made().top, top, dirs_exist_ok=True)
    return Repository(top)


@cache
def _made() -> Repository:
    made = Repository(Path(tempfile.mkdtemp(prefix="desk-")))
    atexit.register(shutil.rmtree, made.top)
    made.git("init", "--quiet", "--initial-branch", "main")
    for name, text in FILES.items():
        path = made.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    made.commit("A desk")
    return made
