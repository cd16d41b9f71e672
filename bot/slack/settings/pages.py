"""The modals of the settings: an overview, a page of fields, and the history."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.days_off import ListedDays
from bot.domain.people import OtherAction
from bot.domain.retention import CHOICES
from bot.domain.settings.changes import shown
from bot.domain.settings.fields import LONGEST_REFERRALS, OFF, ON
from bot.domain.settings.table import LONGEST_NICHE, NumberSetting, Page, SettingId, on_page, stored
from bot.domain.workspace import Settings, is_user_group
from bot.slack import kit
from bot.slack.payloads import ids
from bot.slack.payloads.payloads import settings_metadata
from bot.slack.settings.words import (
    APPROVALS,
    PAGES,
    SWITCHES,
    WORDS,
    category_word,
    days_typed,
    hint_of,
    language_word,
    months_word,
    name_of,
    numbers_typed,
    value_text,
)
from bot.slack.texts import Texts

SET_UP = (SettingId.VERDICT_CHANNEL, SettingId.MANAGERS, SettingId.LANGUAGE)
"""The three that matter before anything else."""

_SHORT = 40
"""Characters of a country, a zone, a number."""
_LONG = 1000
_NAMED = 8
"""Missed holidays that are named."""
_MINUTES = range(5 * 60, 23 * 60, 30)
"""Times of day that are offered."""
_AS_SHIPPED = stored(Settings())


def overview_view(
    settings: Settings, today: date, texts: Texts, *, notes: Sequence[str] = ()
) -> kit.Block:
    """Return all settings, page by page; `notes` are markup, shown on top."""
    blocks = kit.paragraphs(notes)
    for page in Page:
        if page is Page.DATA:
            blocks += [_checklists(texts), *_connections(texts)]
        title = texts(PAGES[page])
        summary = " · ".join(_summed_up(page, settings, texts))
        change = kit.button(texts("Change"), ids.SETTINGS_PAGE, page, spoken=_spoken(title, texts))
        blocks.append(
            kit.section(
                kit.markup(f"{kit.bold(title)}\n{summary}"), block_id=page, accessory=change
            )
        )
        if page is Page.WHEN:
            blocks += _missed(settings, today, texts)
    history = kit.button(texts("See changes"), ids.SETTINGS_HISTORY)
    blocks.append(kit.actions("history", [history]))
    return kit.modal(
        texts("Settings"), blocks, callback_id=ids.SETTINGS_OVERVIEW, close=texts("Close")
    )


def _checklists(texts: Texts) -> kit.Block:
    title = texts("Checklists")
    about = texts("What you ask, and how answers are judged.")
    change = kit.button(texts("Change"), ids.CHECKLISTS, spoken=_spoken(title, texts))
    return kit.section(
        kit.markup(f"{kit.bold(title)}\n{about}"), block_id=ids.CHECKLISTS, accessory=change
    )


def _connections(texts: Texts) -> list[kit.Block]:
    """Return what other programs are told, and what they send."""
    title = texts("Connections")
    about = texts("Tell your other tools what happens here, and let them send you prospects.")
    buttons = [
        kit.button(texts("Webhooks"), ids.WEBHOOKS),
        kit.button(texts("Forms"), ids.INTAKE),
    ]
    return [
        kit.section(kit.markup(f"{kit.bold(title)}\n{about}")),
        kit.actions("connections", buttons),
    ]


def page_view(page: Page, settings: Settings, today: date, texts: Texts) -> kit.Block:
    """Return a page with a field for each of its settings."""
    fields = [block for each in on_page(page) for block in _field(each, settings, today, texts)]
    missed = _missed(settings, today, texts) if page is Page.WHEN else []
    data = _data(texts) if page is Page.DATA else []
    blocks = [*missed, *fields, *data]
    return _form(texts(PAGES[page]), blocks, tuple(on_page(page)), settings, texts)


def _data(texts: Texts) -> list[kit.Block]:
    """Return what can be done with the stored data."""
    everything = texts(
        "Everything in one ZIP file, for you alone: prospects, answers, decisions, overrides, "
        "outcomes, history, checklists, settings."
    )
    one = texts("Delete one prospect or past client for good: name, texts and amounts.")
    export = kit.button(texts("Export"), OtherAction.EXPORT)
    forget = kit.button(texts("Delete"), OtherAction.FORGET)
    return [
        kit.section(kit.markup(everything), accessory=export, block_id=OtherAction.EXPORT),
        kit.section(kit.markup(one), accessory=forget, block_id=OtherAction.FORGET),
    ]


def set_up_view(settings: Settings, today: date, texts: Texts) -> kit.Block:
    """Return the view that leads through the settings that nothing works without."""
    hello = texts(
        "Three things, then your team can start with {command}. You can change them later with "
        "{settings}.",
        command=f"`{ids.COMMAND}`",
        settings=kit.commands.shown(kit.commands.SETTINGS, texts),
    )
    fields = [block for each in SET_UP for block in _field(each, settings, today, texts)]
    blocks = [kit.section(kit.markup(hello)), *fields]
    return _form(texts("Set up Walkaway"), blocks, SET_UP, settings, texts)


def saved_notes(
    *, is_changed: bool, approves_alone: bool, barred_until: date | None = None, texts: Texts
) -> list[str]:
    """Return the notes above the overview after a page was saved."""
    notes = [texts("Settings saved.") if is_changed else texts("Nothing changed.")]
    if approves_alone:
        notes.append(texts("Name another manager: no one else can approve an override of yours."))
    if barred_until is not None:
        notes.append(
            texts(
                "You removed a manager. Until the end of {day} you can't approve overrides, and "
                "yours need someone else's approval.",
                day=texts.date(barred_until),
            )
        )
    return notes


def _form(
    title: str,
    blocks: Sequence[kit.Block],
    settings_shown: Sequence[SettingId],
    settings: Settings,
    texts: Texts,
) -> kit.Block:
    keys = shown(settings)
    return kit.modal(
        title,
        blocks,
        callback_id=ids.SETTINGS,
        metadata=settings_metadata({each: keys[each] for each in settings_shown}),
        submit=texts("Save"),
        close=texts("Cancel"),
    )


def _summed_up(page: Page, settings: Settings, texts: Texts) -> Iterator[str]:
    """Return each setting with its value; of the rules, only those that aren't defaults."""
    values = stored(settings)
    named = [
        each
        for each in on_page(page)
        if page is not Page.RULES or values[each] != _AS_SHIPPED[each]
    ]
    if not named:
        yield texts("Walkaway's defaults.")
    for each in named:
        yield f"{name_of(each, texts)}: {value_text(each, values[each], texts)}"


