import ast
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.workspace import language_of
from bot.slack.texts import Texts, marked_in

BOT = Path(str(files("bot")))
LOCALES = BOT / "locales"
TEMPLATE = LOCALES / "walkaway.pot"
KEYWORDS = {
    "texts": None,
    "sentence": None,
    "marked": None,
    "marked_in": ((1, "c"), 2),
    "plural": (1, 2),
}
ALWAYS = datetime(2026, 11, 28, tzinfo=UTC)
"""The day in each header: about a true one, any two branches with new sentences would conflict."""
HEADER = "# Texts of Walkaway. New sentences: pytest tests/slack/test_texts.py --update-catalogues"


@cache
def extracted() -> Catalog:
    """Every sentence in the code, read once: nobody changes what they are given."""
    catalog = Catalog(header_comment=HEADER, project="Walkaway", version="1", fuzzy=False)
    catalog.creation_date = ALWAYS
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = "Walkaway"
    found = extract_from_dir(BOT, method_map=[("**.py", "python")], keywords=KEYWORDS)
    for path, _, sentence, comments, context in found:
        catalog.add(sentence, None, [(f"bot/{path}", 0)], (), comments, context=context)
    return catalog


def catalogue_path(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "walkaway.po"


def read(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language)


def write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, catalog, width=100, sort_output=True, include_lineno=False)


