"""Amounts of money as people write them: "12k", "1,5 Mio", "10'000", "€ 12.000".

A separator means what it means in the reader's language. "12.000" is twelve thousand for a German
reader. For an English one, who may mean twelve, it is refused, so that nobody has to find out later
which it was.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

LARGEST_AMOUNT = Decimal("999_999_999_999.99")
"""The largest amount that the database can hold."""

LONGEST_GROUP = 3
"""Digits in a group; after more than these, a separator can only begin the decimals."""

_UNIT = "¤"
"""Stands for a currency that was read, so that "12 € 500" doesn't become one number."""
_CURRENCY = re.compile(
    r"(?:(?:\b(?:us|ca?|au?|nz|nt|hk|s|r)[- ]?)?\$|[£¥฿\u20a0-\u20cf])(?:\.(?![0-9]))?"
    r"|(?<![a-z])(?:(?:us|swiss|schweizer)[- ])?"
    r"(?:euros?|dollars?|pounds?|pfund|francs?|franken|s?fr|kr|kron(?:or|er|en)|zł|złoty|zloty"
    r"|kč|ft|lei|yen|rupees?|rs|rm|rp|rmb"
    r"|eur|usd|gbp|chf|sek|nok|dkk|isk|pln|czk|huf|ron|bgn|cad|aud|nzd|jpy|inr|try|sgd|hkd"
    r"|aed|ars|brl|clp|cny|cop|egp|idr|ils|krw|mxn|myr|php|qar|rsd|rub|sar|thb|twd|uah|vnd|zar"
    r")(?![a-z])\.?",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<![a-z])([km])(?=eur|usd|chf|gbp|[€£$])", re.IGNORECASE)
"""As in "12 kEUR" and "1,5 M€": a factor before the currency, as accountants write it."""
_FACTORS = {"k": " k", "K": " k", "m": " mio", "M": " mio"}
_OF_INDIA = re.compile(r"₹|(?<![a-z])(?:rs|inr|rupees?)(?![a-z])", re.IGNORECASE)
_LAKHS = re.compile(r"(?<![0-9,])[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?![0-9,])")
"""Groups of two digits above the thousands: only in rupees is it sure that they are meant."""
_THOUSAND_EUROS = re.compile(r"(?<![a-z])t(?:euro?|chf|usd|gbp|€)\.?(?![a-z])", re.IGNORECASE)
"""As in "12 TEUR" or "T€ 12", the unit of German accountants, who use German separators."""
_MAY_BE_GERMAN = re.compile(r"^[^.,]*[.,][0-9]{3}$")
_ABOUT = (
    r"(?:[~≈]|(?:ca|circa|approx|approximately|about|around|roughly|rd|rund|etwa|ungefähr)\b\.?)"
)
_ROUGHLY = re.compile(rf"^(?:c\.\s|{_ABOUT})|(?<=[\w.,¤-])\s+\(?{_ABOUT}\)?$", re.IGNORECASE)
"""A value is an estimate anyway."""
_WITHOUT_TAX = re.compile(
    r"^net(?:to)?\s|(?<=[\w.,¤\s-])\(?(?:net(?:to)?"
    r"|(?:plus|\+|zzgl\.?|zuzüglich|excl?\.?|excluding|ex|exkl\.?|ohne)"
    r"\s*(?:[0-9]{1,2}\s?%\s*)?(?:vat|mwst|ust|gst|tax))\.?\)?$",
    re.IGNORECASE,
)
_AROUND = " \"'“”„‘’"
_NARROW = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict(zip("￠￡￥￦", "¢£¥₩", strict=True))
)
"""Letters, digits and signs that Japanese and Chinese keyboards write in full width."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What comes along when an amount is copied."""
_NO_CENTS = re.compile(r"(?<=[0-9])(?:(?P<mark>[.,])\s*|[:/])[-–—]{1,2}$")
"""As in "10.000,-", "10 000:-" and "10,000/-"."""
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_SPACED = re.compile(
    r"[0-9]{1,3}(?:(?P<mark>[ '‘’ʼ´`′])[0-9]{3})(?:(?P=mark)[0-9]{3})*(?![0-9])(?:[.,][0-9]+)?"
)
_NUMBER = re.compile(r"(?P<number>[+\-−]?[0-9.,]+)\s*(?P<word>[a-z]*)\.?", re.IGNORECASE)

