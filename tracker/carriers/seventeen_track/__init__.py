"""17TRACK, an aggregator."""
