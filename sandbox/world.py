"""The people and places of the pretend workspace, and what the app declared in it.

Nothing here moves by itself: messages, views and deliveries live in their own modules.
"""

from dataclasses import dataclass, field
from typing import Any

TEAM_ID = "T0NORDLICHT"
TEAM_NAME = "Nordlicht Agency"
TEAM_DOMAIN = "nordlicht"
APP_ID = "A0WALKAWAY"
APP_NAME = "Walkaway"
BOT_ID = "B0WALKAWAY"
BOT_USER = "U0WALKAWAY"
SLACKBOT = "USLACKBOT"
BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - opens nothing but a pretend Slack on loopback
APP_TOKEN = "xapp-sandbox"  # noqa: S105 - likewise
SIGNING_SECRET = "facade" * 5 + "00"  # opens nothing either, and is shaped like a real one
VERIFICATION_TOKEN = "sandbox-verification"  # noqa: S105 - likewise
SALES = "C0SALES"
VERDICTS = "C0VERDICTS"
SCOPES = (
    "commands",
    "chat:write",
    "users:read",
    "users:read.email",
    "im:write",
    "usergroups:read",
    "channels:read",
    "groups:read",
    "channels:history",
    "im:history",
    "files:read",
    "files:write",
)


@dataclass(slots=True)
class Profile:
    """What Slack knows about a member."""

    id: str
    name: str
    title: str = ""
    locale: str = "en-US"
    tz: str = "Europe/Berlin"
    is_guest: bool = False
    is_manager: bool = False
    is_admin: bool = False
    """Of the Slack workspace."""
    is_bot: bool = False
    deleted: bool = False
    team_id: str = TEAM_ID

    @property
    def is_person(self) -> bool:
        """Whether a human being sits at this account."""
        return not self.is_bot and self.id != SLACKBOT

    @property
    def username(self) -> str:
        """The handle, as old payloads still carry it."""
        return self.name.lower().replace(" ", ".")

    @property
    def email(self) -> str:
        """Their address, of which Slack tells only with a scope."""
        return f"{self.username}@{TEAM_DOMAIN}.example"


@dataclass(slots=True)
class Channel:
    """A public channel, or the direct messages between one member and the app."""

    id: str
    name: str
    kind: str = "channel"
    members: list[str] = field(default_factory=list)
    is_archived: bool = False
    is_shared: bool = False
    """With another organisation."""
    is_read_only: bool = False
    """Only admins post there."""

    def to_slack(self) -> dict[str, Any]:
        """Draw it as `conversations.info` does."""
        is_dm = self.kind == "dm"
        drawn: dict[str, Any] = {
            "id": self.id,
            "is_channel": not is_dm,
            "is_group": False,
            "is_im": is_dm,
            "is_mpim": False,
            "is_private": is_dm,
            "is_archived": self.is_archived,
            "context_team_id": TEAM_ID,
            "created": 0,
        }
        if is_dm:
            return drawn | {"user": next(m for m in self.members if m != BOT_USER)}
        return drawn | {
            "name": self.name,
            "name_normalized": self.name,
            "is_general": False,
            "is_member": BOT_USER in self.members,
            "is_ext_shared": self.is_shared,
            "is_read_only": self.is_read_only,
            "num_members": len(self.members),
        }


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of several workspaces (Enterprise Grid)."""

    id: str
    name: str
    has_installed: bool = False
    """Whether the app was installed for all its workspaces at once."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command that the app declared in its manifest."""

    command: str
    description: str
    usage_hint: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut that the app declared: "global", or "message" for the menu of a message."""

    callback_id: str
    name: str
    type: str


COMMANDS = (Command("/qualify", "Screen a prospect", "[name] | list | help"),)
SHORTCUTS = (
    Shortcut("qualify", "Screen a prospect", "global"),
    Shortcut("qualify_message", "Screen this prospect", "message"),
)

MESSAGES_TAB_IS_READ_ONLY = True
"""What the app's manifest says of its Messages tab: members read there, and cannot write."""


class World:
    """Members and channels, as they stand now."""

    def __init__(self) -> None:
        self.organisation: Organisation | None = None
        self.members: dict[str, Profile] = {profile.id: profile for profile in _people()}
        self.groups: dict[str, list[str]] = {}
        """User groups by id, for `usergroups.users.list`."""
        everyone = [m.id for m in self.members.values() if m.id != SLACKBOT]
        full = [member for member in everyone if not self.members[member].is_guest]
        self.channels: dict[str, Channel] = {
            SALES: Channel(SALES, "sales", members=everyone),
            VERDICTS: Channel(VERDICTS, "verdicts", members=full),
        }

    @property
    def is_org_install(self) -> bool:
        """Whether the app was installed for a whole organisation."""
        return self.installed_in != TEAM_ID

    @property
    def installed_in(self) -> str:
        """The id under which the app was installed: of the workspace, or of its organisation."""
        owner = self.organisation
        return owner.id if owner is not None and owner.has_installed else TEAM_ID

    def add(self, profile: Profile) -> None:
        """Let somebody join; guests see #sales only."""
        self.members[profile.id] = profile
        rooms = [SALES] if profile.is_guest else [SALES, VERDICTS]
        for room in rooms:
            self.channels[room].members.append(profile.id)

    def direct_channel(self, member_id: str) -> Channel:
        """Find or make the direct messages between the app and a member."""
        channel_id = f"D{member_id[1:]}"
        if channel_id not in self.channels:
            members = [member_id, BOT_USER]
            self.channels[channel_id] = Channel(channel_id, APP_NAME, "dm", members)
        return self.channels[channel_id]

    def channels_of(self, member_id: str) -> list[Channel]:
        """List what a member sees, the direct messages with the app last."""
        self.direct_channel(member_id)
        seen = [channel for channel in self.channels.values() if member_id in channel.members]
        return sorted(seen, key=lambda channel: channel.kind == "dm")


def _people() -> list[Profile]:
    return [
        Profile("U0JONAS", "Jonas Weber", "Salesperson", "de-DE", "Europe/Berlin"),
        Profile("U0EMMA", "Emma Clarke", "Salesperson", "en-GB", "Europe/London"),
        Profile("U0SABINE", "Sabine Vogt", "Manager", "de-DE", "Europe/Berlin", is_manager=True),
        Profile("U0GIL", "Gil Moreno", "Guest", "en-US", "America/New_York", is_guest=True),
        Profile(BOT_USER, APP_NAME, "App", "en-US", "Etc/UTC", is_bot=True),
        Profile(SLACKBOT, "Slackbot", "", "en-US", "America/Los_Angeles"),
    ]
