"""The operations queue's consumer."""
