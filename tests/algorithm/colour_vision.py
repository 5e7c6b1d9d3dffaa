"""How far apart colours are to the eye, with normal vision and without one kind of cone.

Dichromacy after Machado, Oliveira and Fernandes (2009), the difference of two colours after
CIEDE2000 (Sharma, Wu and Dalal 2005), contrast after WCAG 2.
"""

from __future__ import annotations

import numpy as np

VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = XYZ.sum(axis=1)


def difference(one: str, other: str, vision: str) -> float:
    """Return the difference ΔE00 of two colours (#rrggbb) as seen with a vision."""
    return ciede2000(*(lab(VISIONS[vision] @ linear(colour)) for colour in (one, other)))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = XYZ @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, other
    stretch = 1.5 - 0.5 * _saturation((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    chroma1, chroma2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    hue1, hue2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (hue2 - hue1 + 180) % 360 - 180
    lightness, chroma, hue = (l1 + l2) / 2, (chroma1 + chroma2) / 2, (hue1 + turn / 2) % 360
    if chroma1 * chroma2 == 0:
        turn = 0.0
    weight = (
        1
        - 0.17 * _cos(hue - 30)
        + 0.24 * _cos(2 * hue)
        + 0.32 * _cos(3 * hue + 6)
        - 0.20 * _cos(4 * hue - 63)
    )
    off = (lightness - 50) ** 2
    light = (l2 - l1) / (1 + 0.015 * off / np.sqrt(20 + off))
    colourful = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    turned = 2 * np.sqrt(chroma1 * chroma2) * np.sin(np.radians(turn / 2))
    turned /= 1 + 0.015 * chroma * weight
    blue = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    rotation = -2 * _saturation(chroma) * np.sin(np.radians(blue))
    return float(np.sqrt(light**2 + colourful**2 + turned**2 + rotation * colourful * turned))


def _saturation(chroma: float) -> float:
    return float(np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))


def _cos(degrees: float) -> float:
    return float(np.cos(np.radians(degrees)))
