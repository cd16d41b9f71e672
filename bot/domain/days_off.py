"""Days that are not worked on: public holidays by country and region, and listed days.

The calendar decides which weekdays are worked on. The public holidays come from the library
`holidays`; this module decides which of its categories are days off.
"""

import sys
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec, module_from_spec
from threading import Lock
from typing import NamedTuple

import holidays as library

from bot.domain.errors import UnknownCountry, UnknownRegion

ALWAYS_OFF = frozenset({library.PUBLIC, library.DE_FACTO})
"""Days off by law, and days on which by custom nobody works."""

NEVER_OFF = frozenset(
    {
        library.WORKDAY,
        library.UNOFFICIAL,
        library.SCHOOL,
        library.HALF_DAY,
        library.ARMED_FORCES,
        library.OPTIONAL_WOMEN,
    }
)
"""Days that are only celebrated, or off for some people, or for half a day."""

_LOOKED_AHEAD = 3
"""Years in which a category must bring a day to be offered, since dates such as Easter move."""


class DayOfYear(NamedTuple):
    """A day that comes every year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class ListedDays:
    """Days that managers listed: dates, and days of every year."""

    dates: frozenset[date] = frozenset()
    yearly: frozenset[DayOfYear] = frozenset()

    def __contains__(self, day: date) -> bool:
        return day in self.dates or DayOfYear(day.month, day.day) in self.yearly

    def __len__(self) -> int:
        return len(self.dates) + len(self.yearly)

    @property
    def stored(self) -> list[str]:
        """The days in their stored form, in order: "12-24", "2026-12-31"."""
        yearly = [f"{each.month:02}-{each.day:02}" for each in sorted(self.yearly)]
        return yearly + [each.isoformat() for each in sorted(self.dates)]

    @classmethod
    def restored(cls, stored: Iterable[str]) -> "ListedDays":
        """Read the stored form."""
        dates, yearly = set(), set()
        for each in stored:
            month, _, day = each.partition("-")
            if "-" in day:
                dates.add(date.fromisoformat(each))
            else:
                yearly.add(DayOfYear(int(month), int(day)))
        return cls(frozenset(dates), frozenset(yearly))


NO_DAYS = ListedDays()


class _OneAtATime:
    """Holidays of any year, for several threads.

    The library counts out a year when it is first asked about it, and notes it as known before it
    has; another thread would read it half done, or write its days into a third year.
    """

    def __init__(self, days: Container[date]) -> None:
        self._days = days
        self._lock = Lock()

    def __contains__(self, day: object) -> bool:
        with self._lock:
            return day in self._days


class RegionalHoliday(NamedTuple):
    """A public holiday of some regions of a country, but not of the country as a whole."""

    day: date
    name: str
    regions: tuple[str, ...]


def public_holidays(country: str, observed: Iterable[str] = ()) -> Container[date]:
    """Return the holidays of a country ("DE") or of one of its regions ("DE-BE"), in any case.

    They are those in the categories that are always off, and in the `observed` ones as far as the
    country has them.

    Raises:
        UnknownCountry: The library has no such country.
        UnknownRegion: The library has the country, but not this region.
    """
    return _holidays_of(country.strip().casefold(), frozenset(observed))


def observable(country: str, today: date) -> Mapping[str, tuple[date, ...]]:
    """Return the categories that a region may observe, each with the days off that it brings.

    The days are those of the year that begins today. `DE-BY` has *catholic*, with 15 August. Raises
    as `public_holidays` does.
    """
    place = _place(country.strip().casefold())
    years = range(today.year, today.year + _LOOKED_AHEAD)
    known = set(_days(place, ALWAYS_OFF, years))
    found = {}
    for category in place.categories:
        if category not in ALWAYS_OFF | NEVER_OFF:
            new = sorted(set(_days(place, frozenset({category}), years)) - known)
            if new:
                found[category] = tuple(each for each in new if _is_within_a_year(each, today))
    return found


def missed_without_region(
    country: str, today: date, language: str = "en"
) -> tuple[RegionalHoliday, ...]:
    """Return the holidays of the next year that are missed by naming a country without a region.

    Empty if a region is named, or if all regions have the same holidays. Names are in the given
    language if the library has them, otherwise in the country's. Raises as `public_holidays` does.
    """
    place = _place(country.strip().casefold())
    if place.region is not None:
        return ()
    years = range(today.year, today.year + 2)
    national = set(_days(place, ALWAYS_OFF, years))
    found: dict[date, dict[str, str]] = {}
    for region in place.regions:
        there = _days(place._replace(region=region), ALWAYS_OFF, years, language)
        for day, name in there.items():
            if day not in national and _is_within_a_year(day, today):
                found.setdefault(day, {})[region] = name
    return tuple(
        RegionalHoliday(day, next(iter(names.values())), tuple(sorted(names)))
        for day, names in sorted(found.items())
    )


def regions_of(country: str) -> tuple[str, ...]:
    """Return the known regions of a country; raises as `public_holidays` does."""
    return tuple(sorted(_place(country.strip().casefold()).regions))


def spelled(country: str) -> str:
    """Return how a country or region is spelled, as in `DE-BY`; raises as `public_holidays`."""
    place = _place(country.strip().casefold())
    return "-".join(filter(None, (place.country, place.region)))


class _Place(NamedTuple):
    """A country, or one of its regions, as the library spells it."""

    country: str
    region: str | None
    regions: tuple[str, ...]
    categories: tuple[str, ...]
    languages: tuple[str, ...]


@cache
def _place(country: str) -> _Place:
    _load_one_at_a_time()
    code, _, region = country.partition("-")
    try:
        national = library.country_holidays(code.upper())
    except NotImplementedError:
        known = library.list_supported_countries(include_aliases=False)
        raise UnknownCountry(code.upper(), sorted(known)) from None
    regions = tuple(national.subdivisions)
    spelled = next((each for each in regions if each.casefold() == region), None)
    if region and spelled is None:
        raise UnknownRegion(national.country, region.upper(), sorted(regions))
    return _Place(
        national.country,
        spelled,
        regions,
        tuple(national.supported_categories),
        tuple(national.supported_languages),
    )


def _load_one_at_a_time() -> None:
    """Let the library load the country that it is asked for, and not the other 250.

    It imports a country's module by name, but the package around these imports all of them, which
    takes 8 MiB. In its place stands the same package, not run.
    """
    spec = find_spec(f"{library.__name__}.countries")
    if spec is not None and spec.name not in sys.modules:
        sys.modules[spec.name] = module_from_spec(spec)


@cache
def _holidays_of(country: str, observed: frozenset[str]) -> Container[date]:
    place = _place(country)
    return _OneAtATime(_days(place, (ALWAYS_OFF | observed) - NEVER_OFF))


def _days(
    place: _Place,
    categories: frozenset[str],
    years: Iterable[int] | None = None,
    language: str | None = None,
) -> library.HolidayBase:
    """Return the days of these categories; without `years`, of any year that is looked up."""
    return library.country_holidays(
        place.country,
        subdiv=place.region,
        years=None if years is None else list(years),
        language=next((each for each in place.languages if _speaks(each, language)), None),
        categories=tuple(each for each in place.categories if each in categories),
    )


def _speaks(spoken: str, language: str | None) -> bool:
    return language is not None and spoken.partition("_")[0] == language


def _is_within_a_year(day: date, today: date) -> bool:
    return 0 <= (day - today).days < 365
