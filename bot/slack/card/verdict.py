"""The verdict: the modal's last view, the card in the channel, and the lines in its thread."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import HistoryEntry
from bot.domain.people import Role
from bot.domain.prospects import is_problem, is_winnable
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import answers, buttons, history, passages, wording
from bot.slack.card.passages import Links, Passage
from bot.slack.payloads import ids
from bot.slack.texts import Texts, marked

_NO_LINKS: Links = MappingProxyType({})
_ALERT_ON_CONDITION = marked("Pursue, on condition: see if they meet it")


def verdict_view(
    overview: Overview, texts: Texts, *, zone: ZoneInfo, held: Collection[Role] = ()
) -> kit.Block:
    """Return the modal's last view, with the next actions for its reader's roles."""
    link = overview.qualification.card_link
    is_current = overview.after is None
    return kit.modal(
        texts("The verdict"),
        [
            *_verdict(overview, texts),
            *kit.paragraphs(passage.in_markup for passage in _why(overview, texts, zone, None)),
            *kit.paragraphs(passages.scores(overview, texts)),
            *kit.paragraphs(passages.left_open(overview, texts)),
            *kit.paragraphs(passage.in_markup for passage in passages.settle(overview, texts)),
            *kit.paragraphs(_what_next(overview, texts, zone)),
            *buttons.in_verdict(overview.prospect, held if is_current else (), link, texts),
            kit.context([kit.markup(passages.screened(overview, texts, zone, overview.names))]),
        ],
        callback_id=ids.VERDICT,
        close=texts("Close"),
    )


def card(overview: Overview, texts: Texts, *, links: Links = _NO_LINKS) -> kit.Rendered:
    """Return the living message in the channel, as things stand now.

    ``links`` are the permalinks of the other cards that it mentions.
    """
    said = _Said.of(overview, texts, links)
    deciding, *further = said.reasons
    conditions = passages.conditions(overview, texts, None, None)
    blocks = [
        kit.header(passages.title(overview, kit.plain_name(_name(overview)), texts), level=2),
        *kit.paragraphs([passages.facts_line(overview, texts, None)]),
        *kit.paragraphs(passages.standing(overview, texts, None, links, None)),
        *kit.paragraphs([kit.bold(deciding), *further]),
        *kit.paragraphs([each.in_markup for each in conditions]),
        *kit.paragraphs(said.scores),
        *kit.paragraphs(said.changed),
        *kit.paragraphs(said.namesake),
        *kit.paragraphs(said.left_open),
        *(kit.context([kit.markup(each)]) for each in history.last_change(overview, texts, None)),
        _folded(overview, said.answers, texts),
    ]
    if overview.after is None:
        blocks.append(buttons.decide(overview.prospect, overview.today, texts, overview.undo_by))
    return kit.message("\n".join(_in_words(overview, said, texts, links)), blocks)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a card says in its blocks and once more in words, as markup."""

    reasons: Sequence[str]
    scores: Sequence[str]
    changed: Sequence[str]
    namesake: Sequence[str]
    left_open: Sequence[str]
    answers: answers.Given

    @classmethod
    def of(cls, overview: Overview, texts: Texts, links: Links) -> "_Said":
        """Say it."""
        return cls(
            passages.reasons_in_lines(overview, texts),
            list(passages.scores(overview, texts)),
            list(passages.changed(overview, texts, links)),
            list(passages.namesake(overview, texts, links)),
            list(passages.left_open(overview, texts)),
            answers.given(overview, texts),
        )


def _folded(overview: Overview, given: answers.Given, texts: Texts) -> kit.Block:
    """Return what few people look up: the answers, and how the verdict came about."""
    small = kit.context([kit.markup(each) for each in _small_print(overview, texts, None)])
    return kit.container(
        "answers", texts("Answers and background"), [*answers.folded(given, texts), small]
    )


def thread_line(overview: Overview, entry: HistoryEntry, texts: Texts) -> kit.Rendered:
    """Return the line that tells the card's followers what happened."""
    spoken = history.told(overview, entry, texts, overview.names)
    shown = history.told(overview, entry, texts, None)
    return kit.message(spoken, kit.paragraphs([shown]))


