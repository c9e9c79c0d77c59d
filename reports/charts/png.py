"""A drawing as PNG, for files and mail: without the page's style sheets, in light colours and a font of our own."""

from html import escape
from pathlib import Path
from typing import Final

import resvg_py

from reports.charts.svg import Markup

FONTS: Final = Path(__file__).parent / "fonts"
FAMILY: Final = "DejaVu Sans"
ZOOM: Final = 2
EDGE: Final = 16
HEAD: Final = 44

# The light values of static/css/tokens.css under the classes of static/css/charts.css.
STYLE: Final = """
text { font-family: "DejaVu Sans"; font-size: 11px; fill: #5f6b69 }
.title { font-size: 14px; font-weight: bold; fill: #131b1a }
.strong { fill: #131b1a; font-weight: bold }
.mid { fill: #465250 }
.halo { paint-order: stroke; stroke: #ffffff; stroke-width: 3.5px; stroke-linejoin: round }
.nm { font-size: 11px; fill: #131b1a }
.grid { stroke: #e3e7e7; stroke-width: 1 }
.axis { stroke: #ccd3d2; stroke-width: 1 }
.band { fill: #d8efeb }
.band-t { fill: #0a655d }
.bandline { stroke: #0b7a70; stroke-width: 1; stroke-dasharray: 2 3; opacity: 0.75 }
.range { fill: #f6d3a6; opacity: 0.62 }
.line-t { fill: none; stroke: #cb6900; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
.line-before { fill: none; stroke: #5f6b69; stroke-width: 1.4; stroke-dasharray: 5 4 }
.proj { fill: none; stroke: #cb6900; stroke-width: 2; stroke-dasharray: 3 4 }
.burn-ideal { fill: none; stroke: #5f6b69; stroke-width: 1; stroke-dasharray: 2 3 }
.runs-out { fill: #c32b2b }
.bad-t { fill: #a32020; font-weight: bold }
.T { fill: #cb6900 }
.E { fill: #2270cf }
.O { fill: #67768b }
.U { fill: #ffffff; stroke: #6b7675; stroke-dasharray: 2.5 2; stroke-width: 1 }
.hatch { fill: url(#p-hatch) }
.tT { fill: #8a4500; font-weight: bold }
.tE { fill: #14509c; font-weight: bold }
.tO { fill: #44536a; font-weight: bold }
.tU { fill: #465250; font-weight: bold }
.pct { stroke: #5f6b69; stroke-width: 1; stroke-dasharray: 4 3 }
.note-l { stroke: #5f6b69; stroke-width: 1 }
.ring { fill: #ffffff; stroke: #cb6900; stroke-width: 2 }
.dot-t { fill: #cb6900 }
.dot-l { font-size: 8px; font-weight: bold; fill: #ffffff }
.U-l { fill: #465250 }
.zone-1 { fill: #eef3f2 }
.zone-2 { fill: #e2e8e7 }
.zone-3 { fill: #f8e3e1 }
.zone-none { fill: #f4f6f6 }
.cf0 { fill: #e4eae9 }
.cf1 { fill: #1f5f58 }
.cf2 { fill: #4a948b }
.cf3 { fill: #86bdb5 }
.cf4 { fill: #bfdcd7 }
.work { fill: #2f857b }
.wait { fill: #c9d6d4 }
.hit { fill: none }
"""

_DEFS: Final = (
    '<defs><pattern id="p-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="1.5" height="5" fill="#ffffff" fill-opacity="0.3"/></pattern></defs>'
)


def as_png(drawing: Markup, *, width: float, height: float, title: str = "", subtitle: str = "") -> bytes:
    """Return a drawing of this size (px) as PNG in twice its size, with a heading where one is given.

    Only text that the bundled font lacks makes it look for fonts of the system, which takes a while.
    """
    head = HEAD if title else 0
    whole = (width + 2 * EDGE, height + head + 2 * EDGE)
    heading = (
        f'<text class="title" x="{EDGE}" y="{EDGE + 14}">{escape(title)}</text>'
        f'<text x="{EDGE}" y="{EDGE + 31}">{escape(subtitle)}</text>'
        if title
        else ""
    )
    page = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]}" width="{whole[0]}" '
        f'height="{whole[1]}">{_DEFS}{heading}<g transform="translate({EDGE} {EDGE + head})">{drawing}</g></svg>'
    )
    made: bytes = resvg_py.svg_to_bytes(
        svg_string=page,
        style_sheet=STYLE,
        background="#ffffff",
        zoom=ZOOM,
        font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        skip_system_fonts=_is_covered(page),
    )
    return bytes(made)


def _is_covered(words: str) -> bool:
    """Whether the bundled font has every character: Latin, Greek, Cyrillic, punctuation and some signs."""
    return all(
        ord(letter) < 0x530 or 0x1E00 <= ord(letter) <= 0x1EFF or 0x2000 <= ord(letter) <= 0x27FF for letter in words
    )
