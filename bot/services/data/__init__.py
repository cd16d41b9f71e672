"""The workspace's own data: handed out as files, and taken in again."""
