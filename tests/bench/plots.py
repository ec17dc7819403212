"""What is better seen than read, as SVG. matplotlib is loaded by whoever draws, for it is large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SIZE = (7.2, 3.2)
"""Inches; as wide as a column of text."""

COLOURS = ("#1f5fa8", "#b3541e", "#3d7a3d", "#7a3d7a", "#5a5a5a")
"""Dark enough to be read on white, and not told apart by red and green alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """Its name in the legend, and points across and up."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture: the name of its file, its title, what is across and what is up, its lines. `limit` is a
    promise that is drawn across."""

    name: str
    title: str
    across: str
    up: str
    lines: Sequence[Line]
    limit: float | None = None
    logarithmic: bool = False


def draw(plots: Sequence[Plot], folder: Path) -> list[Path]:
    """Write each as `<name>.svg` into `folder`, the same bytes for the same points."""
    import matplotlib as mpl  # noqa: PLC0415 - large, and only needed here
    from matplotlib.figure import Figure  # noqa: PLC0415

    mpl.rcParams |= {"svg.hashsalt": "plots", "svg.fonttype": "none", "font.family": "sans-serif"}
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for plot in plots:
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        for line, colour in zip(plot.lines, COLOURS, strict=False):
            across, up = zip(*line.points, strict=True)
            axes.plot(across, up, label=line.name, color=colour, linewidth=1.6)
        if plot.limit is not None:
            axes.axhline(plot.limit, color="#5a5a5a", linestyle="--", linewidth=1)
        axes.set(title=plot.title, xlabel=plot.across, ylabel=plot.up)
        if plot.logarithmic:
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)
        axes.grid(visible=True, color="#e0e0e0", linewidth=0.6)
        if len(plot.lines) > 1:
            axes.legend(frameon=False)
        path = folder / f"{plot.name}.svg"
        figure.savefig(path, metadata={"Date": None})
        written.append(path)
    return written
