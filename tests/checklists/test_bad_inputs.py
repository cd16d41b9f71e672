"""Whatever a file holds, it is refused with a sentence, a line and a place, or taken as meant."""

from datetime import date

import pytest

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.domain.errors import ChecklistRejected
from tests.checklists.bad_inputs import BAD, FIT, Bad

TUESDAY = date(2026, 12, 1)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name[:30])
def test_it_is_refused_with_a_sentence_a_line_and_a_place(bad: Bad) -> None:
    with pytest.raises(ChecklistRejected) as rejected:
        checklists.proved(checklists.loads(bad.content), on=TUESDAY)

    first = rejected.value.problems[0]
    assert (first.line, first.path, str(first.what)) == (bad.line, bad.path, bad.said)


@pytest.mark.parametrize(
    "content",
    [
        FIT.encode("utf-8-sig"),
        FIT.replace("\n", "\r\n").encode(),
        FIT.replace("\n", "\r").encode(),
        f"---\n{FIT}...\n".encode(),
        FIT.replace("title: {en: Fit, de", "title: &title {en: Fit, de").encode(),
    ],
)
def test_how_a_file_was_saved_makes_no_other_checklist_of_it(content: bytes) -> None:
    assert checklists.loads(content).checklist.version == checklists.loads(FIT).checklist.version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max: 10000000", "max: 10000000.5"),
        ("at_least: 50000", "at_least: 12345678901"),
        ("at_least: 50000", "at_least: 0.125"),
        ("en: Fit, de: Passung", 'en: "010", de: "08"'),
        ("en: Fit, de: Passung", 'en: "1e3", de: "1_000"'),
        ("en: Fit, de: Passung", "en: Yes, de: Null"),
        ("unit: EUR", 'unit: "1:30"'),
        ("unit: EUR", 'unit: "~"'),
        ("unit: EUR", 'unit: "\\ud83d\\ude00"'),
    ],
)
def test_what_is_sent_as_a_file_can_be_uploaded_again(old: str, new: str) -> None:
    assert FIT.count(old) == 1
    checklist = checklists.loads(FIT.replace(old, new)).checklist

    assert checklists.loads(as_yaml(checklist)).checklist.version == checklist.version
    assert checklists.restore(checklist.content) == checklist


def test_what_was_taken_before_numbers_were_read_strictly_stays_as_it_is() -> None:
    stored = checklists.loads(FIT.replace("at_least: 50000", "at_least: 0.125")).checklist
    older = stored.content.replace('"0.125"', '"1.000"').replace('"en":"Fit"', '"en":"1.5"')

    assert checklists.restore(older).scores[0].title["en"] == "1.5"
    invisible = older.replace('"en":"1.5"', '"en":"\u200b"')
    assert checklists.restore(invisible).scores[0].title["en"] == "\u200b"


@pytest.mark.parametrize("bands", [2, 1500])
def test_bands_without_end_are_named_once_each(bands: int) -> None:
    rules = "".join(
        f"  - {{id: r{n}, when: {{score: fit, at_most: {n}}}, verdict: pursue, "
        "sentence: {en: a, de: b}}\n"
        for n in range(bands)
    )

    loaded = checklists.loads(FIT.replace("  - id: weak\n", f"{rules}  - id: weak\n"))

    assert len([each for each in loaded.warnings if "bands" in str(each.what)]) == bands
