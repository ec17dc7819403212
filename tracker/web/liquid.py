"""Text that stays text where Shopify renders our page as Liquid and the browser as HTML. Pure."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup, escape

ENGLISH_DATE = "%-d %B %Y"
DAY_AS_NUMBER = 'date: "%Y%m%d" | plus: 0'
"""Filters that make a day in the shop's time zone of a time, since Liquid compares numbers and no dates."""
TODAY = f'"now" | {DAY_AS_NUMBER}'


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


def if_past(moment: datetime, past: Markup, to_come: Markup) -> Markup:
    """Liquid that says `past` where the day of `moment` is over in the shop's time zone, else `to_come`."""
    days = f"{{% assign day = {_date_of(moment)} %}}{{% assign today = {TODAY} %}}"
    return Markup(f"{days}{{% if day < today %}}{past}{{% else %}}{to_come}{{% endif %}}")  # noqa: S704 - escaped


def window(start: datetime, end: datetime, form: str = ENGLISH_DATE) -> Markup:
    """Liquid that writes a span of days, or where both ends are on one day in the shop's time zone that day
    and its hours."""
    span = Markup("–").join([day(start, form), day(end, form)])
    hours = Markup("–").join([_date(start, f"{form}, %H:%M"), _date(end, "%H:%M %Z")])
    ends = f"{{% assign first = {_date_of(start)} %}}{{% assign last = {_date_of(end)} %}}"
    return Markup(f"{ends}{{% if first == last %}}{hours}{{% else %}}{span}{{% endif %}}")  # noqa: S704 - ours


def _date_of(moment: datetime) -> str:
    return f"{int(moment.timestamp())} | {DAY_AS_NUMBER}"


def _date(moment: datetime, form: str) -> Markup:
    return Markup(f'{{{{ {int(moment.timestamp())} | date: "{form}" }}}}')  # noqa: S704 - a number and our own words
