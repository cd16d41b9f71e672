"""A channel takes no messages: managers are told once a turn, mend it, and have all sent again."""

from collections import Counter

import pytest

from bot.domain.delivery import FINAL, Dead, Sent
from bot.domain.errors import NotAllowed, NotFullMember
from bot.domain.people import MemberId
from bot.services.delivery.looking import UNSEEN
from bot.services.ports import Caller
from bot.slack.client.meanings import MEANINGS
from bot.slack.managers import private
from bot.slack.texts import Texts
from bot.storage.delivery.outbox import OutboxRepository
from tests.office import NO_OFFER
from tests.services.agency import GONE, GUEST, MANAGER, OTHER, OWNER, SECOND_MANAGER, A
from tests.services.delivery.posting import CHANNEL, Answer, Post

ARCHIVED = Dead("is_archived")
TAKEN = Sent(CHANNEL, "1.0")
BY_MANAGER = Caller(A, MANAGER)


@pytest.mark.both_databases
async def test_a_crash_while_a_death_is_noted_does_not_lose_the_telling(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        await post.agency.screen(OWNER, NO_OFFER)
        post.messenger.answers["card"] = [ARCHIVED, ARCHIVED]
        broken.setattr(OutboxRepository, "put", crash)
        await post.delivery.deliver_due()
        await post.delivery.drain()
    assert await post.states() == [("card", "claimed", None)]

    await post.make_due()
    await post.deliver()

    assert (await post.states())[0] == ("card", "dead", "is_archived")
    assert await told(post) == Counter({MANAGER: 1, SECOND_MANAGER: 1})


@pytest.mark.parametrize(
    ("ends", "times"),
    [
        ([ARCHIVED, ARCHIVED, ARCHIVED], 1),
        ([ARCHIVED, Dead("not_in_channel"), ARCHIVED], 2),
        ([ARCHIVED, TAKEN, ARCHIVED], 2),
        ([ARCHIVED, TAKEN, TAKEN, ARCHIVED, ARCHIVED], 2),
        ([TAKEN, TAKEN], 0),
    ],
)
async def test_trouble_is_told_once_until_a_message_gets_through(
    post: Post, ends: list[Answer], times: int
) -> None:
    post.messenger.answers["card"] = list(ends)

    for number in range(len(ends)):
        await post.agency.screen(OWNER, NO_OFFER, f"No. {number}")
        await post.deliver()

    assert (await told(post))[MANAGER] == times


@pytest.mark.both_databases
async def test_what_died_is_sent_again_when_a_manager_asks_for_it(post: Post) -> None:
    await died(post, 2)

    assert await post.agency.resend.send_again(BY_MANAGER, CHANNEL) == 2
    await post.deliver()

    cards = [row for row in await post.agency.messages() if row.kind == "card"]
    assert {row.state for row in cards} == {"sent"}
    assert await post.agency.resend.send_again(BY_MANAGER, CHANNEL) == 0


async def test_what_dies_once_more_is_told_once_more(post: Post) -> None:
    await died(post, 1)
    assert (await told(post))[MANAGER] == 1
    post.messenger.answers["card"] = [ARCHIVED]

    await post.agency.resend.send_again(BY_MANAGER, CHANNEL)
    await post.deliver()

    assert (await told(post))[MANAGER] == 2


async def test_what_died_there_is_sent_again_whatever_the_cause(post: Post) -> None:
    ends = ["msg_too_long", "ekm_access_denied", "moon_phase", "KeyError", UNSEEN]
    post.messenger.answers["card"] = [Dead(cause) for cause in ends]
    for cause in ends:
        await post.agency.screen(OWNER, NO_OFFER, cause)
    await post.deliver()

    assert await post.agency.resend.send_again(BY_MANAGER, "C0OTHER") == 0
    assert await post.agency.resend.send_again(BY_MANAGER, CHANNEL) == len(ends)


@pytest.mark.parametrize("cause", sorted(FINAL))
async def test_what_nobody_misses_is_not_sent_again(post: Post, cause: str) -> None:
    post.messenger.answers["card"] = [Dead(cause)]
    await post.agency.screen(OWNER, NO_OFFER)
    await post.deliver()

    assert await post.agency.resend.send_again(BY_MANAGER, CHANNEL) == 0


async def test_what_a_member_did_not_get_is_sent_again_too(post: Post) -> None:
    post.messenger.answers["owner_chosen"] = [Dead("messages_tab_disabled")]
    await post.agency.screen(MANAGER, NO_OFFER, owner=OTHER)
    await post.deliver()
    assert ("owner_chosen", "dead", "messages_tab_disabled") in await post.states()

    assert await post.agency.resend.send_again(BY_MANAGER, OTHER) == 1
    await post.deliver()

    assert ("owner_chosen", "sent", None) in await post.states()


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(OWNER, NotAllowed), (OTHER, NotAllowed), (GUEST, NotFullMember), (GONE, NotFullMember)],
)
async def test_nobody_but_a_manager_has_anything_sent_again(
    post: Post, who: MemberId, refusal: type[Exception]
) -> None:
    await died(post, 1)

    with pytest.raises(refusal):
        await post.agency.resend.send_again(Caller(A, who), CHANNEL)

    assert (await post.states())[0] == ("card", "dead", "is_archived")


@pytest.mark.parametrize("cause", [*sorted(MEANINGS), UNSEEN, "moon_phase", "KeyError"])
@pytest.mark.parametrize("recipient", [CHANNEL, OWNER])
def test_every_cause_has_the_button(cause: str, recipient: str) -> None:
    message = private.undeliverable(recipient, cause, Texts("en"))

    [row] = [block for block in message.blocks if block["type"] == "actions"]
    assert [(each["action_id"], each["value"]) for each in row["elements"]] == [
        ("send_again", recipient)
    ]


async def died(post: Post, cards: int) -> None:
    """Let so many cards die of an archived channel."""
    post.messenger.answers["card"] = [ARCHIVED] * cards
    for number in range(cards):
        await post.agency.screen(OWNER, NO_OFFER, f"No. {number}")
    await post.deliver()


async def told(post: Post) -> Counter[str]:
    """Count who was told how often."""
    rows = await post.agency.messages()
    return Counter(row.recipient for row in rows if row.kind == "undeliverable")
