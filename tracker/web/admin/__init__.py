"""The merchant's page in the Shopify admin: what is set up, what was chosen, and how it goes."""
