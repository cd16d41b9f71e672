from bot.slack import kit

SURE = kit.confirmation("Sure?", "Really?", yes="Yes", no="No")


def test_what_asks_once_more_about_a_red_action_is_red_too() -> None:
    red = kit.button("Discard", "discard", style="danger", confirmation=SURE)

    assert red["confirm"]["style"] == "danger"


def test_what_asks_once_more_about_any_other_action_is_not() -> None:
    for style in (None, "primary"):
        assert "style" not in kit.button("Undo", "undo", style=style, confirmation=SURE)["confirm"]
