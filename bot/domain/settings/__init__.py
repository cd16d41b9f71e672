"""The settings of a workspace: how each is read, checked and stored."""
