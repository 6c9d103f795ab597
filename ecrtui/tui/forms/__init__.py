"""Forms: several things to be typed or chosen, one a line, all of them kept when one comes back."""
