"""Policy sets to be looked at: one in Persian with all that is shown, and a large one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rolegate import TreeNode

HOSTILE = '</style><script>alert(1)</script> \\"x\\" \\e[31m \\u202e'

PERSIAN = {
    "catalog.yaml": f"""
catalog: desk
title: "میز کمک 👩‍💻"
locale: fa
plans: {{free: رایگان, pro: حرفه‌ای}}
addons: {{calls: تماس}}
domain_kinds: {{shop: فروشگاه, hub: انبار}}
role_kinds: {{guest: "مهمان‌ها"}}
scopes:
  reach:
    all: {{title: همه}}
    team: {{title: "گروه من", within: all}}
    my: {{title: "خودم", within: team}}
resources: {{inbox: صندوق}}
permissions:
  tickets:
    title: "درخواست‌ها"
    permissions:
      show: {{title: "می‌بیند", scopes: reach}}
      reply: {{title: "پاسخ می‌دهد", scopes: reach, requires: tickets.show}}
      export: {{title: "خروجی می‌گیرد", plans: [pro]}}
      old: {{title: "روش قدیمی", deprecated: true}}
      purge: {{title: "پاک‌سازی", by_name: true}}
  inboxes:
    title: "صندوق‌ها"
    permissions:
      open: {{title: 'باز کردن «{{inbox}}»', per: inbox, every: "همهٔ صندوق‌ها"}}
      call: {{title: "تماس", addons: [calls]}}
  hostile: {{title: "{HOSTILE}"}}
""",
    "domains.yaml": """
domains:
  tehran: {title: "فروشگاه تهران", kind: shop, plan: pro, addons: [calls], instances: {inbox: [فروش, خدمات]}}
  shiraz: {title: "فروشگاه شیراز", kind: shop, plan: free, instances: {inbox: [فروش]}}
""",
    "roles/all.yaml": "roles:\n"
    + "  admin: {title: مدیر, grants: '*'}\n"
    + "  agent: {title: کارشناس, grants: ['tickets.*@team', 'inboxes.open[*]', tickets.export]}\n"
    + "  guest: {title: مهمان, kind: guest, grants: ['tickets.show@my']}\n"
    + '  keeper: {title: "بایگان پرونده‌های قدیمی و تازه", grants: [tickets.old, tickets.purge, hostile]}\n',
    "roles/tehran.yaml": "role: lead\ndomain: tehran\ntitle: راهبر\n"
    "grants: ['inboxes.open[فروش]', 'tickets.show@all']\n",
    "roles/shiraz.yaml": "role: chief\ndomain: shiraz\ntitle: راهبر\ngrants: ['tickets.*@my']\n",
    "bindings.yaml": """
bindings:
  - {user: ana, role: agent, domain: tehran}
  - {user: ana, role: keeper, domain: tehran, until: 2099-01-01}
  - {user: ana, restrict: ['*@team', 'inboxes.open[خدمات]', hostile], domain: tehran}
  - {user: bo, role: admin, domain: shiraz}
""",
}
"""What is in a language that is written from right to left, with joiners, an emoji and a hostile title."""


def large(roles: int = 60, permissions: int = 1100) -> dict[str, str]:
    """A set of so many roles and permissions, in groups of ten groups of ten, with scopes and instances."""
    lines = ["catalog: large", "title: A large set", "scopes: {reach: [all, team, my]}"]
    lines += ["resources: {inbox: Inbox}", "permissions:"]
    bodies = ("", ", scopes: reach", ", per: inbox")
    for number in range(permissions):
        if number % 100 == 0:
            lines += [f"  area{number // 100}:", f"    title: Area {number // 100}", "    permissions:"]
        if number % 10 == 0:
            lines += [f"      group{number // 10}:", f"        title: Group {number // 10}"]
            lines.append("        permissions:")
        lines.append(f"          p{number}: {{title: Permission {number}{bodies[number % 3]}}}")
    made = ["roles:", "  role0: {title: Everything, grants: '*'}"]
    areas = range(permissions // 100)
    for role in range(1, roles):
        grants = [f"area{area}.*" for area in areas if (area + role) % 3 == 0]
        grants += [f"'area{area}.*@team'" for area in areas if (area + role) % 3 == 1]
        grants += [f"'area{area}.*[sales]'" for area in areas[:2] if (area + role) % 3 == 2]
        made.append(f"  role{role}: {{title: Role number {role}, grants: [{', '.join(grants)}]}}")
    return {
        "catalog.yaml": "\n".join(lines) + "\n",
        "roles/all.yaml": "\n".join(made) + "\n",
        "bindings.yaml": "bindings: [{user: ana, role: role1}, {user: ana, role: role2}]\n",
    }


def all_sorts() -> TreeNode:
    """A tree in which a box is of every sort, and each title tries to break out."""
    box = TreeNode("g.p", HOSTILE, "permission", "on", "g.p")
    ladder = (("all", HOSTILE, False), ("team", "Team", True), ("my", "My", True))
    boxes = (
        replace(box, id="g.a", star=True, instance=HOSTILE, description=HOSTILE),
        replace(box, id="g.b", state="off", restricted=True),
        replace(
            box, id="g.c", state="partial", ladder=ladder, scopes=("team",), taken=("all",), restricted=True
        ),
        replace(box, id="g.d", state="off", available=False, deprecated=True, by_name=True),
        replace(box, id="g.e", until=datetime(2099, 1, 1, tzinfo=UTC)),
        replace(box, id="g.f", state="off", template=True),
    )
    group = TreeNode(
        "g", HOSTILE, "group", "partial", "g", boxes, opens=("@my", f"[{HOSTILE}]"), restricted=True
    )
    empty = TreeNode("h", HOSTILE, "group", "on", "h", star=True, available=False)
    return TreeNode("*", HOSTILE, "set", "partial", "", (group, empty), restricted=True)
