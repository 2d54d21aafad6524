"""Reconciliations: what differs is found and repaired page by page."""
