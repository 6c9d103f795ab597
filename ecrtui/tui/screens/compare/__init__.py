"""Two images compared: the screen, its tabs, how far their reading has come."""
