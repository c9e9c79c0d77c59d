"""The shapes that stand for a class: diamond for toil, circle for engineering, square for overhead, ring for none."""

from reports.charts.svg import Markup, element, text

LETTERS = {"toil": "T", "engineering": "E", "overhead": "O", "unclassified": "?"}
CSS = {"toil": "T", "engineering": "E", "overhead": "O", "unclassified": "U"}


def shape_of(classification: str, *, x: float, y: float, size: float = 3.4) -> Markup:
    """Return the shape of a class at a point, for charts with many of them."""
    css = CSS.get(classification, "U")
    if css == "T":
        a = size * 1.3
        points = f"M{x:.1f} {y - a:.1f}l{a:.1f} {a:.1f}l{-a:.1f} {a:.1f}l{-a:.1f} {-a:.1f}z"
        return element("path", class_="pt T", d=points)
    if css == "O":
        return element(
            "rect", class_="pt O", x=x - size, y=y - size, width=float(2 * size), height=float(2 * size), rx=0.8
        )
    return element("circle", class_=f"pt {css}", cx=float(x), cy=float(y), r=float(size))


def lettered(classification: str, *, x: float, y: float) -> Markup:
    """Return a disc with the letter of a class, for charts with few of them."""
    css = CSS.get(classification, "U")
    return Markup(
        element("circle", class_=css, cx=float(x), cy=float(y), r=7.5)
        + text(LETTERS.get(classification, "?"), x=x, y=y + 3, class_=f"dot-l {css}-l", anchor="middle")
    )
