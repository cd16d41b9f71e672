"""The one table of Slack's error codes: what each means, and how a message recovers from it."""

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from types import MappingProxyType

from bot.slack.payloads.payloads import UNREADABLE


class WayBack(Enum):
    """How a message that Slack refused gets through after all."""

    WAIT = auto()
    """The lane waits, and goes on by itself."""
    LOOK = auto()
    """It may be there: it is looked for, and sent again only if it is not."""
    PAUSE = auto()
    """The workspace pauses; a probe finds out when it may go on."""
    ASK = auto()
    """It is dead until something is mended: tried by itself, by the button, by the command."""
    ANEW = auto()
    """What was to be rewritten is posted anew."""
    PLAINER = auto()
    """It is said in plainer blocks; if that does not help either, it is dead as with ASK."""
    NONE = auto()
    """It is about a call that has no message; whoever calls says what follows."""


class Meaning(Enum):
    """What an error code means."""

    BUSY = auto()
    """Slack asks us to wait."""
    UNCERTAIN = auto()
    """Slack failed in the middle of it."""
    TOKEN = auto()
    """Slack does not take our token."""
    SHUT_OUT = auto()
    """Slack does not let us into the workspace, though the token is one."""
    PLACE = auto()
    """The channel takes nothing from us: another channel or an invitation mends it."""
    PERMISSION = auto()
    """We lack a scope or a right: the app has to be installed again."""
    POLICY = auto()
    """A rule or limit of the workspace is against it: an admin of Slack can change it."""
    READER = auto()
    """This person gets no messages."""
    NOBODY = auto()
    """Slack knows no such person, or hides them from us."""
    REPLACED = auto()
    """What was to be changed does not stand there any more, or is not ours."""
    SHAPE = auto()
    """It is not what we say, but how it looks."""
    CALL = auto()
    """We asked for something that cannot be: our mistake."""
    LATE = auto()
    """A modal was to open more than three seconds after the click."""
    VIEW = auto()
    """The view was closed, or drawn anew meanwhile."""
    FILE_GONE = auto()
    """The file was deleted."""

    @property
    def way_back(self) -> WayBack:
        """Return how a message that met this code gets through after all."""
        return _WAYS_BACK[self]


_WAYS_BACK: Mapping[Meaning, WayBack] = MappingProxyType(
    {
        Meaning.BUSY: WayBack.WAIT,
        Meaning.UNCERTAIN: WayBack.LOOK,
        Meaning.TOKEN: WayBack.PAUSE,
        Meaning.SHUT_OUT: WayBack.PAUSE,
        Meaning.PLACE: WayBack.ASK,
        Meaning.PERMISSION: WayBack.ASK,
        Meaning.POLICY: WayBack.ASK,
        Meaning.READER: WayBack.ASK,
        Meaning.NOBODY: WayBack.ASK,
        Meaning.REPLACED: WayBack.ANEW,
        Meaning.SHAPE: WayBack.PLAINER,
        Meaning.CALL: WayBack.ASK,
        Meaning.LATE: WayBack.NONE,
        Meaning.VIEW: WayBack.NONE,
        Meaning.FILE_GONE: WayBack.NONE,
    }
)

_TABLE: Mapping[Meaning, str] = MappingProxyType(
    {
        Meaning.BUSY: "ratelimited rate_limited team_added_to_org external_channel_migrating",
        Meaning.UNCERTAIN: (
            "fatal_error internal_error request_timeout service_unavailable update_failed "
            f"{UNREADABLE}"
        ),
        Meaning.TOKEN: (
            "account_inactive invalid_auth not_allowed_token_type not_authed token_expired "
            "token_revoked"
        ),
        Meaning.SHUT_OUT: (
            "accesslimited enterprise_is_restricted org_login_required team_access_not_granted "
            "team_not_found two_factor_setup_required"
        ),
        Meaning.PLACE: (
            "channel_not_found is_archived is_inactive not_in_channel restricted_action "
            "restricted_action_non_threadable_channel restricted_action_read_only_channel "
            "restricted_action_thread_locked restricted_action_thread_only_channel "
            "thread_not_found cannot_reply_to_message"
        ),
        Meaning.PERMISSION: (
            "missing_scope no_permission access_denied not_allowed metadata_must_be_sent_from_app"
        ),
        Meaning.POLICY: (
            "ekm_access_denied message_limit_exceeded messages_tab_disabled edit_window_closed "
            "slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked "
            "slack_connect_lists_sharing_blocked"
        ),
        Meaning.READER: "cannot_dm_bot user_disabled is_bot method_not_supported_for_channel_type",
        Meaning.NOBODY: "user_not_found user_not_visible users_not_found",
        Meaning.REPLACED: "message_not_found cant_update_message",
        Meaning.SHAPE: "invalid_blocks invalid_blocks_format msg_blocks_too_long",
        Meaning.CALL: (
            "msg_too_long no_text too_many_attachments invalid_arguments invalid_arg_name "
            "invalid_array_arg invalid_charset invalid_form_data invalid_post_type "
            "missing_argument missing_post_type missing_args markdown_text_conflict "
            "as_user_not_supported "
            "block_mismatch invalid_metadata_format invalid_metadata_schema metadata_too_large "
            "duplicate_channel_not_found duplicate_message_not_found method_deprecated "
            "deprecated_endpoint unknown_method"
        ),
        Meaning.LATE: "exchanged_trigger_id expired_trigger_id trigger_expired",
        Meaning.VIEW: "not_found hash_conflict",
        Meaning.FILE_GONE: "file_not_found file_deleted",
    }
)


def _rows() -> Iterator[tuple[str, Meaning]]:
    for meaning, codes in _TABLE.items():
        for code in codes.split():
            yield code, meaning


MEANINGS: Mapping[str, Meaning] = MappingProxyType(dict(_rows()))
"""What each error code means, by code."""
