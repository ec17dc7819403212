"""What goes on at each shop, as functions named after facts, for the page that its merchant sees.

`Activity` notes nothing: it is the default and the twin for tests. What is noted says when something happened
and how a look-up ended; never whose it was.
"""

from __future__ import annotations


class Activity:
    """Notes nothing. Children override what they note; none may raise, or make anybody wait."""

    def lookup_ended(self, shop: str, outcome: str, cause: str) -> None:
        """A look-up was answered: `outcome` is `story` or a refusal's code, `cause` the refusal's own."""

    def webhook_arrived(self, shop: str) -> None:
        """A webhook of this shop was believed."""

    def throttled(self, shop: str) -> None:
        """Shopify asked us to slow down for this shop."""

    def close(self) -> None:
        """The process ends: what was noted is written now."""

    def proxied(self, shop: str, path_prefix: str) -> None:
        """A signed request told where on the shop the app proxy is."""
