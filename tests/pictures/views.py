"""The ways in which a story can be seen: how wide, how bright, in which direction, with script or without."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import product, starmap

WIDTHS = (320, 390, 768, 1280)
SCHEMES = ("light", "dark")
DIRECTIONS = ("ltr", "rtl")
SCRIPT = ("on", "off")

LANGUAGES = {
    "ltr": (
        *("en", "ja", "de", "th", "fi", "zh-CN", "pl", "fr", "ko", "tr", "pt-BR", "vi", "cs", "nl"),
        *("es", "zh-TW", "sv", "it", "pt-PT", "da", "nb"),
    ),
    "rtl": ("ar", "he"),
}
"""Every language that shoppers' words exist in, by its direction; those most unlike English come first."""


@dataclass(frozen=True)
class View:
    """One way. `script` is off in a browser that runs none."""

    width: int
    scheme: str
    direction: str
    script: str

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.direction}-script-{self.script}"


EVERY = tuple(starmap(View, product(WIDTHS, SCHEMES, DIRECTIONS, SCRIPT)))

PAIRWISE = (
    View(320, "light", "ltr", "on"),
    View(320, "dark", "rtl", "off"),
    View(390, "light", "rtl", "off"),
    View(390, "dark", "ltr", "on"),
    View(768, "light", "ltr", "off"),
    View(768, "dark", "rtl", "on"),
    View(1280, "light", "rtl", "on"),
    View(1280, "dark", "ltr", "off"),
)
"""The fewest views that hold every pair of what two of them can differ in. Each width has a view and its
opposite; the opposites differ from width to width, so that all pairs of the other three come about too."""


def pairs(view: View) -> set[tuple[tuple[int, object], tuple[int, object]]]:
    """Every two properties of a view together, each as its place and its value."""
    properties = list(enumerate(astuple(view)))
    return {(one, other) for one in properties for other in properties if one[0] < other[0]}
