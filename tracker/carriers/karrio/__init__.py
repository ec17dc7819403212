"""Karrio, an open-source aggregator on a server of the operator's own."""
