"""Every sentence that a person reads, in their language, with dates, times and money.

The English sentence stands in the code and is its own key. The German one is in the gettext
catalogues under ``bot/locales``. A checklist brings its own texts. Escaping happens where a
sentence becomes a block, not here.
"""

import gettext
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from string import Formatter
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_day_names, get_timezone_location
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

from bot.domain.checklist.placeholders import number_in
from bot.domain.checklist.rules import LANGUAGES, Localized

_DATE = {"en": "EEE d MMM y", "de": "EEE, d. MMM y"}
_DAY = {"en": "EEE d MMM", "de": "EEE, d. MMM"}
_PLACES = Formatter()
_TYPED = {"en": "d MMM", "de": "d. MMM"}
_LEAP_YEAR = 2028
_ORDINALS = {"one": "st", "two": "nd", "few": "rd", "other": "th"}


@lru_cache(maxsize=256)
def _written(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


def marked(message: str) -> str:
    """Mark a sentence in a table for translation when it is shown."""
    return message


def marked_in(context: str, message: str) -> tuple[str, str]:
    """Mark a sentence that reads differently in another context, for `Texts.within`."""
    return context, message


class Texts:
    """The sentences of one language. Call it with the English sentence."""

    def __init__(self, language: str) -> None:
        """Raises ValueError for a language without a catalogue."""
        if language not in LANGUAGES:
            raise ValueError(language)
        self.language = language
        self._catalogue = _catalogue(language)
        self._locale = Locale(language)

    def __call__(self, message: str, /, **values: object) -> str:
        """Return the translated sentence, with the values in its ``{places}``."""
        return _filled(self._catalogue.gettext(message), values)

    def within(self, marked: tuple[str, str], /, **values: object) -> str:
        """Return the translation of a sentence in its context."""
        return _filled(self._catalogue.pgettext(*marked), values)

    def nth(self, n: int) -> str:
        """Return an ordinal, as in "3rd"."""
        if self.language != "en":
            return f"{n}."
        return f"{n}{_ORDINALS[self._locale.ordinal_form(n)]}"

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the sentence that fits the number, which also fills ``{n}``."""
        number = format_decimal(n, locale=self._locale)
        return _filled(self._catalogue.ngettext(one, many, n), {"n": number, **values})

    def of(self, localized: Localized) -> str:
        """Return a checklist's text in this language."""
        return localized.get(self.language) or next(iter(localized.values()))

    def date_typed(self, day: date) -> str:
        """Return a day as people type it, as in "31 Dec 2026"."""
        return format_date(day, _TYPED[self.language] + " y", locale=self._locale)

    def day_of_year_typed(self, month: int, day: int) -> str:
        """Return a day of every year as people type it, as in "24 Dec"."""
        return format_date(date(_LEAP_YEAR, month, day), _TYPED[self.language], locale=self._locale)

    def day(self, on: date, today: date) -> str:
        """Return a day as in "Fri 4 Dec", with the year only if it isn't this year."""
        patterns = _DAY if on.year == today.year else _DATE
        return _written(on, patterns[self.language], self.language)

    def language_name(self, code: str) -> str:
        """Name a language, as in "German" for `de`."""
        return str(Locale(code).get_display_name(self._locale))

    def month(self, day: date, *, with_year: bool) -> str:
        """Name the month of a day, as in "Dec" or "Dec ’26"."""
        return format_date(day, "LLL ’yy" if with_year else "LLL", locale=self._locale)

    def quarter(self, day: date) -> str:
        """Name the quarter of a day, as in "Q4 2026"."""
        return format_date(day, "QQQ y", locale=self._locale)

    def weekday(self, number: int) -> str:
        """Name a day of the week; Monday is 0."""
        return str(get_day_names("wide", "stand-alone", self._locale)[number])

    def listed(self, words: Sequence[str]) -> str:
        """Join several things into a list in words."""
        return format_list(words, locale=self._locale)

    def moment(
        self, at: datetime, zone: ZoneInfo, *, today: date | None = None, names_zone: bool = False
    ) -> str:
        """Return day and time in a zone, which is named for a reader in another one."""
        local = at.astimezone(zone)
        day = self.date(local.date()) if today is None else self.day(local.date(), today)
        time = f"{local:%H:%M}"
        if not names_zone:
            return self(marked("{date} at {time}"), date=day, time=time)
        city = _city(zone, self.language)
        return self(marked("{date} at {time} ({zone} time)"), date=day, time=time, zone=city)

    def instant(self, at: datetime, zone: ZoneInfo) -> str:
        """Return markup that Slack shows as day and time in each reader's zone.

        Where Slack can't, it shows the time in the given zone.
        """
        pattern = self(marked("{date_short} at {time}"))
        fallback = self.moment(at, zone, names_zone=True)
        return f"<!date^{int(at.timestamp())}^{pattern}|{fallback}>"

    def date(self, day: date) -> str:
        """Return a day with its year, as in "Fri 4 Dec 2026", where today isn't known."""
        return _written(day, _DATE[self.language], self.language)

    def number(self, value: float) -> str:
        """Return a number with at most one decimal."""
        return format_decimal(round(value, 1), format="#,##0.#", locale=self._locale)

    def decimal(self, value: Decimal) -> str:
        """Return a number with all its decimals."""
        return number_in(value, self.language)

    def percent(self, share: float) -> str:
        """Return a share from 0 to 1 in percent, with at most one decimal."""
        return format_percent(round(share, 3), locale=self._locale, decimal_quantization=False)

    def amount(self, value: Decimal) -> str:
        """Return an amount as people type it, without decimals if it's whole."""
        pattern = "#,##0" if value == value.to_integral_value() else "#,##0.00"
        return format_decimal(value, format=pattern, locale=self._locale)

    def money(self, value: Decimal, currency: str) -> str:
        """Return an amount with its currency, without decimals if it's whole."""
        pattern = self._locale.currency_formats["standard"].pattern
        if value == value.to_integral_value():
            pattern = pattern.replace(".00", "")
        return format_currency(
            value, currency, format=pattern, locale=self._locale, currency_digits=False
        )


@cache
def texts_in(language: str) -> Texts:
    """Return the cached texts of a language. Raises ValueError for an unknown one."""
    return Texts(language)


@cache
def _catalogue(language: str) -> gettext.GNUTranslations:
    path = files("bot") / "locales" / language / "LC_MESSAGES" / "walkaway.po"
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=256)
def _city(zone: ZoneInfo, language: str) -> str:
    return str(get_timezone_location(zone, locale=language, return_city=True))


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    """Fill in the values. After one with a full stop, such as "4. Dez.", no second one follows."""
    if not values:
        return sentence
    filled, is_value = "", False
    for literal, place, _, _ in _PLACES.parse(sentence):
        is_double = is_value and literal.startswith(".") and filled.endswith(".")
        filled += literal[1:] if is_double else literal
        is_value = place is not None
        filled += f"{values[place]}" if place is not None else ""
    return filled
