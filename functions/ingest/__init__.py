"""The webhook and the intake of VTEX notifications."""
