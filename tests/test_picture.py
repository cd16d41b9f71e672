"""That the picture of the architecture shows what the import contracts say, today as well."""

from pathlib import Path

import pytest

import picture
from contracts import Contract, Layer, read

HOUSE = Contract(
    "The house", ("house",), (Layer(("__main__",)), Layer(("roof", "shed")), Layer(("floor",)))
)
ROOF = Contract("The roof", ("house.roof",), (Layer(("tiles", "moss"), True), Layer(("beams",))))
TILES = Contract("The tiles", ("house.roof.tiles",), (Layer(("glaze",)), Layer(("clay", "sand"))))
LADDERS = Contract("No ladders")


def test_the_document_shows_the_contracts_of_today() -> None:
    document = picture.DOCUMENT.read_text(encoding="utf-8")

    drawn = picture.picture(picture.stated())

    assert picture.replaced(document, drawn) == document, "`make picture` draws it anew"


def test_layers_are_rows_and_layers_inside_a_box_are_lines() -> None:
    assert picture.picture([HOUSE, ROOF, LADDERS]).splitlines() == [
        "In `house`:",
        "",
        "```mermaid",
        '%%{init: {"flowchart": {"wrappingWidth": 600, "nodeSpacing": 25, "rankSpacing": 25}}}%%',
        "flowchart TB",
        '    house___main__["<b>#95;#95;main#95;#95;</b>"]',
        '    subgraph house_row2[" "]',
        "        direction TB",
        '        house_roof["<b>roof</b><br/>tiles ↔ moss<br/>beams"]',
        '        house_shed["<b>shed</b>"]',
        "    end",
        '    house_floor["<b>floor</b>"]',
        "    house___main__ --> house_row2 --> house_floor",
        "```",
        "",
        "`make check` also holds:",
        "",
        "- No ladders.",
    ]


def test_layers_further_inside_stand_in_parentheses() -> None:
    drawn = picture.picture([HOUSE, ROOF, TILES])

    assert '["<b>roof</b><br/>tiles (glaze > clay · sand) ↔ moss<br/>beams"]' in drawn
    assert drawn.endswith("```")


def test_boxes_that_may_import_each_other_say_so() -> None:
    assert 'subgraph house_roof_row1["these may import each other"]' in picture.picture([ROOF])


def test_each_package_that_no_other_holds_has_a_diagram() -> None:
    garden = Contract("The garden", ("garden",), (Layer(("tree",)), Layer(("root",))))

    lines = picture.picture([HOUSE, garden, ROOF]).splitlines()

    assert [line for line in lines if line.startswith("In ")] == ["In `house`:", "In `garden`:"]


def test_contracts_are_read_as_import_linter_writes_them() -> None:
    layered = {
        "name": "Downwards",
        "type": "layers",
        "containers": ["house", "shed"],
        "layers": ["roof", "kitchen | (hall)", "pipes : wires"],
        "exhaustive": True,
    }
    project = {"tool": {"importlinter": {"contracts": [layered, {"name": "No", "type": "other"}]}}}

    assert read(project) == [
        Contract(
            "Downwards",
            ("house", "shed"),
            (Layer(("roof",)), Layer(("kitchen", "hall")), Layer(("pipes", "wires"), True)),
            is_exhaustive=True,
        ),
        Contract("No"),
    ]


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    document = "Before.\n\n<!-- picture -->\nold\n<!-- end of picture -->\n\nAfter.\n"

    once = picture.replaced(document, r"new \1")

    assert once == "Before.\n\n<!-- picture -->\n\nnew \\1\n\n<!-- end of picture -->\n\nAfter.\n"
    assert picture.replaced(once, r"new \1") == once


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        picture.replaced("No picture here.", "new")


def test_the_command_draws_into_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "architecture.md"
    document.write_text("<!-- picture -->\n<!-- end of picture -->\n", encoding="utf-8")
    monkeypatch.setattr(picture, "DOCUMENT", document)

    picture.main()

    assert "flowchart TB" in document.read_text(encoding="utf-8")
