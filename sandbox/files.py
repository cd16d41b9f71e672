"""The files of the workspace: what members picked in a modal, and what the app sent.

A file is private to who uploaded it until it is shared: by submitting the view it was picked in, or
into a channel.
"""

import mimetypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

from sandbox.elements import Json
from sandbox.problems import ApiError
from sandbox.world import TEAM_ID

LARGEST_INPUT = 10 * 1024**2
"""Bytes of one file that a `file_input` takes."""
_TYPES = {
    "yaml": ("yaml", "YAML", "application/x-yaml"),
    "yml": ("yaml", "YAML", "application/x-yaml"),
    "csv": ("csv", "CSV", "text/csv"),
    "txt": ("text", "Plain Text", "text/plain"),
}
"""By extension: Slack's name of the type, the same for people, and the media type."""


@dataclass(slots=True)
class File:
    """One file, whole."""

    id: str
    name: str
    title: str
    user: str
    content: bytes
    created: int
    """Seconds since 1970."""
    channels: list[str] = field(default_factory=list)
    """Where it was shared."""

    def to_slack(self, base_url: str) -> Json:
        """Draw it as `files.info` and the state of a view do."""
        filetype, pretty, mimetype = _type_of(self.name)
        address = f"{base_url}/files-pri/{TEAM_ID}-{self.id}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": mimetype,
            "filetype": filetype,
            "pretty_type": pretty,
            "user": self.user,
            "user_team": TEAM_ID,
            "editable": False,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(each.startswith("C") for each in self.channels),
            "public_url_shared": False,
            "url_private": f"{address}/{self.name}",
            "url_private_download": f"{address}/download/{self.name}",
            "permalink": f"{base_url}/files/{self.user}/{self.id}/{self.name}",
            "file_access": "visible",
        }


@dataclass(slots=True)
class _Announced:
    """A file that the app will send, and then what came of it."""

    file_id: str
    name: str
    length: int
    content: bytes | None = None


class Files:
    """All files of the workspace."""

    def __init__(self, clock: Callable[[], datetime], new_id: Callable[[str], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._files: dict[str, File] = {}
        self._announced: dict[str, _Announced] = {}
        """By the end of their upload address."""

    def add(self, user: str, name: str, content: bytes) -> File:
        """Keep what a member picked."""
        return self._keep(self._new_id("F"), user, name, name, content)

    def find(self, file_id: str) -> File | None:
        """Find a file that is there as a whole."""
        return self._files.get(file_id)

    def remove(self, file_id: str) -> None:
        """Delete a file, as its owner can at any time."""
        del self._files[file_id]

    def announce(self, name: str, length: int) -> tuple[str, str]:
        """Promise a place for a file; return its id, and the end of its upload address."""
        ticket, file_id = self._new_id("U"), self._new_id("F")
        self._announced[ticket] = _Announced(file_id, name, length)
        return file_id, ticket

    def receive(self, ticket: str, content: bytes) -> bool:
        """Take the bytes of an announced file; False if they are not as announced."""
        announced = self._announced.get(ticket)
        if announced is None or announced.length != len(content):
            return False
        announced.content = content
        return True

    def complete(self, wanted: Iterable[tuple[str, str]], user: str) -> list[File]:
        """Make files of what was received, given as ids with titles. Raises ApiError."""
        received = {each.file_id: each for each in self._announced.values() if each.content}
        made = []
        for file_id, title in wanted:
            announced = received.get(file_id)
            if announced is None or announced.content is None or file_id in self._files:
                raise ApiError("file_not_found")
            name = announced.name
            made.append(self._keep(file_id, user, name, title or name, announced.content))
        return made

    def _keep(self, file_id: str, user: str, name: str, title: str, content: bytes) -> File:
        created = int(self._clock().timestamp())
        self._files[file_id] = File(file_id, name, title, user, content, created)
        return self._files[file_id]


def extension(name: str) -> str:
    """The end of a file's name that says what it is, in small letters, without the dot."""
    return PurePath(name).suffix.removeprefix(".").lower()


def _type_of(name: str) -> tuple[str, str, str]:
    ending = extension(name)
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _TYPES.get(ending, (ending or "binary", ending.upper() or "Binary", guessed))