def update(language: str, template: Catalog) -> None:
    """Merge new sentences; the English catalogue says what the code says."""
    path = catalogue_path(language)
    catalog = read(path, language) if path.exists() else Catalog(locale=language)
    catalog.update(deepcopy(template), no_fuzzy_matching=True, update_header_comment=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.creation_date = template.creation_date
    catalog.project, catalog.version = template.project, template.version
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = "Walkaway"
    for message in sentences(catalog):
        if language == "en":
            message.string = message.id
    write(path, catalog)


def sentences(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def key(message: Message) -> tuple[str, ...]:
    """What a translation is found by: the sentence, and where it reads otherwise than elsewhere."""
    return (message.context or "", *forms(message.id))


def forms(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.fixture(scope="module", autouse=True)
def catalogues(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-catalogues"):
        template = extracted()
        write(TEMPLATE, template)
        for language in LANGUAGES:
            update(language, template)


def test_the_template_has_every_sentence_of_the_code_and_no_other() -> None:
    in_code = {key(message) for message in sentences(extracted())}

    assert in_code
    assert {key(message) for message in sentences(read(TEMPLATE))} == in_code


def test_no_sentence_stands_inside_another_string() -> None:
    """There the template misses it, and whoever reads German gets English."""
    hidden = [
        f"{path.relative_to(BOT)}:{call.lineno}"
        for path in sorted(BOT.rglob("*.py"))
        for whole in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(whole, ast.JoinedStr)
        for call in ast.walk(whole)
        if isinstance(call, ast.Call) and called(call) in KEYWORDS and has_sentence(call)
    ]

    assert hidden == []


def called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def has_sentence(call: ast.Call) -> bool:
    return any(isinstance(each, ast.Constant) for each in call.args)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_code_is_translated(language: str) -> None:
    catalogue = read(catalogue_path(language), language)
    translated = {key(message) for message in sentences(catalogue) if all(forms(message.string))}

    assert {key(message) for message in sentences(extracted())} - translated == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_fuzzy_or_left_over(language: str) -> None:
    catalogue = read(catalogue_path(language), language)

    assert not [message.id for message in catalogue if message.fuzzy]
    assert not catalogue.obsolete
    in_code = {key(message) for message in sentences(extracted())}
    assert {key(message) for message in sentences(catalogue)} - in_code == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence(language: str) -> None:
    for message in sentences(read(catalogue_path(language), language)):
        in_code, translated = forms(message.id), forms(message.string)

        assert [*map(places, translated)] == [*map(places, in_code)], message.id


def test_english_catalogue_says_what_the_code_says() -> None:
    for message in sentences(read(catalogue_path("en"), "en")):
        assert message.string == message.id


@pytest.mark.parametrize(
    ("locale", "default", "language"),
    [
        ("de-DE", "en", "de"),
        ("de", "en", "de"),
        ("de_AT", "en", "de"),
        ("en-GB", "de", "en"),
        ("EN-us", "de", "en"),
        ("fr-FR", "de", "de"),
        ("fr-FR", "en", "en"),
        ("den-CA", "en", "en"),
        (None, "de", "de"),
        ("", "de", "de"),
        (None, "fr", "en"),
    ],
)
def test_language_is_the_members_if_we_speak_it_else_the_workspaces(
    locale: str | None, default: str, language: str
) -> None:
    assert language_of(locale, default) == language


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        Texts("fr")


@pytest.mark.parametrize(
    ("language", "shown", "with_year"),
    [("en", "Tue 8 Dec", "Tue 8 Dec 2026"), ("de", "Di., 8. Dez.", "Di., 8. Dez. 2026")],
)
def test_a_date_has_its_year_unless_it_is_in_this_one(
    language: str, shown: str, with_year: str
) -> None:
    texts, on, at = Texts(language), date(2026, 12, 8), datetime(2026, 12, 8, 9, tzinfo=UTC)

    assert texts.day(on, date(2026, 1, 1)) == shown
    assert texts.day(on, date(2027, 1, 1)) == with_year
    assert texts.date(on) == with_year
    zone = ZoneInfo("UTC")
    assert texts.moment(at, zone, today=date(2026, 1, 1)).startswith(shown)
    assert texts.moment(at, zone, today=date(2027, 1, 1)).startswith(with_year)
    assert texts.moment(at, zone).startswith(with_year)


@pytest.mark.parametrize(
    ("language", "zone", "moment"),
    [
        ("en", "Europe/Berlin", "Wed 9 Dec 2026 at 00:30 (Berlin time)"),
        ("en", "America/New_York", "Tue 8 Dec 2026 at 18:30 (New York time)"),
        ("de", "Europe/Vienna", "Mi., 9. Dez. 2026, um 00:30 Uhr (Zeitzone Wien)"),
        ("de", "UTC", "Di., 8. Dez. 2026, um 23:30 Uhr (Zeitzone UTC)"),
    ],
)
def test_moments_name_their_zone_to_who_may_be_in_another(
    language: str, zone: str, moment: str
) -> None:
    at = datetime(2026, 12, 8, 23, 30, tzinfo=UTC)

    assert Texts(language).moment(at, ZoneInfo(zone), names_zone=True) == moment


@pytest.mark.parametrize(
    ("language", "moment"),
    [("en", "Wed 9 Dec 2026 at 00:30"), ("de", "Mi., 9. Dez. 2026, um 00:30 Uhr")],
)
def test_moments_in_the_readers_own_zone_do_not_name_it(language: str, moment: str) -> None:
    at = datetime(2026, 12, 8, 23, 30, tzinfo=UTC)

    assert Texts(language).moment(at, ZoneInfo("Europe/Berlin")) == moment


@pytest.mark.parametrize(
    ("language", "value", "money"),
    [
        ("en", "12000", "€12,000"),
        ("en", "12000.50", "€12,000.50"),
        ("de", "12000.00", "12.000\xa0€"),
        ("de", "0.5", "0,50\xa0€"),
    ],
)
def test_money_has_no_decimals_where_there_are_none(language: str, value: str, money: str) -> None:
    assert Texts(language).money(Decimal(value), "EUR") == money


def test_a_sentence_can_read_otherwise_in_a_context() -> None:
    shortcut = marked_in("shortcut", "Screen a prospect")

    assert Texts("de").within(shortcut) == "Interessenten prüfen"
    assert Texts("de")("Screen a prospect") == "Neuen Interessenten prüfen"
    assert Texts("en").within(shortcut) == Texts("en")("Screen a prospect")


@pytest.mark.parametrize(
    ("language", "n", "place"),
    [
        ("en", 1, "1st"),
        ("en", 2, "2nd"),
        ("en", 3, "3rd"),
        ("en", 4, "4th"),
        ("en", 11, "11th"),
        ("en", 12, "12th"),
        ("en", 13, "13th"),
        ("en", 21, "21st"),
        ("de", 3, "3."),
    ],
)
def test_a_place_in_a_row_reads_as_people_write_it(language: str, n: int, place: str) -> None:
    assert Texts(language).nth(n) == place


def test_checklists_text_falls_back_to_english() -> None:
    assert Texts("de").of({"en": "Yes", "de": "Ja"}) == "Ja"
    assert Texts("de").of({"en": "Yes"}) == "Yes"


def test_braces_in_a_value_are_left_alone() -> None:
    assert "{who}" in Texts("en")("Walk away from {name}", name="{who}")
