"""A module for each command: `run(services, options, output)` answers its exit code."""
