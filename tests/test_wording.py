"""That each rule about the texts is held, and that what breaks it is named."""

import pytest

from wording import Text, main, problems, unused


def found(english: str, german: str) -> list[str]:
    return [*problems(Text("here", (english,), (german,)))]


def test_every_text_keeps_the_rules() -> None:
    assert main() == 0


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Decide by {date}.", "Entscheiden bis {date}."),
        ("e.g. revenue. Without it, no.", "Etwa Umsatz. Ohne ihn nicht."),
        ("Wait… then look.", "Warte... und schau."),
        ("Saved: find it with {command}.", "Gespeichert: Du findest es mit {command}."),
    ],
)
def test_what_reads_well_is_left_alone(english: str, german: str) -> None:
    assert found(english, german) == []


@pytest.mark.parametrize(
    ("english", "german", "trouble"),
    [
        ("decide now.", "Entscheide jetzt.", "begins in lower case"),
        ("Decide. now.", "Entscheide jetzt.", "goes on in lower case"),
        ("{name} is open.", "Offen ist er.", "other places"),
        ("Open now.", "Das ist jetzt gerade ganz offen.", "times as long"),
        ("No nudges.", "Keine Erinnerungen.", "reminder"),
        ("Managers hear of it.", "Manager erfahren es.", "is told"),
        ("An override of {name}.", "Ausnahme für {name}.", "override for"),
        ("Type `/qualify list`.", "Tipp `/qualify list`.", "the command in German"),
        ("Up to 20 h.", "Bis 20 Std..", "doubled point"),
        ("Stop if: Acme: no.", "Halt bei Acme.", "two colons"),
        ("Nothing was saved.", "Nichts wurde gespeichert.", "Es wurde nichts"),
        ("Look at the card here. Look at the card here.", "Schau hin.", "twice"),
    ],
)
def test_what_a_reader_would_change_is_named(english: str, german: str, trouble: str) -> None:
    assert any(trouble in each for each in found(english, german))


def test_an_exception_that_no_text_needs_is_named() -> None:
    left_over = [*unused([])]

    assert any("walk away" in each for each in left_over)
    assert any("isn't long in German" in each for each in left_over)