_THOUSAND, _MILLION, _BILLION = Decimal(10) ** 3, Decimal(10) ** 6, Decimal(10) ** 9
_EVERYWHERE = {
    "k": _THOUSAND,
    "mio": _MILLION,
    "mln": _MILLION,
    "mill": _MILLION,
    "million": _MILLION,
}
_WORDS: Mapping[str, Mapping[str, Decimal]] = MappingProxyType(
    {
        "en": _EVERYWHERE
        | {
            "thousand": _THOUSAND,
            "m": _MILLION,
            "mn": _MILLION,
            "mil": _MILLION,
            "millions": _MILLION,
            "b": _BILLION,
            "bn": _BILLION,
            "billion": _BILLION,
        },
        "de": _EVERYWHERE
        | {
            "t": _THOUSAND,
            "tsd": _THOUSAND,
            "tausend": _THOUSAND,
            "millionen": _MILLION,
            "mrd": _BILLION,
            "milliarde": _BILLION,
            "milliarden": _BILLION,
        },
    }
)
"""What a word after a number stands for, by language."""

_SEPARATORS: Mapping[str, tuple[str, str]] = MappingProxyType({"en": (",", "."), "de": (".", ",")})
"""By language: the separator between groups of three digits, and the one before decimals."""


def read_amount(text: str, language: str) -> Decimal | None:
    """Return an amount in whole or hundredth units; None if it can't be read with certainty.

    `language` is the reader's, one of `LANGUAGES`. A number that can only be meant in another
    language's notation, such as "12.000,50", is read in that one. A negative amount is returned as
    such.
    """
    plain = _INVISIBLE.sub("", text.translate(_NARROW)).strip(_AROUND)
    if _OF_INDIA.search(plain):
        plain = _LAKHS.sub(lambda found: found[0].replace(",", ""), plain)
    plain, in_thousands = _THOUSAND_EUROS.subn(_UNIT, plain)
    factors = " k" * in_thousands + "".join(_FACTORS[each] for each in _GLUED.findall(plain))
    plain = _only_number(_CURRENCY.sub(_UNIT, _GLUED.sub("", plain))) + factors
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    if in_thousands and language != "de" and _MAY_BE_GERMAN.search(found["number"]):
        return None
    times = _WORDS[language].get(found["word"].lower()) if found["word"] else Decimal(1)
    number = _read_number(found["number"].replace("−", "-"), language, has_word=times != 1)
    if number is None or times is None or (times == 1 and _decimals(number) > 2):
        return None
    amount = number * times
    return amount if _decimals(amount.normalize()) <= 2 else None


def _only_number(plain: str) -> str:
    """Return what is left without currencies before and behind, and without other additions."""
    plain = _SPACES.sub(" ", plain).strip(f" {_UNIT}")
    for addition in (_WITHOUT_TAX, _ROUGHLY):
        plain = addition.sub("", plain).strip(f" {_UNIT}")
    if no_cents := _NO_CENTS.search(plain):
        plain, mark = plain[: no_cents.start()], no_cents["mark"] or ""
        if mark and mark not in plain and ("." in plain or "," in plain):
            plain += f"{mark}00"  # says which of the two separators begins the decimals
    if spaced := _SPACED.match(plain):
        plain = re.sub(r"[ '‘’ʼ´`′]", "", spaced[0]) + plain[spaced.end() :]
    return plain


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _read_number(digits: str, language: str, *, has_word: bool) -> Decimal | None:
    number = _strictly(digits, *_SEPARATORS[language])
    if number is not None:
        return number
    others = [pair for pair in _SEPARATORS.values() if pair != _SEPARATORS[language]]
    read = (
        _strictly(digits, *pair) for pair in others if _is_clear(digits, *pair, has_word=has_word)
    )
    return next((number for number in read if number is not None), None)


def _is_clear(digits: str, group: str, decimal: str, *, has_word: bool) -> bool:
    """Tell whether a number can only be meant with these separators.

    "1.5 Mio" can't be anything but one and a half. A bare "12.00" may be a mistyped "12.000".
    """
    if digits.count(group) > 1 or (group in digits and decimal in digits):
        return True
    whole, _, decimals = digits.partition(decimal)
    return len(whole.lstrip("+-")) > LONGEST_GROUP or (
        has_word and 0 < len(decimals) < LONGEST_GROUP
    )


def _strictly(digits: str, group: str, decimal: str) -> Decimal | None:
    """Read a number whose groups have three digits each; return None if they don't."""
    whole = rf"[0-9]+|[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+"
    if not re.fullmatch(rf"[+-]?(?:{whole})(?:{re.escape(decimal)}[0-9]+)?", digits):
        return None
    return Decimal(digits.replace(group, "").replace(decimal, "."))
