"""A prospect is forgotten: the messages of ours that name it, found and taken back."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, update

from bot.domain.delivery import MessageKind
from bot.domain.delivery.contents import DigestMessage
from bot.domain.prospects import Prospect
from bot.domain.read_models import Overview
from bot.storage.digests import digest_items, digests
from tests.office import NO_OFFER, PROBLEM
from tests.services.agency import OWNER
from tests.services.data.test_forget import NAME, erased_kinds, forget
from tests.services.delivery.posting import Post

pytestmark = pytest.mark.both_databases

NINE = datetime(2026, 12, 7, 8, tzinfo=UTC)
"""In Berlin: when the digest of the first week comes."""


async def praised(post: Post) -> Prospect:
    """Return a prospect that a digest praises as the fastest no, and lists nowhere."""
    agency = post.agency
    await agency.set(figures_per_person="on")
    await agency.screen(OWNER, PROBLEM, "Undecided")
    prospect = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, NAME))
    await agency.digests.tick()
    agency.clock.now = NINE
    await agency.digests.tick()
    await post.deliver()
    assert MessageKind.DIGEST in post.messenger.kinds
    return prospect


async def test_a_digest_that_praised_it_is_rewritten(post: Post) -> None:
    prospect = await praised(post)

    await forget(post.agency, prospect)
    await post.deliver()

    assert "digest" in await erased_kinds(post.agency)
    left = [each.replacement[1] for each in post.messenger.erased if each.replacement is not None]
    (digest,) = [each for each in left if isinstance(each, DigestMessage)]
    assert digest.fastest is None
    assert NAME not in repr(digest)


async def test_a_digest_that_does_not_name_it_stays_as_it_is(post: Post) -> None:
    agency = post.agency
    await praised(post)
    other = await agency.screen(OWNER, PROBLEM, "Another of them")

    await forget(agency, other, "Another of them")

    assert "digest" not in await erased_kinds(agency)


@pytest.mark.parametrize("lists", [True, False])
async def test_a_digest_from_before_praise_was_kept_is_rewritten_too(
    post: Post, *, lists: bool
) -> None:
    agency = post.agency
    prospect = await praised(post)
    async with agency.database.writing() as connection:
        its = digest_items.c.prospect_id == prospect.id
        await connection.execute(delete(digest_items).where(its) if lists else delete(digest_items))
        await connection.execute(update(digests).values(names_known=False))

    await forget(agency, prospect)

    assert "digest" in await erased_kinds(agency)


async def test_older_digests_that_cannot_have_praised_it_stay(post: Post) -> None:
    agency = post.agency
    await praised(post)
    async with agency.database.writing() as connection:
        await connection.execute(update(digests).values(names_known=False))
    later = await agency.screen(OWNER, NO_OFFER, "Later")
    await agency.walk_away(OWNER, later)
    assert agency.clock().date() == date(2026, 12, 7)
    agency.clock.move(days=1)
    still_open = await agency.screen(OWNER, PROBLEM, "Still open")

    await forget(agency, still_open, "Still open")

    assert "digest" not in await erased_kinds(agency)


async def test_the_card_of_a_namesake_no_longer_links_it(post: Post) -> None:
    agency = post.agency
    first = await agency.screen(OWNER, NO_OFFER, NAME)
    second = await agency.screen(OWNER, NO_OFFER, NAME)
    again = await agency.screen_again(OWNER, second, PROBLEM)
    await agency.screen(OWNER, NO_OFFER, "Another")
    await post.deliver()
    rewritten = len(post.messenger.sent)

    await forget(agency, first)
    await post.deliver()

    sent = list(zip(post.messenger.sent, post.messenger.overviews, strict=True))[rewritten:]
    cards = {
        claimed.message.qualification_id: about
        for claimed, about in sent
        if claimed.message.kind is MessageKind.CARD_REWRITE
    }
    assert set(cards) == {second.qualification_id, again.qualification_id}
    for about in cards.values():
        assert isinstance(about, Overview)
        assert about.namesake is None
