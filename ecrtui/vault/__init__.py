"""Where secrets are kept: the only room that knows keyring."""
