"""Blocks and elements that blockkit does not know, as tables of blockkit's own validators.

Which surface may show them is in `surfaces`; the rows of tables and the points of charts are
looked at in `figures`.
"""

from typing import NamedTuple

from blockkit.core import (
    Actions,
    AtLeastOne,
    Button,
    Component,
    ComponentValidationError,
    ComponentValidator,
    Confirm,
    Context,
    Divider,
    FieldValidationError,
    FieldValidator,
    Header,
    Image,
    ImageEl,
    Input,
    Ints,
    Length,
    OnlyIf,
    Option,
    Plain,
    Required,
    RichText,
    Section,
    Strings,
    Text,
    Typed,
    Video,
)


class Spec(NamedTuple):
    """What a field may hold: one value or an array of them, and the validators."""

    many: bool
    validators: tuple[FieldValidator, ...]


def one(*validators: FieldValidator) -> Spec:
    """A field with a single value."""
    return Spec(many=False, validators=validators)


def many(*validators: FieldValidator) -> Spec:
    """A field with an array."""
    return Spec(many=True, validators=validators)


def string(limit: int, *more: FieldValidator) -> Spec:
    """A bare string of at least one character."""
    return one(Typed(str), *more, Length(1, limit))


def text(limit: int, *more: FieldValidator) -> Spec:
    """A text object of at least one character."""
    return one(Typed(Text), *more, Length(1, limit))


class NotBoth(ComponentValidator):
    """Two fields that exclude each other."""

    def __init__(self, first: str, second: str) -> None:
        self.names = (first, second)

    def validate(self, component: Component) -> None:
        """Refuse when both are set."""
        first, second = self.names
        fields = vars(component)["_fields"]
        if fields[first].value and fields[second].value:
            raise ComponentValidationError(
                component, f"must not define both `{first}` and `{second}`"
            )


class Positive(FieldValidator):
    """A number above zero."""

    def validate(self, field_name: str, value: float | None) -> None:
        """Refuse zero and below."""
        if value is not None and value <= 0:
            raise FieldValidationError(field_name, "must be more than 0")


def between(low: int, high: int) -> Spec:
    """A whole number within limits."""
    return one(Typed(int), Ints(low, high))  # type: ignore[no-untyped-call]


def shape(
    kind: str | None, checks: tuple[ComponentValidator, ...] = (), **specs: Spec
) -> type[Component]:
    """A class of blockkit's sort out of a table of fields; `kind` is its `type`, if it has one."""

    class Shape(Component):
        def __init__(self) -> None:
            super().__init__(kind)
            for name, spec in specs.items():
                self._add_field(name, [] if spec.many else None, list(spec.validators))
            for check in checks:
                self._add_validator(check)

    return Shape


class FieldText(Text):
    """The text of a section's field, shorter than other texts."""


class ChoiceOption(Option):
    """An option of checkboxes and radio buttons, which may be written in mrkdwn."""


class OverflowOption(Option):
    """An option of an overflow menu, the only one that may carry a URL."""


BLOCK_ID = string(255)
FLAG = one(Typed(bool))
NUMBER = one(Typed(int, float), Required())

RawNumber = shape("raw_number", value=NUMBER, text=string(10_000))
ColumnSettings = shape(
    None, align=one(Typed(str), Strings("left", "center", "right")), is_wrapped=FLAG
)
Table = shape(
    "table",
    block_id=BLOCK_ID,
    rows=many(Typed(list), Required(), Length(1, 100)),
    column_settings=many(Typed(ColumnSettings), Length(0, 20)),
)
DataTable = shape(
    "data_table",
    block_id=BLOCK_ID,
    caption=string(3000, Required()),
    rows=many(Typed(list), Required(), Length(2, 201)),
    page_size=between(1, 100),
    row_header_column_index=between(0, 19),
)

