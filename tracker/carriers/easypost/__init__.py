"""EasyPost, an aggregator."""
