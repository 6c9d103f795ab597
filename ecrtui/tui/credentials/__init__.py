"""What is done about credentials from where one stands: added, renewed, rotated, lent, mapped."""
