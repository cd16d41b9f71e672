"""Which page of App Home a button turns to, and from which one a view was opened: the codecs."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.domain.read_models import HomePage, Scope
from bot.slack.payloads.payloads import MalformedPayload

_FROM_HOME: Final = "from_home:"


def home_page(page: HomePage) -> str:
    """Return the value of a button that turns to a page of App Home: `7`, or `whole.7`."""
    return str(page.number) if page.scope is None else f"{page.scope}.{page.number}"


def page_of(value: object) -> HomePage:
    """Read which page of App Home to turn to; raises MalformedPayload."""
    page = _page(str(value))
    if page is None:
        raise MalformedPayload
    return page


def opened_from_home(view: Mapping[str, Any], page: HomePage) -> dict[str, Any]:
    """Return a view that remembers from which page of App Home it was opened."""
    metadata = view.get("private_metadata") or ""
    return {**view, "private_metadata": f"{_FROM_HOME}{home_page(page)}|{metadata}"}


def home_behind(view: Mapping[str, Any]) -> tuple[HomePage | None, Mapping[str, Any]]:
    """Return the page of App Home that a view is or was opened from, and the view as drawn."""
    metadata = str(view.get("private_metadata") or "")
    if view.get("type") == "home":
        return _page(metadata) or HomePage(), view
    opened, bar, own = metadata.partition("|")
    page = _page(opened.removeprefix(_FROM_HOME)) if opened.startswith(_FROM_HOME) else None
    if page is None or not bar:
        return None, view
    return page, {**view, "private_metadata": own}


def _page(written: str) -> HomePage | None:
    scope, dot, number = written.rpartition(".")
    if not re.fullmatch(r"[0-9]{1,9}", number) or scope not in ({*Scope} if dot else {""}):
        return None
    return HomePage(int(number), Scope(scope) if dot else None)
