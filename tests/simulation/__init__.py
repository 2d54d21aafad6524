"""The whole system in one thread, under a seeded scheduler and a virtual clock, with everything around it failing."""
