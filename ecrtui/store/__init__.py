"""The only room that writes our files: the cache (may vanish) and the state (precious)."""
