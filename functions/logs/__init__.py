"""The logs that VTEX asks every connector for: who may read them, and what they say."""
