"""What the toy template runs."""
