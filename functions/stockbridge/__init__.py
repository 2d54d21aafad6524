"""The domain: what StockBridge knows and decides. The only folder here without a handler."""
