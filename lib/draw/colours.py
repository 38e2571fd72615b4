"""The one table of colours: figures, animations and explorers all read it.

Each colour has one meaning. They are the Okabe–Ito hues, set dark enough to show on white and light enough
to show on black (contrast at least 3 : 1 on both), so one table serves light and dark pages. No meaning rests
on colour alone: kernels are dashed, padding is hatched, outputs have round corners.
"""

COLOURS = {
    "input": "#0072B2",
    "kernel": "#C77700",
    "output": "#008F68",
    "padding": "#808080",
    "highlight": "#B5438B",
}

SIGNED_MAP = "RdBu_r"  # matplotlib's name: blue below zero, white at zero, red above
