"""Lifecycle policies: read, checked, foreseen on the images there are, put and deleted by plan."""
