"""One connector per file."""
