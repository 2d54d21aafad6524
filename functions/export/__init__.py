"""The export of balances to marketplaces."""
