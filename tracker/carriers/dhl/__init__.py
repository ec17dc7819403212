"""DHL's own Shipment Tracking – Unified, the one carrier API."""