def _spoken(title: str, texts: Texts) -> str:
    return texts("Change: {page}", page=title)


def _missed(settings: Settings, today: date, texts: Texts) -> list[kit.Block]:
    """Return which holidays a country without its region leaves out."""
    missed = settings.missed_holidays(today, texts.language)
    if not missed:
        return []
    days = [f"{texts.date(each.day)} ({kit.escape(each.name)})" for each in missed[:_NAMED]]
    left_out = len(missed) - _NAMED
    more = [texts.plural("{n} more day", "{n} more days", left_out)] if left_out > 0 else []
    sentence = texts(
        "⚠️ Name your region, like {example}: holidays differ by region. These count as "
        "working days now: {days}.",
        example=f"`{settings.country}-…`",
        days=texts.listed(days + more),
    )
    return [kit.section(kit.markup(sentence))]


def _field(it: SettingId, settings: Settings, today: date, texts: Texts) -> Iterator[kit.Block]:
    element = _element(it, settings, today, texts)
    if element is None:
        return
    yield kit.labelled(
        it,
        texts(WORDS[it].question),
        element,
        hint=hint_of(it, texts),
        optional=it in _MAY_BE_EMPTY,
        watched=False,
    )
    if it is SettingId.VERDICT_CHANNEL:
        yield _may_be_shared(texts)
    if it is SettingId.MANAGERS:
        yield _groups(settings, texts)


_MAY_BE_EMPTY = frozenset(
    {
        SettingId.MANAGERS,
        SettingId.COUNTRY,
        SettingId.OBSERVED,
        SettingId.FREE_DAYS,
        SettingId.APPROVAL_FROM,
        SettingId.WORKED_DAYS,
        SettingId.NICHE,
        SettingId.REFERRALS,
        SettingId.COST_OF_AN_HOUR,
    }
)
"""Members may be empty where a user group manages."""


