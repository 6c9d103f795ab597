"""Two of anything and their difference, and what a stack of layers amounts to. Pure: no I/O."""
