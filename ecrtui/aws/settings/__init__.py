"""Settings of registries and repositories: how each is read, and by which calls it is changed."""
