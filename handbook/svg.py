"""SVG from outside made fit for a page: an allow-list, and colors that follow the site's scheme.

Drawings come from recorders (Vega, Mermaid) or from a contributor's commit, so nothing in them is trusted:
what is not listed here is dropped. Colors of our palette become classes (`fig-fill-ink`), which the style
sheet paints; a policy without inline styles leaves no other way to follow light and dark.
"""

import re
import xml.etree.ElementTree as ET

from handbook import Fault

MAX_BYTES = 400_000
NAMESPACE = "http://www.w3.org/2000/svg"
ELEMENTS = {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
            "defs", "marker", "clipPath", "linearGradient", "stop"}
# Presentation that a drawing may carry; `style` declarations of these names become attributes.
PRESENTATION = {"fill", "stroke", "fill-opacity", "stroke-opacity", "opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
                "stroke-linejoin", "stroke-miterlimit", "font-size", "font-weight", "font-style", "text-anchor",
                "dominant-baseline", "alignment-baseline", "stop-color", "stop-opacity", "display", "visibility"}
GEOMETRY = {"d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "width", "height", "points", "transform",
            "viewBox", "preserveAspectRatio", "marker-start", "marker-mid", "marker-end", "markerWidth", "markerHeight", "refX",
            "refY", "orient", "markerUnits", "clip-path", "offset", "gradientUnits", "gradientTransform", "textLength", "id"}
PALETTE = {
    "#1f2328": "ink", "#59636e": "muted", "#d1d9e0": "line", "#f6f8fa": "soft", "#ffffff": "paper",
    "#2563eb": "series-1", "#d97706": "series-2", "#059669": "series-3", "#dc2626": "series-4", "#7c3aed": "series-5", "#0891b2": "series-6",
}
# Vega's own defaults and plain words for the same things.
SAME = {"#000": "#1f2328", "#000000": "#1f2328", "black": "#1f2328", "#fff": "#ffffff", "white": "#ffffff",
        "#888": "#59636e", "#ddd": "#d1d9e0", "#333": "#1f2328", "#4c78a8": "#2563eb"}
_VALUE = re.compile(r"[\w\s.,%#()+\-:/]*")
_URL = re.compile(r"url\(\s*['\"]?#([\w-]+)['\"]?\s*\)")
_RGB = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.]+)\s*)?\)")
_CLASS = re.compile(r"fig-(?:fill|stroke)-[\w-]+")


def clean(text: str, *, prefix: str = "", label: str | None = None) -> str:
    """The drawing with only what is listed; ids get the prefix so that two drawings fit on one page.

    With a label the drawing is an image of that name; without one it hides from assistive technology.
    """
    if len(text.encode()) > MAX_BYTES:
        raise Fault(f"drawing of {len(text.encode()):,} bytes: keep it under {MAX_BYTES:,} (fewer points in the data)")
    if re.search(r"<!(?!--)|<\?(?!xml\s)", text):
        # Entities are how an XML file of a hundred bytes becomes a gigabyte.
        raise Fault("drawing with a document type, entity or instruction: record it again")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise Fault(f"drawing is not well-formed ({error}): record it again") from None
    if root.tag not in ("svg", f"{{{NAMESPACE}}}svg"):
        raise Fault("drawing is no SVG: record it again")
    try:
        kept = _element(root, prefix)
    except RecursionError:
        raise Fault("drawing nests too deep: record it again") from None
    _drop_unused(kept)
    if label is None:
        kept.set("aria-hidden", "true")
    else:
        kept.set("role", "img")
        kept.set("aria-label", label)
    kept.set("xmlns", NAMESPACE)
    return ET.tostring(kept, encoding="unicode", short_empty_elements=True)


def _element(node: ET.Element, prefix: str) -> ET.Element:
    name = node.tag.removeprefix(f"{{{NAMESPACE}}}")
    kept = ET.Element(name, _attributes(node, prefix))
    if name in ("text", "tspan"):
        kept.text = node.text
    for child in node:
        if isinstance(child.tag, str) and child.tag.removeprefix(f"{{{NAMESPACE}}}") in ELEMENTS:
            inner = _element(child, prefix)
            if name in ("text", "tspan"):
                inner.tail = child.tail
            if not _invisible(inner):
                kept.append(inner)
    return kept


def _drop_unused(root: ET.Element) -> None:
    """Ids that nothing refers to, and the markers and gradients that had them, go."""
    used = {match.group(1) for node in root.iter() for value in node.attrib.values() if (match := _URL.fullmatch(value))}
    for parent in list(root.iter()):
        for node in list(parent):
            if node.tag in ("marker", "clipPath", "linearGradient") and node.get("id") not in used or node.tag == "defs" and not len(node):
                parent.remove(node)
    for node in root.iter():
        if node.get("id") not in used:
            node.attrib.pop("id", None)


def _invisible(node: ET.Element) -> bool:
    return node.get("display") == "none" or node.tag == "g" and not len(node) or node.tag == "path" and not node.get("d")


def _attributes(node: ET.Element, prefix: str) -> dict[str, str]:
    given = dict(node.attrib)
    for declaration in given.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if name.strip() in PRESENTATION:
            given[name.strip()] = value.replace("!important", "").strip()
    # The cleaned drawing is cleaned again when a page is built: our own classes survive.
    classes = [word for word in given.get("class", "").split() if _CLASS.fullmatch(word)]
    kept = {}
    for name, value in given.items():
        if name not in PRESENTATION and name not in GEOMETRY:
            continue
        if name == "id":
            if re.fullmatch(r"[\w-]+", value):
                kept[name] = value if value.startswith(prefix) else prefix + value
            continue
        if "url" in value.lower():
            link = _URL.fullmatch(value.strip())
            if link:
                target = link.group(1)
                kept[name] = f"url(#{target if target.startswith(prefix) else prefix + target})"
            continue
        if not _VALUE.fullmatch(value) or (":" in value and name != "d"):
            continue
        if name == "display" and value != "none":
            continue
        if name in ("fill", "stroke") and (role := PALETTE.get(plain_color(value))):
            classes.append(f"fig-{name}-{role}")
            continue
        kept[name] = _short(value) if name in GEOMETRY else value
    if classes:
        kept["class"] = " ".join(dict.fromkeys(classes))
    return kept


def plain_color(value: str) -> str:
    """`rgb(31, 35, 40)`, `#1F2328` and our synonyms as one lower-case hex text."""
    value = value.strip().lower()
    if match := _RGB.fullmatch(value):
        if float(match.group(4) or 1) < 1:
            return value
        value = "#" + "".join(f"{min(255, int(part)):02x}" for part in match.groups()[:3])
    return SAME.get(value, value)


def _short(value: str) -> str:
    """Coordinates to two decimals: nobody sees more, and files shrink by half."""
    return re.sub(r"-?\d+\.\d{3,}(?:e-?\d+)?", lambda match: f"{float(match.group()):.2f}".rstrip("0").rstrip("."), value)
