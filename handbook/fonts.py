"""The site's fonts, cut to the signs that the pages use: text, labels and code, and one for formulas with its MATH table.

`prepare` calls `make`. A sign outside these lists still shows, in a font of the reader's machine.
"""

import io
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from handbook import ROOT

PACKAGES = ROOT / "node_modules"
SERIF = PACKAGES / "@fontsource-variable" / "source-serif-4"
SANS = PACKAGES / "@fontsource-variable" / "source-sans-3"
MONO = PACKAGES / "@fontsource-variable" / "source-code-pro"
MATH = PACKAGES / "@fontsource" / "stix-two-math"

ASCII = [*range(0x20, 0x7F)]
SIGNS = [ord(sign) for sign in " §©°±²³µ·¹×–—‘’“”…′″−≈≠≤≥←→↑↓‑äéöü"]
LETTERS = [*range(0x391, 0x3AA), *range(0x3B1, 0x3CA), *(ord(sign) for sign in "ϑϕϵ")]
# Browsers draw a single-letter <mi> with the italic of mathematical alphanumerics; h stands apart in Unicode.
ITALIC = [0x210E, *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D6FB), *range(0x1D6FC, 0x1D716)]
BLACKBOARD = [ord(sign) for sign in "ℝℕℤ𝔼ℙ𝟙ℒ𝒟"]
# ⇐ is not written here, but ⇔ is drawn with a part of it.
OPERATORS = [ord(sign) for sign in " ±×÷¬·…′″←→↔⇐⇒⇔↦∀∂∃∅∇∈∉∏∑−∓∗∘√∝∞∣∥∧∨∩∪∫∼≃≈≠≡≤≥≪≫⊂⊆⋅⋮⋯⌈⌉⌊⌋⟨⟩‖"]
INVISIBLE = [0x2061, 0x2062, 0x2063]  # function application, times, separator

TEXT = ASCII + SIGNS
FORMULA = ASCII + LETTERS + ITALIC + BLACKBOARD + OPERATORS + INVISIBLE
TYPOGRAPHY = ["kern", "liga", "tnum"]

# file: (source, signs, features, where its variable axes are held)
FONTS = {
    "text.woff2": (SERIF / "files/source-serif-4-latin-opsz-normal.woff2", TEXT, TYPOGRAPHY, {"opsz": 16, "wght": (400, 650)}),
    "italic.woff2": (SERIF / "files/source-serif-4-latin-opsz-italic.woff2", TEXT, TYPOGRAPHY, {"opsz": 16, "wght": 400}),
    "label.woff2": (SANS / "files/source-sans-3-latin-wght-normal.woff2", TEXT, ["kern", "tnum"], {"wght": (400, 600)}),
    "code.woff2": (MONO / "files/source-code-pro-latin-wght-normal.woff2", TEXT, ["kern"], {"wght": 400}),
    "math.woff2": (MATH / "files/stix-two-math-latin-400-normal.woff2", FORMULA, ["ssty"], {}),
}


def inputs() -> list[bytes]:
    """All that decides what the fonts become."""
    return [Path(__file__).read_bytes(), *((package / "package.json").read_bytes() for package in (SERIF, SANS, MONO, MATH))]


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (source, signs, features, axes) in FONTS.items():
        font = subset(source, signs, features)
        if axes:
            font = instantiateVariableFont(font, axes)
        font.flavor = "woff2"
        font.save(folder / name)


def subset(source: Path, signs: list[int], features: list[str]) -> TTFont:
    font = TTFont(source)
    options = Options(layout_features=features, hinting=False, name_IDs=[1, 2], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=signs)
    subsetter.subset(font)
    # Written and read again: tables that were read lazily still know the glyphs that went.
    font.flavor = None
    buffer = io.BytesIO()
    font.save(buffer)
    buffer.seek(0)
    return TTFont(buffer)
