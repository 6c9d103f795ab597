"""The settings of registries and repositories: read, changed by a plan, and what goes with them."""
