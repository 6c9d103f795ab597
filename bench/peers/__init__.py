"""The smallest programs of others' making that do what one of ours does."""
