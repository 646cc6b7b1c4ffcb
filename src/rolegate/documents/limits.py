"""How large a policy set may be: whoever reads it chooses, and never the files."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one policy set may have; what is larger is refused, and the finding says why.

    `lines` are compiled ones, `steps` are those that it takes to work out what the files say, `values` are in
    all files together, and so are `size`, in bytes, and `files`. Whoever reads files that anybody may
    have written, as CI does for a pull request, keeps the limits low.

    Raises:
        ValueError: for a limit that is not a whole number above 0.
    """

    lines: int = 150_000
    steps: int = 1_000_000
    values: int = 100_000
    size: int = 20 * 1024 * 1024
    files: int = 2_000

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if type(value) is not int or value < 1:
                raise ValueError(f"the limit of {limit.name} has to be a whole number above 0")

    @classmethod
    def large(cls) -> Limits:
        """Limits for sets of one's own: twenty times as much, which may take half a minute to read."""
        return cls(3_000_000, 20_000_000, 2_000_000, 400 * 1024 * 1024, 40_000)


ORDINARY = Limits()


def chosen(limits: Limits | None) -> Limits:
    """*limits*, or those that hold where nobody chose any."""
    return ORDINARY if limits is None else limits
