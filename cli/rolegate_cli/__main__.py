"""The entry point: whatever happens, the user gets a message and an exit code, not a traceback."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run `rolegate` on the arguments of the process."""
    try:
        from rolegate_cli.app import cli
    except KeyboardInterrupt:
        sys.exit(130)
    except ImportError as missing:
        sys.stderr.write(
            f"rolegate: cannot start: {missing}; reinstall it: pip install --force-reinstall rolegate\n"
        )
        sys.exit(3)
    cli.main()
    raise AssertionError("the command line always exits")


if __name__ == "__main__":
    main()
