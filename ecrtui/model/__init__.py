"""What things are: frozen, typed values without I/O, and the Protocols of the outside things."""
