"""The data is theirs: handed out as files, and taken in again."""
