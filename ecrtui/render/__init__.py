"""Pure: model values to text and cells, shared by the explorer and the headless commands."""
