"""Text that stays text where Shopify renders our page as Liquid and the browser as HTML. Pure."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup, escape

ENGLISH_DATE = "%-d %B %Y"


def as_text(value: object) -> Markup:
    """`value` escaped for HTML and for Liquid: without a brace there is no tag and no output in Liquid,
    and a browser reads the reference as the brace it stands for. Markup is left as it is, None is empty."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return Markup("")
    return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704 - escaped just here


def day(moment: datetime, form: str = ENGLISH_DATE) -> Markup:
    """Liquid that writes the day of `moment` in the shop's time zone, which is named, in this form."""
    return _date(moment, f"{form} (%Z)")


def time(moment: datetime, form: str = ENGLISH_DATE) -> Markup:
    """Liquid that writes day (in this form), time and zone of `moment` in the shop's time zone."""
    return _date(moment, f"{form}, %H:%M %Z")


def _date(moment: datetime, form: str) -> Markup:
    return Markup(f'{{{{ {int(moment.timestamp())} | date: "{form}" }}}}')  # noqa: S704 - a number and our own words
