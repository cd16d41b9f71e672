"""Messages about drafts that came in through a door, and the door itself as managers see it."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.delivery.contents import IncomingDraft, IntakeMessage
from bot.domain.delivery.payloads import DoorChanged
from bot.domain.intake import NOBODY, DoorAct, DoorChange
from bot.domain.people import MemberId, OtherAction
from bot.domain.screening import Draft
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.payloads import ids
from bot.slack.texts import Texts, marked

_SENTENCES: Mapping[DoorAct, str] = MappingProxyType(
    {
        DoorAct.OPENED: marked("{who} switched on forms: what they send becomes a draft."),
        DoorAct.REPLACED: marked("{who} replaced the secret address for forms."),
        DoorAct.CLOSED: marked("{who} switched off forms."),
    }
)


def intake_message(message: IntakeMessage, texts: Texts) -> kit.Rendered:
    """Return the message to an owner or the managers about a new draft, as things stand now."""
    row = message.row
    if row is None:
        nothing = texts("Nothing left to do here.")
        return kit.message(nothing, kit.paragraphs([nothing]))
    shown, spoken = (_came_in(message, row, texts, names) for names in (None, message.names))
    blocks = [*kit.paragraphs([shown]), *_buttons(message, row, texts)]
    return kit.message(spoken, blocks)


def waiting_for_owner(
    rows: Sequence[IncomingDraft], texts: Texts, *, beside: int
) -> tuple[list[str], list[kit.Block]]:
    """Return what a morning's message says to an owner about drafts that have waited for long.

    As many as fit `beside` that many other blocks have buttons.
    """
    if not rows:
        return [], []
    title = texts("Waiting for you")
    lines = [_waits(row, texts) for row in rows]
    buttons = [_own(row.draft, texts) for row in rows]
    blocks = [kit.header(title, level=2), *_beside(lines, buttons, beside)]
    return [f"{title}.", *lines], blocks


def waiting_for_managers(
    rows: Sequence[IncomingDraft], names: Mapping[str, str], texts: Texts, *, beside: int
) -> tuple[list[str], list[kit.Block]]:
    """Return the same for a manager."""
    if not rows:
        return [], []
    title = texts("Came in through your form, not picked up yet")
    shown, spoken = (
        [" ".join([_waits(row, texts), _owner(row.draft, texts, some)]) for row in rows]
        for some in (None, names)
    )
    buttons = [_to_give(row.draft, texts) for row in rows]
    blocks = [kit.header(title, level=2), *_beside(shown, buttons, beside)]
    return [f"{title}.", *spoken], blocks


def ending(blocks: Sequence[kit.Block], drafts: Sequence[kit.Block]) -> list[kit.Block]:
    """Return the blocks of a message that ends with the drafts, however long it is."""
    return [*blocks[: kit.MOST_IN_MESSAGE - len(drafts)], *drafts]


def assign_dialog(draft: Draft, texts: Texts) -> kit.Block:
    """Return the dialog in which a manager assigns a draft."""
    field = kit.labelled(
        ids.OWNER,
        texts("Who continues with {name}?", name=kit.plain_name(draft.facts.name)),
        kit.member_input(""),
        hint=texts("I'll tell them now, unless it's you."),
    )
    return kit.modal(
        texts("Assign"),
        [field],
        callback_id=OtherAction.ASSIGN_DRAFT,
        metadata=draft.id,
        submit=texts("Assign"),
        close=texts("Cancel"),
    )


def door_view(
    changes: Sequence[DoorChange],
    zone: ZoneInfo,
    texts: Texts,
    *,
    is_open: bool,
    is_served: bool = True,
    address: str | None = None,
) -> kit.Block:
    """Return the door as a manager sees it, with the `address` if it's new.

    A door that isn't served leads nowhere yet.
    """
    lines = [_changed(each.act, each.by, texts) for each in changes]
    moments = [texts.moment(each.at, zone) for each in changes]
    told = [f"{at}: {line}" for at, line in zip(moments, lines, strict=True)]
    return kit.modal(
        texts("Forms"),
        [
            *kit.paragraphs(_about_door(texts, is_open=is_open, address=address)),
            *kit.paragraphs([] if is_served else [_not_served(texts)]),
            kit.actions(ids.INTAKE, list(_door_buttons(texts, is_open=is_open))),
            *kit.paragraphs([kit.bold(texts("Changes")), *told] if told else []),
        ],
        callback_id=ids.NOTICE,
        close=texts("Back"),
    )


def door_line(news: DoorChanged, texts: Texts) -> kit.Rendered:
    """Return the message that tells the channel what a manager did to the door."""
    line = _changed(news.act, news.by, texts)
    return kit.message(line, kit.paragraphs([line]))


def _beside(lines: Sequence[str], buttons: Sequence[kit.Block], beside: int) -> Iterator[kit.Block]:
    """Yield each line with its buttons, or without if there's no room for them.

    Every line is shown, because all of them are recorded as told.
    """
    room = kit.MOST_IN_MESSAGE - beside - 1
    full = len(lines) if 2 * len(lines) <= room else max(0, (room - 1) // 2)
    for line, its in zip(lines[:full], buttons, strict=False):
        yield from kit.paragraphs([line])
        yield its
    yield from kit.paragraphs(lines[full:])


def _came_in(
    message: IntakeMessage, row: IncomingDraft, texts: Texts, names: Mapping[str, str] | None
) -> str:
    draft = row.draft
    name = kit.markup_name(draft.facts.name)
    sentence = texts(
        "{name} came in through your form: {answered} of {asked} answered.",
        name=name if names is not None else kit.bold(name),
        answered=row.answered,
        asked=row.asked,
    )
    if draft.member_id == message.reader:
        return sentence
    return f"{sentence} {_owner(draft, texts, names)}"


def _owner(draft: Draft, texts: Texts, names: Mapping[str, str] | None) -> str:
    if draft.member_id == NOBODY:
        return texts("It has no owner yet.")
    return texts("Owner: {owner}.", owner=wording.who(draft.member_id, names))


def _waits(row: IncomingDraft, texts: Texts) -> str:
    return texts(
        "{name} came in on {day}: {answered} of {asked} answered.",
        name=kit.markup_name(row.draft.facts.name),
        day=texts.day(row.came_on, row.came_on),
        answered=row.answered,
        asked=row.asked,
    )


def _buttons(message: IntakeMessage, row: IncomingDraft, texts: Texts) -> Iterator[kit.Block]:
    """Return the reader's actions: continue their own draft, or assign one without an owner."""
    if row.draft.member_id == message.reader:
        yield _own(row.draft, texts)
    elif row.draft.member_id == NOBODY:
        yield _to_give(row.draft, texts)


