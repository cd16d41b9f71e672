"""What the environment says about settings: first values, which managers may change later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.settings.table import SettingId, stored, with_stored
from bot.domain.workspace import Settings

FIRST_ONLY = frozenset({SettingId.OVERRIDE_APPROVAL})
"""The settings whose variable an earlier version read at the first start only."""


@dataclass(frozen=True, slots=True)
class FirstValues:
    """The settings with which a workspace begins."""

    settings: Settings
    named: frozenset[SettingId] = field(default_factory=frozenset)
    """The settings for which a variable is set; the others have our defaults."""

    @property
    def stored(self) -> dict[str, Any]:
        """What each variable says, by its name, in stored form."""
        values = stored(self.settings)
        return {
            str(each.setting.variable): values[each] for each in SettingId if each in self.named
        }

    def adopted(self, now: Settings, seen: Mapping[str, object]) -> Settings:
        """Return the settings, updated by those variables that differ from what was last `seen`.

        If nothing was seen yet, an earlier version ran here: it applied all variables at every
        start, except for some that it applied only once.
        """
        anew = {
            each: value
            for each, value in stored(self.settings).items()
            if each in self.named and _is_new(each, value, seen)
        }
        return with_stored(now, anew)


def _is_new(setting: SettingId, value: object, seen: Mapping[str, object]) -> bool:
    if not seen and setting in FIRST_ONLY:
        return False
    variable = str(setting.setting.variable)
    return variable not in seen or seen[variable] != value
