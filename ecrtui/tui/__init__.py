"""The explorer: the only room that imports textual."""
