"""Bulk operations: the three deeds of an operator, done to a frozen set of records page by page."""
