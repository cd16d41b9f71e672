"""The refusals that are about overrides, as sentences: what is true now, and what to do next."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.people import Action, Errand
from bot.domain.prospects.prospect import Prospect
from bot.slack.blocks.escaping import markup_name
from bot.slack.payloads import ids
from bot.slack.texts import Texts, marked

ABOUT_OVERRIDES: Final = frozenset({Action.OVERRIDE, Action.APPROVE_OVERRIDE, Action.DENY_OVERRIDE})

RIGHTS: Final[Mapping[Action | Errand, str]] = MappingProxyType(
    {
        Action.OVERRIDE: marked(
            "Only {owner} and the managers can go on with {name} against the verdict."
        ),
        Action.APPROVE_OVERRIDE: marked(
            "Only a manager can approve the override of {name}, and never whoever asked for it."
        ),
        Action.DENY_OVERRIDE: marked(
            "Only a manager can deny the override of {name}, and never whoever asked for it."
        ),
    }
)

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not_ahead": marked("The kill date must lie ahead. The earliest is {earliest}."),
        "no_working_day": marked("{day} is no working day. The next one is {next}."),
        "nobody_approves": marked(
            "Nobody could approve it: that takes a manager other than you, and there is none. Have "
            "another manager named first."
        ),
        "kill_too_late": marked("That is more than {days} days ahead. The latest is {latest}."),
    }
)


def not_open_to(prospect: Prospect, action: Action, now_true: str, texts: Texts) -> str:
    """Return why an open prospect cannot be overridden now, or has no override to answer."""
    name = markup_name(prospect.facts.name)
    if action is Action.APPROVE_OVERRIDE and prospect.request is not None:
        late = texts(
            "Nothing is left to override: {name} can be marked as won. Deny the request.", name=name
        )
    elif action is not Action.OVERRIDE:
        late = texts("There is nothing to answer any more about an override of {name}.", name=name)
    elif prospect.request is not None:
        late = texts("Somebody has asked for an override of {name} already.", name=name)
    else:
        late = texts("There is nothing to override: {name} can be marked as won.", name=name)
    return f"{late} {now_true}"


def nobody_approves(texts: Texts) -> str:
    """Return why an override cannot even be asked for, and who can change that."""
    return texts(
        "Nobody could approve this override: that takes a manager other than you, and there is "
        "none. Nothing was asked for. Ask whoever runs me to name another manager ({setting}), and "
        "go on then; or a manager switches the approval off in {command}.",
        setting="`MANAGERS`",
        command=f"`{ids.COMMAND} settings`",
    )


def kill_date_passed(prospect: Prospect, texts: Texts) -> str:
    """Return why an override cannot be approved any more."""
    request = prospect.request
    day = "" if request is None else texts.date(request.grounds.kill_on)
    return texts(
        "The kill date of this override has passed ({date}): it would be over at once. Deny it; "
        "another override of {name} can be asked for, with a later date.",
        date=day,
        name=markup_name(prospect.facts.name),
    )
