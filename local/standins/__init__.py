"""Stand-ins for the world around StockBridge: a VTEX, a marketplace and a sign-in, on 127.0.0.1.

They speak the real paths, headers and bodies, misbehave on demand (`POST /_scenario`), and remember across restarts.
"""
