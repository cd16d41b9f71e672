import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.app.commands import name_in


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme GmbH", "Acme GmbH"),
        ("\n   \n  Acme GmbH  \nwants a website", "Acme GmbH"),
        ("*Acme GmbH*", "Acme GmbH"),
        ("*_Acme_ GmbH* ~gone~ `code`", "Acme GmbH gone code"),
        ("```Acme GmbH```", "Acme GmbH"),
        ("```\nAcme GmbH\n```", "Acme GmbH"),
        ("&gt; Acme GmbH", "Acme GmbH"),
        ("• Acme GmbH", "Acme GmbH"),
        ("Müller &amp; Söhne", "Müller & Söhne"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
        ("<http://acme.example|Acme GmbH>", "Acme GmbH"),
        ("<http://acme.example|acme.example> asked", "acme.example asked"),
        ("<https://acme.example/a>", "https://acme.example/a"),
        ("<mailto:eva@acme.example|eva@acme.example>", "eva@acme.example"),
        ("<!date^1798761600^{date}|1 January 2027> Acme", "1 January 2027 Acme"),
        ("<@U0JONAS> Acme GmbH <!channel> <!subteam^S1|@sales> <#C1|sales>", "Acme GmbH"),
        ("<@U0JONAS>\nAcme GmbH", "Acme GmbH"),
        (":rocket: Acme :wave::skin-tone-3: GmbH", "Acme GmbH"),
        ("Call at 10:30:15", "Call at 10:30:15"),
        ("snake_case_name", "snake_case_name"),
        ("3 * 4 * 5", "3 * 4 * 5"),
        ("\u202eAcme\u202c", "Acme"),
        ("x" * 200, "x" * 80),
        ("&amp;" * 200, "&" * 80),
        ("<@U0JONAS>", ""),
        ("", ""),
    ],
)
def test_a_name_is_the_first_line_as_a_reader_sees_it(text: str, name: str) -> None:
    assert name_in(text) == name


_MARKUP = st.sampled_from(
    ["<", ">", "|", "@", "#", "!", "&lt;", "&gt;", "&amp;", "*", "_", "~", "`", "```", ":", "^"]
)
_TEXTS = st.lists(_MARKUP | st.text(max_size=6) | st.just("\n")).map("".join)


@given(_TEXTS)
@example("*" * 40_000)
@example("<" * 40_000)
@example(":a" * 20_000)
@example("* *\n" * 10_000)
def test_any_message_gives_one_visible_line_of_at_most_80_characters(text: str) -> None:
    name = name_in(text)

    assert len(name) <= 80
    assert name == name.strip()
    assert len(name.splitlines()) <= 1


@given(st.from_regex(r"[A-Za-z0-9ÄÖÜäöüß. -]{1,80}", fullmatch=True).filter(str.strip))
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert name_in(name) == " ".join(name.split())


@given(st.text(max_size=60))
def test_no_member_or_channel_is_called_by_a_name(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert "U0JONAS" not in name_in(f"<@U0JONAS>{escaped}<!here>".replace("\n", " "))
