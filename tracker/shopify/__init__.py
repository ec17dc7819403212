"""The edge to Shopify: proof of origin, the Admin API's queries and answers, access tokens.

`signature`, `queries`, `words` and `reading` are pure; `admin` and `tokens` do the HTTP, on `transport`.
"""
