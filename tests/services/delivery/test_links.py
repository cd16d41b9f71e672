"""Where a card stands is kept as a permalink, and shown where its verdict is still read."""

from dataclasses import replace

from bot.domain.prospects import Prospect
from bot.domain.screening import OpenView, Qualification
from bot.services.ports import Caller
from tests.office import NO_OFFER
from tests.services.agency import OWNER, A, Agency
from tests.services.delivery.posting import Post, decided

LINK = "https://nordlicht.example/archives/C0VERDICTS/p10"


async def card_of(agency: Agency, prospect: Prospect) -> Qualification:
    async with agency.units.reading(A) as work:
        card = await work.qualifications.get(prospect.qualification_id)
    assert card is not None
    return card


async def test_the_permalink_of_a_card_is_kept_with_it(agency: Agency, post: Post) -> None:
    prospect = await decided(agency)
    post.messenger.links = [LINK]

    await post.deliver()

    assert (await card_of(agency, prospect)).card_link == LINK


async def test_a_permalink_that_slack_did_not_tell_is_asked_for_when_the_card_is_rewritten(
    agency: Agency, post: Post
) -> None:
    prospect = await decided(agency)
    post.messenger.links = [None, LINK]

    await post.deliver()

    assert post.messenger.kinds.count("card_rewrite") == 1
    card = await card_of(agency, prospect)
    assert (card.card_link, card.card_ts) == (LINK, "1.0")


async def test_a_list_links_the_card_of_each_prospect(agency: Agency, post: Post) -> None:
    linked = await agency.screen(OWNER, NO_OFFER, "Linked")
    post.messenger.links = [LINK]
    await post.deliver()
    await agency.screen(OWNER, NO_OFFER, "Not posted yet")

    listing = await agency.decisions.list_mine(Caller(A, OWNER))

    assert listing.links == {linked.id: LINK}
    assert len(listing.prospects) == 2


async def test_without_a_permalink_everything_is_sent_all_the_same(
    agency: Agency, post: Post
) -> None:
    prospect = await decided(agency)

    await post.deliver()

    assert {state for _, state, _ in await post.states()} == {"sent"}
    assert (await card_of(agency, prospect)).card_link is None
    assert post.messenger.shown == []


async def test_where_the_verdict_is_read_it_is_drawn_anew_with_the_permalink(
    agency: Agency, post: Post
) -> None:
    post.messenger.links = [LINK, LINK]
    view = OpenView("V1", "whole.2")

    begun = await agency.begin(OWNER, "Read", A)
    await agency.finish(OWNER, replace(begun, ref=replace(begun.ref, shown_in=view)), **NO_OFFER)
    await agency.screen(OWNER, NO_OFFER, "Not shown anywhere")
    await post.deliver()

    ((shown_in, overview, reader),) = post.messenger.shown
    assert (shown_in, overview.qualification.card_link) == (view, LINK)
    assert (overview.qualification.facts.name, reader.caller.member_id) == ("Read", OWNER)
