"""Data on stdout, narration on stderr, an exit code: the commands for scripts and pipelines."""
