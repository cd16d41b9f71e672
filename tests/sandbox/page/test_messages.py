"""Messages as Slack shows them: authors, markup, threads, and what hangs on a message."""

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.gallery import CARD
from tests.sandbox.page.scripted import SALES, ScriptedSandbox, message

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TS = "1796117400.000100"
LEAVING = 'target="_blank" rel="noopener noreferrer"'


async def test_a_message_shows_its_author_time_and_that_it_was_edited(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.say(message(TS, text="Pursue", edited=True))

    shown = page.get_by_test_id("message")
    await expect(shown).to_have_attribute("data-ts", TS)
    for part in ("Walkaway", "APP", "10:30", "Pursue", "(bearbeitet)"):
        await expect(shown).to_contain_text(part)


async def test_an_ephemeral_message_is_only_visible_to_you(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.say(message(TS, text="Help", ephemeral=True))

    await expect(page.get_by_test_id("message")).to_contain_text("Nur für dich sichtbar")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _thin_", "<strong>bold</strong> <em>thin</em>"),
        ("~gone~ `code`", "<s>gone</s> <code>code</code>"),
        ("*one _two_*", "<strong>one <em>two</em></strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("*not\nbold*", "*not\nbold*"),
        ("> quoted\nplain", "<blockquote>quoted</blockquote>plain"),
        ("```a < *b*```", '<pre class="code-block">a &lt; *b*</pre>'),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("<!here>", '<span class="pill pill-loud">@here</span>'),
        ("<@U0EMMA>", '<span class="pill">@Emma Clarke</span>'),
        ("<#C0VERDICTS>", '<span class="pill">#verdicts</span>'),
        (":tada: :nonsense:", "🎉 :nonsense:"),
        (
            "<https://x.example/?a=1&amp;b=2|there>",
            '<a href="https://x.example/?a=1&amp;b=2" ' + LEAVING + ">there</a>",
        ),
        (
            "see https://x.example/a.",
            'see <a href="https://x.example/a" ' + LEAVING + ">https://x.example/a</a>.",
        ),
        (
            "<!date^1796117400^{date_long}|then>",
            '<time title="then">Dienstag, 1. Dezember 2026</time>',
        ),
    ],
)
async def test_mrkdwn_becomes_what_slack_makes_of_it(
    page: Page, sandbox: ScriptedSandbox, text: str, html: str
) -> None:
    await sandbox.say(message(TS, text=text))

    await expect(page.get_by_test_id("message")).to_be_visible()
    assert await page.locator("[data-testid=message] .text").inner_html() == html


async def test_replies_are_in_the_thread_and_only_there(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.say(
        message(TS, text="Card", reply_count=1),
        message("1796117401.000100", text="Walked away", thread_ts=TS),
    )
    await expect(page.get_by_test_id("messages").get_by_test_id("message")).to_have_count(1)

    await page.get_by_role("button", name="1 Antwort").click()
    await expect(page.get_by_test_id("thread")).to_contain_text("Walked away")
    await page.get_by_test_id("thread-composer").fill("Well done")
    await page.get_by_test_id("thread-composer").press("Enter")

    said = await sandbox.posted("say")
    assert said == {"member": "U0JONAS", "channel": SALES, "text": "Well done", "thread_ts": TS}


async def test_a_button_asks_before_it_acts(page: Page, sandbox: ScriptedSandbox) -> None:
    await sandbox.say(message(TS, blocks=CARD))

    await page.locator("[data-action-id=walk_away]").click()
    await page.get_by_test_id("confirm-no").click()
    await page.locator("[data-action-id=walk_away]").click()
    await expect(page.get_by_role("alertdialog", name="Walk away from Acme GmbH?")).to_be_visible()
    await page.get_by_test_id("confirm-yes").click()

    act = await sandbox.posted("act")
    assert act["source"] == {"kind": "message", "channel": SALES, "ts": TS}
    assert (act["block_id"], act["action_id"]) == ("actions", "walk_away")
    assert act["element"]["value"] == "7.1"
    assert len(sandbox.all_posted("act")) == 1


async def test_an_overflow_menu_sends_its_option(page: Page, sandbox: ScriptedSandbox) -> None:
    await sandbox.say(message(TS, blocks=CARD))

    await page.locator("[data-action-id=more]").click()
    await page.get_by_role("menuitem", name="Lost").click()

    assert (await sandbox.posted("act"))["element"]["selected_option"]["value"] == "lost.7.1"


async def test_folded_answers_stay_as_the_person_left_them(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.say(message(TS, blocks=CARD))
    answers = page.get_by_text("What do they sell?")
    await expect(answers).to_be_hidden()

    await page.get_by_role("button", name="The answers").click()
    await sandbox.say(message(TS, blocks=CARD, edited=True))

    await expect(page.get_by_text("(bearbeitet)")).to_be_visible()
    await expect(answers).to_be_visible()


async def test_a_message_shortcut_is_in_the_menu_of_the_message(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.say(message(TS, user="U0EMMA", is_app=False, text="Acme GmbH asks"))

    await page.get_by_test_id("message").hover()
    await page.get_by_role("button", name="Weitere Aktionen").click()
    await page.get_by_role("menuitem", name="Screen this").click()

    assert await sandbox.posted("shortcut") == {
        "member": "U0JONAS",
        "callback_id": "qualify_this",
        "channel": SALES,
        "ts": TS,
    }
