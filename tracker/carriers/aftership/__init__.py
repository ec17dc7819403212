"""AfterShip, an aggregator."""