def _element(  # noqa: C901 - a table: one case for each kind of field
    it: SettingId, settings: Settings, today: date, texts: Texts
) -> kit.Block | None:
    match it:
        case SettingId.VERDICT_CHANNEL:
            return kit.channel_input(settings.verdict_channel or None)
        case SettingId.MANAGERS:
            return kit.members_input([m for m in settings.managers if not is_user_group(m)])
        case SettingId.LANGUAGE:
            options = [kit.option(language_word(each, texts), each) for each in LANGUAGES]
            return kit.select(options, settings.language)
        case SettingId.FORGET_AFTER:
            options = [kit.option(months_word(each, texts), each) for each in CHOICES]
            return kit.select(options, settings.forget_after)
        case SettingId.ZONE:
            return kit.text_input(settings.zone.key, longest=_SHORT)
        case SettingId.CURRENCY:
            return kit.text_input(settings.currency, longest=3)
        case SettingId.WEEKDAYS:
            options = [kit.option(texts.weekday(number), str(number)) for number in range(7)]
            return kit.checkboxes(options, {str(number) for number in settings.weekdays})
        case SettingId.OPENING:
            return _hours(settings.opening)
        case SettingId.CLOSING:
            return _hours(settings.closing)
        case SettingId.COUNTRY:
            return kit.text_input(settings.country, longest=_SHORT)
        case SettingId.OBSERVED:
            return _observed(settings, today, texts)
        case SettingId.FREE_DAYS:
            return _days(settings.free_days, texts)
        case SettingId.WORKED_DAYS:
            return _days(settings.worked_days, texts)
        case SettingId.OVERRIDE_APPROVAL:
            options = [kit.option(texts(word), each) for each, word in APPROVALS.items()]
            return kit.radio(options, settings.override_approval)
        case SettingId.APPROVAL_FROM:
            return _amount(settings.approval_from, texts)
        case SettingId.COST_OF_AN_HOUR:
            return _amount(settings.cost_of_an_hour, texts)
        case SettingId.FIGURES_PER_PERSON:
            options = [kit.option(texts(word), each) for each, word in SWITCHES.items()]
            return kit.radio(options, ON if settings.figures_per_person else OFF)
        case SettingId.SNOOZE_CHOICES:
            return kit.text_input(numbers_typed(settings.snooze_choices), longest=_SHORT)
        case SettingId.NICHE:
            return kit.text_input(settings.niche, longest=LONGEST_NICHE)
        case SettingId.REFERRALS:
            lines = "\n".join(settings.referrals)
            return kit.text_input(lines, longest=LONGEST_REFERRALS, multiline=True)
        case _:
            return _number(it, settings)


def _number(it: NumberSetting, settings: Settings) -> kit.Block:
    return kit.text_input(str(getattr(settings, it)), longest=_SHORT)


def _amount(amount: Decimal | None, texts: Texts) -> kit.Block:
    return kit.text_input("" if amount is None else texts.amount(amount), longest=_SHORT)


def _hours(chosen: time) -> kit.Block:
    times = {time(minutes // 60, minutes % 60) for minutes in _MINUTES} | {chosen}
    options = [kit.option(f"{each:%H:%M}", f"{each:%H:%M}") for each in sorted(times)]
    return kit.select(options, f"{chosen:%H:%M}")


def _observed(settings: Settings, today: date, texts: Texts) -> kit.Block | None:
    """Return the categories that the region may observe, each with its days."""
    offered: Mapping[str, tuple[date, ...]] = settings.observable_holidays(today)
    options = [
        kit.option(
            category_word(category, texts),
            category,
            texts.listed([texts.date(day) for day in days[:3]]) or None,
        )
        for category, days in sorted(offered.items())
    ]
    return kit.checkboxes(options[:10], settings.observed) if options else None


def _days(days: ListedDays, texts: Texts) -> kit.Block:
    return kit.text_input(", ".join(days_typed(days, texts)), longest=_LONG, multiline=True)


def _may_be_shared(texts: Texts) -> kit.Block:
    yes = kit.option(texts("Yes, they may read our verdicts"), "yes")
    return kit.labelled(
        ids.MAY_BE_SHARED,
        texts("If you share the channel with another organisation"),
        kit.checkboxes([yes], ()),
        optional=True,
        watched=False,
    )


def _groups(settings: Settings, texts: Texts) -> kit.Block:
    groups = ", ".join(filter(is_user_group, settings.managers))
    return kit.labelled(
        ids.MANAGER_GROUPS,
        texts("Which user groups are managers?"),
        kit.text_input(groups, longest=_LONG),
        hint=texts("Group ids, like S0123ABC. Everyone in the group is a manager."),
        optional=True,
        watched=False,
    )
