"""What an export contains, and how it is read and imported."""
