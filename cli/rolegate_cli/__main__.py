"""The entry point: whatever happens, the user gets a message and an exit code, not a traceback."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

_YOUNG, _MIDDLE, _OLD = 200_000, 50, 100
"""New objects before the collector looks for circles among them. A policy set has hundreds of thousands of
objects and no circles: by default half of the time of a large one goes into looking for them."""


def main() -> NoReturn:
    """Run `rolegate` on the arguments of the process."""
    try:
        from rolegate_cli.app import cli
    except KeyboardInterrupt:
        sys.exit(130)
    except ImportError as missing:
        sys.stderr.write(
            f"rolegate: cannot start: {missing}; "
            "run pip install --force-reinstall . in the clone of rolegate\n"
        )
        sys.exit(3)
    # The process is ours alone; as a library, Rolegate leaves the collector as it is.
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    cli.main()
    raise AssertionError("the command line always exits")


if __name__ == "__main__":
    main()
