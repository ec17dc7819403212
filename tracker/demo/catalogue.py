"""What Northwind Outfitters sells. Each product has a drawing in `static/products/<slug>.svg`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """`price` is in the shop's currency. What is not `on_shelf` is in orders, but not on the home page."""

    title: str
    price: float
    variant: str | None = None
    requires_shipping: bool = True
    on_shelf: bool = True


PRODUCTS: dict[str, Product] = {
    "rain-shell": Product("Cascade Rain Shell", 149.0, "Moss / M"),
    "boots": Product("Ridgeline Boots", 189.0, "EU 42"),
    "mug": Product("Enamel Camp Mug", 18.0),
    "tent": Product("Two-Person Tent", 329.0),
    "pack": Product("Day Pack 24 L", 96.0, "Slate"),
    "lantern": Product("Trail Lantern", 42.0),
    "socks": Product("Merino Socks", 22.0, "Rust / L"),
    "bottle": Product("Insulated Bottle", 34.0, "750 ml"),
    "guide": Product("Northwest Trail Guide (PDF)", 12.0, requires_shipping=False),
    "box": Product("Sample Kit", 5.0, on_shelf=False),
}
"""Slug → product."""
