"""Casbin itself on a compiled policy: the law every other answer is held to."""

from __future__ import annotations

from typing import Any

from rolegate.compiled.lines import CompiledPolicy


def casbin_enforcer(compiled: CompiledPolicy) -> Any:
    """A stock `casbin.Enforcer` on the compiled lines; linear in their number."""
    import casbin

    model = casbin.Model()
    model.load_model_from_text(compiled.model_text)
    enforcer = casbin.Enforcer(model)
    for section, line in compiled.lines:
        # Appended, not added one by one: add_policy searches the whole list each time.
        enforcer.get_model().model[section[0]][section].policy.append(list(line))
    enforcer.build_role_links()
    return enforcer


class CasbinDecider:
    """Decisions by a stock enforcer, for comparison."""

    def __init__(self, compiled: CompiledPolicy) -> None:
        self._enforcer = casbin_enforcer(compiled)

    def allows(self, sub: str, dom: str, obj: str, act: str, scope: str) -> bool:
        return bool(self._enforcer.enforce(sub, dom, obj, act, scope))
