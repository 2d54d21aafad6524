"""The scheduled audit: late changes, sweep, redrive."""
