"""Storage: SQLAlchemy Core, without the ORM."""

import sys
from types import ModuleType

_SESSIONS = ("sqlalchemy.ext.asyncio.session", "sqlalchemy.ext.asyncio.scoping")


def _spare_the_orm() -> None:
    """Import SQLAlchemy's asyncio package without its sessions.

    Only they load the ORM, 6 MiB that nothing here uses. Whoever asks for them later gets them.
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