def _own(draft: Draft, texts: Texts) -> kit.Block:
    name = kit.plain_name(draft.facts.name)
    go_on = kit.button(
        texts("Continue"),
        ids.INTAKE_CONTINUE,
        draft.id,
        spoken=texts("Continue with {name}", name=name),
        style="primary",
    )
    return kit.actions(f"intake.{draft.id}", [go_on, _discard(draft, ids.INTAKE_DISCARD, texts)])


def _discard(draft: Draft, action_id: str, texts: Texts) -> kit.Block:
    name = kit.plain_name(draft.facts.name)
    return kit.button(
        texts("Discard"),
        action_id,
        draft.id,
        confirmation=kit.confirmation(
            texts("Discard this draft?"),
            texts("What came in about {name} will be gone for good.", name=name),
            yes=texts("Discard"),
            no=texts("Keep it"),
            style="danger",
        ),
        spoken=texts("Discard the draft about {name}", name=name),
    )


def _to_give(draft: Draft, texts: Texts) -> kit.Block:
    name = kit.plain_name(draft.facts.name)
    take = kit.button(
        texts("Take over"),
        ids.INTAKE_TAKE,
        draft.id,
        spoken=texts("Take over {name}", name=name),
        style="primary",
    )
    give = kit.button(
        texts("Assign"),
        OtherAction.ASSIGN_DRAFT,
        draft.id,
        spoken=texts("Assign {name}", name=name),
    )
    away = _discard(draft, ids.INTAKE_THROW_AWAY, texts)
    return kit.actions(f"intake.{draft.id}", [take, give, away])


def _about_door(texts: Texts, *, is_open: bool, address: str | None) -> Iterator[str]:
    if address is not None:
        yield texts("Send what your form collects to this address:")
        yield f"`{kit.escape(address)}`"
        yield texts("Copy it now: I won't show it again. Anyone who has it can send drafts.")
    elif is_open:
        yield texts(
            "Forms are on. If you lose the address, or too many people know it, replace it."
        )
    else:
        yield texts(
            "Let your contact form, CRM or mail service start screenings. What they send becomes a "
            "draft that its owner continues, never a verdict."
        )


def _not_served(texts: Texts) -> str:
    return texts(
        "⚠️ Nothing gets through yet: your admin has to set {variable} first.",
        variable="`HOOKS_PORT`",
    )


def _door_buttons(texts: Texts, *, is_open: bool) -> Iterator[kit.Block]:
    if not is_open:
        yield kit.button(texts("Create address"), ids.INTAKE_RENEW, style="primary")
        return
    yield kit.button(
        texts("Replace address"),
        ids.INTAKE_RENEW,
        confirmation=kit.confirmation(
            texts("Replace the address?"),
            texts("The one you use now stops working at once."),
            yes=texts("Replace"),
            no=texts("Keep it"),
        ),
    )
    yield kit.button(
        texts("Switch off"),
        ids.INTAKE_CLOSE,
        confirmation=kit.confirmation(
            texts("Switch off forms?"),
            texts("Nothing more will come in. Drafts already here stay."),
            yes=texts("Switch off"),
            no=texts("Keep it"),
            style="danger",
        ),
    )


def _changed(act: DoorAct, by: MemberId, texts: Texts) -> str:
    return texts(_SENTENCES[act], who=f"<@{kit.escape(by)}>")