def clock_line(overview: Overview, texts: Texts, *, is_closing: bool) -> kit.Rendered:
    """Return the line in the thread about what happened by time alone.

    Whatever was done about a lapsed condition meanwhile has lines of its own.
    """
    prospect, name = overview.prospect, overview.prospect.facts.name
    if is_closing:
        most = overview.workspace.settings.nudge_policy.most
        return plain_line(closing_sentence(name, prospect.nudge_record.nudges, most, texts))
    if overview.after is None and is_problem(prospect, overview.today):
        return plain_line(lapse_sentence(name, texts))
    late = texts("{name} didn't meet the condition in time.", name=kit.markup_name(name))
    return plain_line(late)


def plain_line(line: str) -> kit.Rendered:
    """Return a line in the thread as a message, from markup."""
    return kit.message(line, kit.paragraphs([line]))


def closing_sentence(name: str, sent: int, most: int, texts: Texts) -> str:
    """Return that all nudges have been sent, and what to do about it, as markup."""
    suggestion = texts("I suggest walking away from {name}.", name=kit.markup_name(name))
    return f"{wording.reminders_without_decision(sent, most, texts)} {suggestion}"


def lapse_sentence(name: str, texts: Texts) -> str:
    """Return that a condition has lapsed, as markup."""
    return texts(
        "The condition lapsed: {name} is a problem now and needs a decision.",
        name=kit.markup_name(name),
    )


def _name(overview: Overview) -> str:
    return overview.facts.name


def _verdict(overview: Overview, texts: Texts) -> list[kit.Block]:
    """Return the verdict and its prospect, or the decision if there is one by now."""
    name = kit.plain_name(_name(overview))
    if overview.after is not None or overview.prospect.decision is not None:
        return [kit.header(passages.title(overview, name, texts), level=2)]
    verdict = overview.qualification.verdict
    bound = verdict is Verdict.PURSUE and passages.is_on_condition(overview)
    words = wording.verdict_words(verdict)
    alert = texts(_ALERT_ON_CONDITION if bound else words.alert)
    return [kit.alert(alert, words.level), kit.header(name, level=2)]


def _why(
    overview: Overview, texts: Texts, zone: ZoneInfo | None, names: Mapping[str, str] | None
) -> list[Passage]:
    return passages.reasons(overview, texts) + passages.conditions(overview, texts, zone, names)


def _small_print(
    overview: Overview, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    yield passages.first_contact(overview, texts)
    yield passages.screened(overview, texts, None, names)


def _what_next(overview: Overview, texts: Texts, zone: ZoneInfo) -> Iterator[str]:
    """Return what has become of it, or who decides what by when, and where the buttons are."""
    yield kit.bold(texts("What happens next"))
    if overview.after is not None or overview.prospect.decision is not None:
        yield from passages.standing(overview, texts, zone, _NO_LINKS, overview.names)
        return
    channel = f"<#{kit.escape(overview.workspace.settings.verdict_channel)}>"
    yield texts("Posted to {channel}.", channel=channel)
    yield from passages.due_day(overview, texts)
    owner = wording.who(passages.owner(overview), None)
    yield texts(_next_sentence(overview), owner=owner)


def _next_sentence(overview: Overview) -> str:
    if is_winnable(overview.prospect, overview.today):
        return marked("{owner} or a manager marks it as won or lost on the card.")
    if overview.prospect.unmet:
        return marked("{owner} or a manager marks the condition as met on the card.")
    return marked("{owner} or a manager decides on the card.")


def _in_words(overview: Overview, said: _Said, texts: Texts, links: Links) -> Iterator[str]:
    """Return the card as plain text, most important first, as its end may be cut."""
    names = overview.names
    yield passages.title(overview, kit.markup_name(_name(overview)), texts)
    yield passages.facts_line(overview, texts, names)
    yield from passages.standing(overview, texts, None, links, names)
    yield from said.reasons
    yield from said.scores
    yield from (each.in_words for each in passages.conditions(overview, texts, None, names))
    yield from said.changed
    yield from said.namesake
    yield from said.left_open
    yield from history.last_change(overview, texts, names)
    yield from _small_print(overview, texts, names)
    if overview.after is None and overview.prospect.decision is None:
        yield texts("The buttons are on the card.")
    yield texts("Answers:")
    yield from answers.in_words(said.answers, texts)
