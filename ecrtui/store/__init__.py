"""The only room that writes files: the cache (may vanish), the state (precious), deliveries."""
