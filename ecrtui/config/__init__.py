"""Settings, locations, the keymap, and the declarations of the commands as data."""
