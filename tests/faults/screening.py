"""A member who screens one prospect after another."""

from collections.abc import Iterator
from hashlib import sha256

from bot.slack.payloads import ids
from sandbox.member import Member
from tests.faults.offices import NO_OFFER, begin, submit


def named(number: int) -> str:
    """Return a name that is like no other, so that nobody is asked which one is meant."""
    return f"{sha256(str(number).encode()).hexdigest()[:12]} {word_of(number)}"


def word_of(number: int) -> str:
    """Return the word in that name by which its card is known."""
    return f"name{number:05}"


async def screen_on(member: Member, numbers: Iterator[int], acknowledged: list[str]) -> None:
    """Screen one prospect after another, and note what was taken."""
    for number in numbers:
        await begin(member, named(number))
        await submit(member, NO_OFFER)
        assert member.view is not None
        assert member.view["callback_id"] == ids.VERDICT
        acknowledged.append(word_of(number))
        await member.close(everything=True)
