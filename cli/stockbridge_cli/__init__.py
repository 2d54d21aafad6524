"""The command `stockbridge`: what an operator or an administrator does, over the operator API."""