Segment = shape(
    None,
    label=string(20, Required()),
    value=one(Typed(int, float), Required(), Positive()),
)
Point = shape(None, label=string(20, Required()), value=NUMBER)
Series = shape(
    None,
    name=string(20, Required()),
    data=many(Typed(Point), Required(), Length(1, 20)),
)
AxisConfig = shape(
    None,
    categories=many(Typed(str), Required(), Length(1, 20)),
    x_label=string(50),
    y_label=string(50),
)
PieChart = shape("pie", segments=many(Typed(Segment), Required(), Length(1, 12)))
SERIES_CHARTS = tuple(
    shape(
        kind,
        series=many(Typed(Series), Required(), Length(1, 12)),
        axis_config=one(Typed(AxisConfig), Required()),
    )
    for kind in ("bar", "line", "area")
)
DataVisualization = shape(
    "data_visualization",
    block_id=BLOCK_ID,
    title=string(50, Required()),
    chart=one(Typed(PieChart, *SERIES_CHARTS), Required()),
)

Alert = shape(
    "alert",
    block_id=BLOCK_ID,
    text=text(200, Required()),
    level=one(Typed(str), Strings("default", "info", "warning", "error", "success")),
)
SlackIcon = shape("icon", name=string(255, Required()))
Card = shape(
    "card",
    (NotBoth("icon", "slack_icon"), AtLeastOne("hero_image", "title", "body", "actions")),
    block_id=BLOCK_ID,
    hero_image=one(Typed(ImageEl)),
    icon=one(Typed(ImageEl)),
    slack_icon=one(Typed(SlackIcon)),
    title=text(150),
    subtitle=text(150),
    body=text(200),
    subtext=text(200),
    actions=many(Typed(Button), Length(1, 3)),
)
Carousel = shape(
    "carousel", block_id=BLOCK_ID, elements=many(Typed(Card), Required(), Length(1, 10))
)

CHILD_BLOCKS = (Actions, Context, Divider, Header, Image, Input, RichText, Section, Table, Video)
Container = shape(
    "container",
    (
        AtLeastOne("title", "rich_text_title"),
        OnlyIf("default_collapsed", "is_collapsible", required_value=True),
        NotBoth("has_header_divider", "is_collapsible"),
    ),
    block_id=BLOCK_ID,
    title=text(150, Plain()),
    rich_text_title=one(Typed(RichText)),
    subtitle=text(150),
    icon=one(Typed(ImageEl)),
    child_blocks=many(Typed(*CHILD_BLOCKS), Required(), Length(1, 10)),
    width=one(Typed(str), Strings("narrow", "standard", "wide", "full")),
    is_collapsible=FLAG,
    default_collapsed=FLAG,
    has_header_divider=FLAG,
)

FeedbackButton = shape(
    None,
    text=text(75, Required(), Plain()),
    value=string(2000, Required()),
    accessibility_label=string(75),
)
FeedbackButtons = shape(
    "feedback_buttons",
    action_id=string(255),
    positive_button=one(Typed(FeedbackButton), Required()),
    negative_button=one(Typed(FeedbackButton), Required()),
)
IconButton = shape(
    "icon_button",
    action_id=string(255),
    icon=one(Typed(str), Required(), Strings("trash")),
    text=text(75, Required(), Plain()),
    value=string(2000),
    confirm=one(Typed(Confirm)),
    accessibility_label=string(75),
    visible_to_user_ids=many(Typed(str)),
)
ContextActions = shape(
    "context_actions",
    block_id=BLOCK_ID,
    elements=many(Typed(FeedbackButtons, IconButton), Required(), Length(1, 5)),
)

UrlSource = shape("url", url=string(3000, Required()), text=string(255, Required()))
TaskCard = shape(
    "task_card",
    block_id=BLOCK_ID,
    task_id=string(255, Required()),
    title=string(255, Required()),
    details=one(Typed(RichText)),
    output=one(Typed(RichText)),
    sources=many(Typed(UrlSource)),
    status=one(Typed(str), Required(), Strings("pending", "in_progress", "complete", "error")),
)
Plan = shape("plan", block_id=BLOCK_ID, title=string(255, Required()), tasks=many(Typed(TaskCard)))
