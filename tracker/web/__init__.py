"""The edge in: what comes over HTTP is proven, limited, read and answered here."""
