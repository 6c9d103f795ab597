"""One image: everything that reading its manifest reveals."""
