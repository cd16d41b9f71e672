"""Blocks of every kind that the page draws, for tests that look at all of them."""

from typing import Any

from tests.sandbox.page.scripted import field, mrkdwn, option, plain_text

Json = dict[str, Any]
GERMAN = (
    "Wir haben dem Kunden dreimal erklärt, warum sich die Zusammenarbeit lohnt; "
    "am Ende blieb es beim „Vielleicht“."
)


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def number(value: float) -> Json:
    return {"type": "raw_number", "value": value}


def button(action_id: str, text: str, **more: Any) -> Json:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(text),
        "value": "7.1",
    } | more


CONFIRM = {
    "title": plain_text("Walk away from Acme GmbH?"),
    "text": plain_text("The card says so, and the prospect leaves your list."),
    "confirm": plain_text("Walk away"),
    "deny": plain_text("Not yet"),
    "style": "danger",
}

CARD: list[Json] = [
    {"type": "header", "block_id": "head", "text": plain_text("Walk away: Acme GmbH"), "level": 1},
    {
        "type": "section",
        "block_id": "facts",
        "fields": [
            mrkdwn("*Owner*\n<@U0JONAS>"),
            mrkdwn("*Value*\n€ 12,000"),
            mrkdwn("*Due*\n3 December 2026"),
            mrkdwn("*Channel*\n<#C0SALES>"),
        ],
    },
    {
        "type": "section",
        "block_id": "why",
        "text": mrkdwn(
            "*Why*\n• They had to be _talked into it_ like a donkey.\n"
            "• ~Thin~ margin: `4 %`\n> “Maybe next year.”"
        ),
    },
    {
        "type": "container",
        "block_id": "evidence",
        "title": plain_text("The answers"),
        "subtitle": plain_text("Screened by Jonas Weber, checklist version 1"),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": [
            {
                "type": "section",
                "block_id": "answers",
                "text": mrkdwn("*What do they sell?*\nClear"),
            }
        ],
    },
    {
        "type": "context",
        "block_id": "when",
        "elements": [
            mrkdwn("Screened <!date^1796117400^{date_short_pretty} at {time}|1 Dec 2026>")
        ],
    },
    {
        "type": "actions",
        "block_id": "actions",
        "elements": [
            button("walk_away", "Walk away", style="danger", confirm=CONFIRM),
            button("requalify", "Re-screen"),
            {
                "type": "overflow",
                "action_id": "more",
                "options": [option("details.7.1", "Details"), option("lost.7.1", "Lost")],
            },
        ],
    },
]

DATA: list[Json] = [
    {
        "type": "data_table",
        "block_id": "stalled",
        "caption": "Stalled prospects",
        "page_size": 2,
        "rows": [
            [cell("Prospect"), cell("Days")],
            [cell("Beta AG"), number(12)],
            [cell("Acme GmbH"), number(9)],
            [cell("Čapek Ltd"), number(101)],
        ],
    },
    {
        "type": "data_visualization",
        "block_id": "mix",
        "title": "Verdicts by month",
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": "Pursue",
                    "data": [{"label": "Oct", "value": 4}, {"label": "Nov", "value": 6}],
                },
                {
                    "name": "Walk away",
                    "data": [{"label": "Oct", "value": 7}, {"label": "Nov", "value": 3}],
                },
            ],
            "axis_config": {"categories": ["Oct", "Nov"]},
        },
    },
    {
        "type": "data_visualization",
        "block_id": "pie",
        "title": "Fears named",
        "chart": {
            "type": "pie",
            "segments": [{"label": "Nobody else", "value": 3}, {"label": "Reputation", "value": 1}],
        },
    },
    {
        "type": "data_visualization",
        "block_id": "line",
        "title": "Time to no",
        "chart": {
            "type": "line",
            "series": [
                {
                    "name": "Days",
                    "data": [{"label": "Oct", "value": 9}, {"label": "Nov", "value": 4}],
                }
            ],
            "axis_config": {"categories": ["Oct", "Nov"]},
        },
    },
    {
        "type": "table",
        "block_id": "plain",
        "rows": [[cell("Rule"), cell("Verdict")], [cell("no_offer"), cell("walk away")]],
    },
    {"type": "markdown", "text": "## Minutes\n- **bold** and _thin_\n- [ ] homework"},
    {
        "type": "card",
        "block_id": "card",
        "title": plain_text("Beta AG"),
        "subtitle": plain_text("12 days"),
        "body": mrkdwn("*Problem*"),
        "actions": [button("open", "Open")],
    },
    {
        "type": "carousel",
        "block_id": "cards",
        "elements": [
            {"type": "card", "title": plain_text(name), "body": plain_text("…")}
            for name in ("One", "Two", "Three", "Four")
        ],
    },
    {
        "type": "rich_text",
        "block_id": "rich",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Rich ", "style": {"bold": True}},
                    {"type": "user", "user_id": "U0EMMA"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
                ],
            },
        ],
    },
    {
        "type": "image",
        "block_id": "picture",
        "image_url": "https://example.com/x.png",
        "alt_text": "A donkey",
        "title": plain_text("Donkey"),
    },
]

STEP: list[Json] = [
    {"type": "context", "block_id": "where", "elements": [mrkdwn("Schritt 1 von 3")]},
    {
        "type": "alert",
        "block_id": "warn",
        "level": "warning",
        "text": mrkdwn("*Noch keine Zahlen.* Ohne Hausaufgabe zählt die Ausnahme nicht."),
    },
    field(
        "name",
        {
            "type": "plain_text_input",
            "max_length": 80,
            "placeholder": plain_text("z. B. Acme GmbH"),
        },
        "Wie heißt der Interessent?",
    ),
    field(
        "offer",
        {
            "type": "radio_buttons",
            "options": [
                option(
                    "clear",
                    "Ja, in einem Satz",
                    description=plain_text("Wir könnten es selbst verkaufen"),
                ),
                option("vague", "Nur ungefähr"),
                option("none", "Nein"),
            ],
        },
        "Wissen wir, was sie verkaufen?",
    ),
    field(
        "numbers",
        {
            "type": "static_select",
            "placeholder": plain_text("Bitte wählen"),
            "options": [option("ready", "Ja, sie liegen vor"), option("none", "Nein")],
        },
        "Kennen sie ihre Zahlen?",
        hint=plain_text("Umsatz, Marge, Anfragen, Abschlussquote"),
    ),
    field(
        "signs",
        {
            "type": "checkboxes",
            "options": [
                option("haggles", "Feilscht um jeden Preis"),
                option("drains", "Kostet Kraft", description=mrkdwn("_Nach jedem Gespräch_")),
            ],
        },
        "Welche Warnzeichen gab es?",
        optional=True,
    ),
    field(
        "tags",
        {
            "type": "multi_static_select",
            "options": [option("a", "Handel"), option("b", "Handwerk"), option("c", "Industrie")],
        },
        "Branchen",
        optional=True,
    ),
    field("owner", {"type": "users_select", "initial_user": "U0JONAS"}, "Wer führt das Gespräch?"),
    field(
        "expected_value",
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "0"},
        "Auftragswert in Euro",
        optional=True,
    ),
    field("first_contact", {"type": "datepicker", "initial_date": "2026-12-01"}, "Erster Kontakt"),
    field("call", {"type": "timepicker", "initial_time": "09:30"}, "Uhrzeit", optional=True),
    field(
        "homework",
        {"type": "plain_text_input", "multiline": True, "initial_value": GERMAN},
        "Was bringen sie bis wann mit?",
        optional=True,
        hint=plain_text("Ohne sie zählt die Ausnahme nicht."),
    ),
]
