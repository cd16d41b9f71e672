"""Which names may be the same: what two spellings of one name have in common."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.names import KEY_VERSION, clean_name, name_key, name_words
from bot.domain.names.legal_forms import legal_forms

CASES = Path(__file__).parents[2] / "cases"
TABLES = Path(name_key.__code__.co_filename).parent

FORMS = [
    "GmbH",
    "G.m.b.H.",
    "GmbH & Co. KG",
    "UG (haftungsbeschränkt)",
    "e. K.",
    "S.à r.l.",
    "Sp. z o.o.",
    "A/S",
    "Limited",
    "Pty Ltd",
    "株式会社",
    "ООО",
]
PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(FORMS),
    st.sampled_from(["&", "+", "und", "u.", "-", ".", " ", "(", ")", "🚀", "★", "(주)", "주"]),
    st.sampled_from(["www.", ".de", "https://", "acme", "ae", "aee", "ß", "株式", "会社"]),
)
NAMES = st.lists(PIECES, max_size=7).map("".join)


def rows(kind: str) -> Iterator[tuple[str, str]]:
    for table in ("same-names.tsv", "more-same-names.tsv"):
        for line in (CASES / table).read_text("utf-8").splitlines():
            if not line.startswith("#"):
                its_kind, *names = line.split("\t")
                if its_kind == kind:
                    before, typed = names
                    yield before, typed


def spellings() -> Iterator[str]:
    for table in ("iso-20275.tsv", "other-forms.tsv"):
        for line in (TABLES / table).read_text("utf-8").splitlines():
            if line and not line.startswith(("#", "glued")):
                yield from line.split("\t")[1:]


def forms_of_letterheads() -> Iterator[str]:
    for line in (CASES / "legal-forms.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split("\t")[1:]


@pytest.mark.parametrize(("before", "typed"), [*rows("same")])
def test_two_spellings_of_one_name_have_one_key(before: str, typed: str) -> None:
    assert name_key(before) == name_key(typed)


@pytest.mark.parametrize(("before", "typed"), [*rows("other")])
def test_two_names_are_told_apart(before: str, typed: str) -> None:
    assert name_key(before) != name_key(typed)


@pytest.mark.parametrize(
    "around", ["Zyxwvu {}", "{} Zyxwvu", "Zyxwvu, {}.", "Zyxwvu {} GmbH & Co. KG", "{} Zyxwvu {}"]
)
def test_every_form_of_the_tables_is_taken_off(around: str) -> None:
    names = [around.replace("{}", each) for each in spellings()]

    wrong = {name for name in names if name_key(name) != "zyxwvu"}

    assert len(names) > 2000
    assert wrong == set()


@pytest.mark.parametrize("around", ["Falkenberg {}", "Falkenberg, {}", "Ακμή {}", "Ромашка {}"])
def test_a_form_is_taken_off_as_letterheads_have_it(around: str) -> None:
    names = [around.replace("{}", each) for each in forms_of_letterheads()]

    name = name_key(around.replace("{}", ""))

    assert len(names) > 1000
    assert {each for each in names if name_key(each) != name} == set()


@pytest.mark.parametrize(
    "typed",
    [
        "Ac\u200bme",
        "Ac\u00adme",
        "Ac\u200dme",
        "\ufeffAcme",
        "\u202eAcme\u202c",
        "\u2067Acme GmbH\u2069",
        "Acme\u00a0GmbH",
        "Acme\tGmbH",
        "  Acme   GmbH ",
        "\U0001f469\u200d\U0001f4bb Acme",
    ],
)
def test_what_nobody_sees_does_not_count(typed: str) -> None:
    assert name_key(typed) == "acme"


def test_case_points_and_spaces_of_a_form_do_not_count() -> None:
    shapes = [
        shape
        for each in spellings()
        for shape in (each.upper(), each.lower(), each.replace(".", " "), each.replace(". ", "."))
    ]

    assert {shape for shape in shapes if name_key(f"Zyxwvu {shape}") != "zyxwvu"} == set()


@pytest.mark.parametrize("form", FORMS)
def test_a_form_alone_is_a_name(form: str) -> None:
    assert name_key(form)
    assert name_key(f"{form} & Co. KG") == name_key(form)


@given(NAMES)
@example("\u0301")
@example("u nd & x")
@example("Blau Eis")
@example("株式 会社 株式 会社")
def test_every_name_has_a_key_and_a_key_is_its_own(typed: str) -> None:
    key = name_key(typed)

    assert name_key(key) == key
    assert name_key(clean_name(typed)) == key
    assert bool(key) == bool(clean_name(typed))
    assert bool(name_words(typed)) == bool(key)


@given(st.from_regex(r"[a-zäöüß0-9]{3,}( [a-zäöüß0-9]{3,}){0,2}", fullmatch=True), st.data())
def test_a_legal_form_more_changes_nothing(name: str, data: st.DataObject) -> None:
    assume(not legal_forms().names(name))
    form = data.draw(st.sampled_from(FORMS))
    joint = data.draw(st.sampled_from([" ", "  ", " - ", "-", ", ", " ("]))

    assert name_key(f"{name}{joint}{form}") == name_key(name)


@given(NAMES, st.sampled_from(["!", "?", " ", "-", "…", "™", "'"]))
def test_signs_around_a_name_with_letters_change_nothing(name: str, sign: str) -> None:
    assume(name_key(name).isalnum() and not legal_forms().names(name_key(name)))

    assert name_key(f"{sign} {name} {sign}") == name_key(name)


def test_words_are_sorted_and_without_legal_forms() -> None:
    assert name_words("Tools & Söhne Acme GmbH") == "& acme sohne tools"


def test_stored_keys_are_written_anew_when_keys_change() -> None:
    """A change of the tables changes keys: raise KEY_VERSION, and put the new digest here."""
    tables = ("iso-20275.tsv", "other-forms.tsv", "domains.tsv")
    held = b"".join((TABLES / table).read_bytes() for table in tables)

    assert (KEY_VERSION, hashlib.sha256(held).hexdigest()[:12]) == (6, "5445a0c70c71")


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param("Ac\u034fme", id="grapheme joiner"),
        pytest.param("Ac\u3164me", id="hangul filler"),
        pytest.param("Ac\uffa0me", id="halfwidth hangul filler"),
        pytest.param("\u115fAcme", id="choseong filler"),
        pytest.param("Acme\u2800", id="braille without a dot"),
        pytest.param("Ac\u17b5me", id="khmer vowel"),
        pytest.param("Ac\u180bme", id="mongolian selector"),
        pytest.param("Acme\U000e0101", id="selector of a variant"),
        pytest.param("A\u0336c\u0336m\u0336e\u0336", id="struck through"),
    ],
)
def test_what_nobody_sees_makes_no_other_name(hidden: str) -> None:
    assert name_key(hidden) == name_key("Acme")
    assert name_words(hidden) in {"acme", "ac me"}
