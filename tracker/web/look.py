"""What a block in the shop was set to, as its form carries it to a page without JavaScript. Pure.

Anybody can post such a form, from any site, and its answer stands on the shop's own page. So what is read is
closed: colors, numbers within bounds, names that we know, and pages of the shop itself. No text of anybody is
among it, and what is something else is passed over, which is no reason to refuse an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from tracker.shop import HIDEABLE

RADIUS = 0, 24
WIDTH = 320, 1120
"""From and to, in CSS pixels: the bounds of the settings in blocks/track-order.liquid."""
DENSITIES = ("comfortable", "compact")

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_PAGE = re.compile(
    r"(?:/[a-z]{2,3}(?:-[A-Za-z]{2,4})?)?/(?:pages|policies)/(?:[\w-]|%[89A-Fa-f][0-9A-Fa-f]){1,255}"
)
"""A page of the shop, perhaps below a market's folder. Other paths do things: `/cart/clear`, `/discount/…`.
What is escaped is a letter beyond ASCII: what `%2e%2e%2f` leads to is no page of these.
https://shopify.dev/docs/storefronts/themes/architecture/templates/page"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page looks and what it shows. None is the theme's or the style sheet's own; lengths are in CSS
    pixels, `shown` holds words of HIDEABLE, `contact` and `faq` are paths."""

    accent: str | None = None
    text: str | None = None
    background: str | None = None
    radius: int | None = None
    width: int | None = None
    density: str | None = None
    shown: frozenset[str] = HIDEABLE
    contact: str | None = None
    faq: str | None = None

    def carried(self) -> dict[str, str]:
        """The fields from which `read_look` reads this again."""
        said = {name: getattr(self, name) for name in _LOOK.fields if name != "show"}
        fields_sent = {name: str(value) for name, value in said.items() if value is not None}
        return fields_sent | ({} if self.shown == HIDEABLE else {"show": " ".join(sorted(self.shown))})

    def properties(self) -> dict[str, str]:
        """The values of the style sheet's own settings, `--track-order-…` or `data-…`, by their last part."""
        lengths = {"radius": self.radius, "width": self.width}
        colors = {"accent": self.accent, "text": self.text, "background": self.background}
        return {name: color for name, color in colors.items() if color is not None} | {
            name: f"{pixels}px" for name, pixels in lengths.items() if pixels is not None
        }


def _matches(pattern: re.Pattern[str]) -> Callable[[str], None]:
    def validate_text(text: str) -> None:
        if not pattern.fullmatch(text):
            raise ValidationError("invalid")

    return validate_text


class _Parts(fields.String):
    """The parts of a story that are shown, as data-show lists them."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: Any) -> Any:
        return HIDEABLE.intersection(super()._deserialize(value, attr, data, **kwargs).split())


class LookForm(Schema):
    """The fields of a look, none of which has to be there or has to hold."""

    class Meta:
        unknown = EXCLUDE

    accent = fields.String(validate=_matches(_COLOR))
    text = fields.String(validate=_matches(_COLOR))
    background = fields.String(validate=_matches(_COLOR))
    radius = fields.Integer(validate=validate.Range(*RADIUS))
    width = fields.Integer(validate=validate.Range(*WIDTH))
    density = fields.String(validate=validate.OneOf(DENSITIES))
    show = _Parts(attribute="shown")
    contact = fields.String(validate=_matches(_PAGE))
    faq = fields.String(validate=_matches(_PAGE))


_LOOK = LookForm()


def read_look(sent: Mapping[str, object]) -> Look:
    """The look that the fields of a form ask for, without whatever cannot be one."""
    try:
        read: Any = _LOOK.load(sent)
    except ValidationError as error:
        read = error.valid_data
    return Look(**read)
