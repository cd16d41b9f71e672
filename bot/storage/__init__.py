"""Where everything is kept: SQLAlchemy's Core, and nothing else."""

import sys
from types import ModuleType

_SESSIONS = ("sqlalchemy.ext.asyncio.session", "sqlalchemy.ext.asyncio.scoping")


def _spare_the_orm() -> None:
    """Import SQLAlchemy's asyncio without its sessions.

    They alone bring along its ORM, 6 MiB that nothing here uses. Who asks for them later gets them.
    """
    if "sqlalchemy.ext.asyncio" in sys.modules:
        return
    for name in _SESSIONS:
        empty = ModuleType(name)
        empty.__getattr__ = lambda _: None  # type: ignore[method-assign]
        sys.modules[name] = empty
    import sqlalchemy.ext.asyncio  # noqa: F401

    for name in _SESSIONS:
        del sys.modules[name]


_spare_the_orm()
