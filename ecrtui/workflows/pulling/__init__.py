"""Images into the local engine."""
