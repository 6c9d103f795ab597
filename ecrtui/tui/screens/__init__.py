"""One screen for each kind of place."""
