"""What goes wrong in the pretend Slack, as exceptions.

SandboxError
    ApiError         a Web API method says no: {"ok": false, "error": ...}
    AppDidNotAnswer  the app was asked and did not answer properly within three seconds
    CannotDo         a person cannot do this in Slack: no such button, no open view
"""

from typing import Any

from sandbox.words import Sentence


class SandboxError(Exception):
    """Base of everything below."""


class ApiError(SandboxError):
    """A Web API method refuses."""

    def __init__(
        self,
        error: str,
        *,
        problems: tuple[str, ...] = (),
        is_nobodys_fault: bool = False,
        **extra: Any,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.is_nobodys_fault = is_nobodys_fault
        """Whether the app could not know better."""
        self.problems = problems
        """Each problem in the payload with its JSON pointer."""
        self.extra = extra

    def to_slack(self) -> dict[str, Any]:
        """Draw it as the body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.error} | self.extra
        if self.problems:
            messages = [f"[ERROR] {problem}" for problem in self.problems]
            body["response_metadata"] = {"messages": messages}
        if self.error == "invalid_blocks":
            body["errors"] = list(self.problems)
        return body


class AppDidNotAnswer(SandboxError):
    """The app is not there, was too slow, or answered what Slack does not accept."""

    def __init__(self, reason: str, detail: str = "", *, retry: bool = True) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        """Slack's word for it, such as operation_timeout or dispatch_failed."""
        self.retry = retry
        """Whether an event may be delivered again."""
        self.told = tuple(detail.split("; ")) if detail else (reason,)
        """What is known of it beyond that, line by line."""


class CannotDo(SandboxError):
    """Nobody could do this in Slack's client; the sentence has places for the values."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence = Sentence(sentence, **values)
        super().__init__(str(self.sentence))
