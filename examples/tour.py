"""The main job, from end to end: validate policy sets, compile them to Casbin, answer questions with reasons.

Every command is shown before it runs. A command that ends otherwise than it should ends the tour with 1.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

YES, NO = 0, 1

QUESTIONS = (
    (
        "Chloe looks after one account at Allegro. May she open it?",
        "check policies/responso integrations.each.accounts.each.access"
        " --user chloe --domain acme --on allegro/shop-1",
        YES,
    ),
    (
        "And everything at Allegro? What would have to change?",
        "explain policies/responso integrations.each.accounts.each.access"
        " --user chloe --domain acme --on allegro",
        NO,
    ),
    (
        "Hugo is an agent for all inboxes. Why can he not open the complaints?",
        "explain policies/responso inboxes.access --user hugo --domain acme --on Complaints",
        NO,
    ),
    (
        "From which channels may Ana send?",
        "check policies/respond-io channels.send --list --user ana --domain shop-main",
        YES,
    ),
    (
        "Which fields of a contact does Fay see?",
        "tree policies/respond-io contacts.fields --depth 1 --user fay --domain shop-main",
        YES,
    ),
    (
        "Who edits roles?",
        "who-can policies/livechat settings.access.roles.manage --domain northstar",
        YES,
    ),
    (
        "Marc must not respond to sections. Why can he not create tags either?",
        "explain policies/responsive project.create_tags --user marc --domain alder-emea",
        NO,
    ),
)


def main() -> int:
    """Take the tour; 0 when every step ended as it should."""
    sets = sorted(path.parent for path in Path("policies").glob("*/catalog.yaml"))
    if not sets:
        print("there are no policy sets in ./policies: run this where they are", file=sys.stderr)
        return 2
    sound = step("Validate the policy sets", "validate policies", YES)
    for folder in sets:
        name = folder.name
        sound &= step(f"Compile {name} to Casbin", f"compile policies/{name} -o build/{name}", YES)
    for title, command, expected in QUESTIONS:
        sound &= step(title, command, expected)
    sound &= casbin_agrees()
    print("\nEverything as it should be." if sound else "\nSomething is not as it should be.")
    return 0 if sound else 1


def step(title: str, command: str, expected: int) -> bool:
    """Run one command of rolegate; whether it ended as *expected*."""
    print(f"\n# {title}\n$ rolegate {command}", flush=True)
    words = [sys.executable, "-m", "rolegate_cli", *shlex.split(command)]
    code = subprocess.run(words, check=False).returncode  # noqa: S603 - the questions above
    if code != expected:
        print(f"rolegate ended with {code} instead of {expected}", file=sys.stderr)
    return code == expected


def casbin_agrees() -> bool:
    """Ask a stock Casbin enforcer, which knows nothing of rolegate, about the compiled files."""
    import casbin

    print("\n# The first two questions again, asked of Casbin on the compiled files", flush=True)
    enforcer = casbin.Enforcer("build/responso/model.conf", "build/responso/policy.csv")
    permission, agrees = "integrations.each.accounts.each.access", True
    for obj, expected in (("allegro/shop-1", True), ("allegro/:every", False)):
        answer = enforcer.enforce("user:chloe", "acme", obj, permission, "-")
        print(f'enforce("user:chloe", "acme", "{obj}", "{permission}", "-") -> {answer}')
        agrees &= answer is expected
    return agrees


if __name__ == "__main__":
    sys.exit(main())
