"""A comparison as a picture: a small panel a figure, a point and its interval a rule, when matplotlib is installed."""

from pathlib import Path

from service.observatory.simulations import POLICIES, Results, compare


class NoPlot(RuntimeError):
    """The picture cannot be drawn here; says why."""


def plot(results: Results, file: Path) -> None:
    """Draw into a PNG or SVG file, as its name says. Raises NoPlot."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise NoPlot("matplotlib n'est pas installé") from error
    lines = [line for line in compare(results) if line.figure.key not in ("offered", "seconds")]
    names = results.policies()
    across = 3
    down = -(-len(lines) // across)
    figure = Figure(figsize=(12, 1 + 1.9 * down), layout="constrained")
    for axes, line in zip(figure.subplots(down, across, squeeze=False).flat, lines, strict=False):
        for at, name in enumerate(names):
            found = line.by_policy.get(name)
            if found is not None:
                axes.errorbar(found.mean, -at, xerr=found.half or 0, fmt="o", color=f"C{at}", capsize=4)
        axes.set_title(line.figure.label + (f" ({line.figure.unit})" if line.figure.unit else ""), fontsize=9)
        axes.set_yticks([-at for at in range(len(names))], [POLICIES.get(name, name) for name in names], fontsize=7)
        axes.set_ylim(-len(names) + 0.4, 0.6)
        axes.grid(visible=True, axis="x", alpha=0.3)
    for axes in figure.axes[len(lines) :]:
        axes.set_visible(False)
    of = results.conditions
    figure.suptitle(f"{of.region}, {of.days} jours, {len({row.seed for row in results.rows})} graines", fontsize=10)
    try:
        figure.savefig(file)
    except (ValueError, OSError) as error:
        raise NoPlot(f"{file} : {error}") from error
