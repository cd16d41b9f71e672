"""The cells of a table that leaves the bot as CSV, and may come back.

A spreadsheet runs a cell that looks like a formula. So such a cell gets one `'` in front, and
reading the table back removes exactly that one.
"""

_RISKY = ("=", "+", "-", "@", "'", "\t", "\r")


def guarded(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RISKY) else text


def unguarded(cell: str) -> str:
    """Return the text of a cell made by `guarded`; any other cell is returned unchanged."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RISKY) else cell
