"""A pretend Shopify for `tracker demo` and for tests: Admin API, app proxy, storefront and a panel.

It imports nothing of the rest of this package, so that a mistake made twice can't pass for a match.
"""
