"""What leaves us with an export, and how it is read and taken in."""
