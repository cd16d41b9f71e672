"""A year in the life of an agency, played in the pretend Slack with the real app, for `--demo`.

`year.yaml` says who does what; `cases` reads it, `desk` does it by hand and `playing` day by day.
"""

from sandbox.demo.playing import DAYS, beginning
from sandbox.demo.running import played

__all__ = ["DAYS", "beginning", "played"]
