"""The table of Slack's error codes: each code has one meaning, and each meaning a way back."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.domain.delivery import Away, Dead, Gone, Postponed, Unknown
from bot.slack.client import meanings
from bot.slack.client.error_codes import judged, judged_of_rewrite
from bot.slack.client.meanings import MEANINGS, Meaning, WayBack

OF_ALL_METHODS = """
    access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied
    enterprise_is_restricted fatal_error internal_error invalid_arg_name invalid_arguments
    invalid_array_arg invalid_auth invalid_charset invalid_form_data invalid_post_type is_bot
    method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type
    not_authed org_login_required ratelimited request_timeout service_unavailable
    team_access_not_granted team_added_to_org token_expired token_revoked two_factor_setup_required
"""
OF_POSTING = """
    as_user_not_supported channel_not_found invalid_blocks invalid_blocks_format
    invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict
    message_limit_exceeded messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large
    msg_blocks_too_long msg_too_long no_text not_in_channel rate_limited restricted_action
    restricted_action_non_threadable_channel restricted_action_read_only_channel
    restricted_action_thread_locked restricted_action_thread_only_channel
    slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
    slack_connect_lists_sharing_blocked team_not_found too_many_attachments
    duplicate_channel_not_found duplicate_message_not_found
"""
OF_REWRITING = """
    block_mismatch cant_update_message edit_window_closed external_channel_migrating
    message_not_found update_failed
"""
OUTCOMES = {
    WayBack.WAIT: Postponed,
    WayBack.LOOK: Unknown,
    WayBack.PAUSE: Away,
    WayBack.ASK: Dead,
    WayBack.ANEW: Dead,
    WayBack.PLAINER: Dead,
    WayBack.NONE: Dead,
}


class Answer:
    """What Slack's client keeps of a refusal."""

    status_code = 200

    def __init__(self, code: str, **headers: str) -> None:
        self.data: dict[str, Any] = {"ok": False, "error": code}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def get(self, key: str) -> Any:
        return self.data.get(key)


def refused(code: str, **headers: str) -> SlackApiError:
    return SlackApiError("refused", Answer(code, **headers))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("code", f"{OF_ALL_METHODS} {OF_POSTING} {OF_REWRITING}".split())
def test_the_codes_that_slack_documents_have_a_meaning(code: str) -> None:
    assert code in MEANINGS


def test_each_code_stands_in_the_table_once() -> None:
    codes = [code for line in meanings._TABLE.values() for code in line.split()]

    assert len(codes) == len(set(codes))
    assert set(meanings._TABLE) == set(Meaning)


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_each_code_ends_as_its_way_back_says(code: str) -> None:
    assert type(judged(refused(code))) is OUTCOMES[MEANINGS[code].way_back]


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message"])
def test_what_was_to_be_rewritten_and_is_not_there_is_gone(code: str) -> None:
    assert judged_of_rewrite(refused(code), may_move=False) == Gone(code)


@pytest.mark.parametrize(("may_move", "outcome"), [(True, Gone), (False, Dead)])
def test_what_may_move_leaves_a_channel_that_is_closed(*, may_move: bool, outcome: type) -> None:
    assert judged_of_rewrite(refused("is_archived"), may_move=may_move) == outcome("is_archived")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("1", 1),
        ("17", 17),
        ("0.2", 1),
        ("900", 900),
        ("901", 900),
        ("99999999999", 900),
        ("9" * 23, 900),
        ("9" * 400, 900),
        ("inf", 900),
        ("nan", 30),
        ("-5", 30),
        ("soon", 30),
        ("", 30),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 30),
        ("\u0663", 3),
    ],
)
def test_r6_nobody_waits_longer_than_a_quarter_of_an_hour(header: str, seconds: int) -> None:
    outcome = judged(refused("ratelimited", Retry_After=header))

    assert isinstance(outcome, Postponed)
    assert outcome.wait.total_seconds() == seconds
