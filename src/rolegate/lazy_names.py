"""Names of a package that are imported when they are first used.

An import of rolegate costs an application about a millisecond, whatever else it has.
"""

from __future__ import annotations

from importlib import import_module

# Not from `typing`, which takes longer to import than everything here together.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

OPTIONAL = {"sqlalchemy": "SQLAlchemy", "sqlalchemy_adapter": "sqlalchemy-adapter"}
"""By module, the packages that only extras bring."""


def lazy_names(
    package: str, homes: Mapping[str, str], extra: str = "sqlalchemy"
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The `__getattr__` and `__dir__` of *package*; *homes* has, by name, the module that has it.

    *extra* brings what these modules need.

    Raises:
        ModuleNotFoundError: when a name is used that needs a package of *extra*, and it is not installed.
    """

    def getattr_of_package(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module `{package}` has no attribute `{name}`")
        try:
            value = getattr(import_module(home), name)
        except ModuleNotFoundError as error:
            missing = (error.name or "").partition(".")[0]
            if missing not in OPTIONAL:
                raise
            message = (
                f"`{name}` needs {OPTIONAL[missing]}: run pip install '.[{extra}]' in the clone of rolegate"
            )
            raise ModuleNotFoundError(message, name=error.name) from None
        vars(import_module(package))[name] = value
        return value

    def dir_of_package() -> list[str]:
        return sorted({*homes, *vars(import_module(package))})

    return getattr_of_package, dir_of_package
