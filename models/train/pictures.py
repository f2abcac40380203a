"""Pictures to learn from, and what a scale's camera may make of each."""

import csv
import io
import math
import os

import numpy as np
from PIL import Image, ImageFilter

# As a pack's input is made: the short side, then the square cut from the middle.
SHORT_SIDE, INPUT_SIZE = 256, 224


def rows(index, split, without=()):
    """`path,split,fine,coarse` as `yike model eval` reads it; paths stand beside the index."""
    folder = os.path.dirname(os.path.abspath(index))
    with open(index, newline="", encoding="utf-8") as lines:
        return [
            (os.path.join(folder, row["path"]), row["fine"])
            for row in csv.DictReader(lines)
            if row["split"] == split and row["fine"] not in without
        ]


def read(path):
    """RGB with the short side at `SHORT_SIDE`."""
    image = Image.open(path).convert("RGB")
    scale = SHORT_SIDE / min(image.size)
    size = tuple(round(side * scale) for side in image.size)
    return image if scale == 1 else image.resize(size, Image.BILINEAR)


def centre(image):
    left, top = ((side - INPUT_SIZE) // 2 for side in image.size)
    return np.asarray(image.crop((left, top, left + INPUT_SIZE, top + INPUT_SIZE)))


def seen(image, size, dice):
    """One picture as it might have been taken: float HWC, 0 to 255."""
    return lit(soiled(turned(image, size, dice), dice), dice).astype(np.float32)


def turned(image, size, dice):
    """A part of it, near or far, turned and mirrored."""
    area = dice.uniform(0.25, 1.0) * SHORT_SIDE**2 * 1.15
    ratio = math.exp(dice.uniform(-0.28, 0.28))
    wide, high = math.sqrt(area * ratio), math.sqrt(area / ratio)
    degrees = dice.uniform(-8, 8)
    if dice.random() < 0.6:
        degrees = dice.choice([0, 90, 180, 270]) + dice.uniform(-25, 25)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    reach_x = abs(wide * cos) / 2 + abs(high * sin) / 2
    reach_y = abs(wide * sin) / 2 + abs(high * cos) / 2
    x, y = between(image.size[0], reach_x, dice), between(image.size[1], reach_y, dice)
    step_x, step_y = wide / size * dice.choice([-1, 1]), high / size
    across, down, half = (cos * step_x, sin * step_x), (-sin * step_y, cos * step_y), size / 2
    matrix = (
        *(across[0], down[0], x - (across[0] + down[0]) * half),
        *(across[1], down[1], y - (across[1] + down[1]) * half),
    )
    return image.transform((size, size), Image.AFFINE, matrix, Image.BILINEAR)


def between(side, reach, dice):
    reach = min(reach, side / 2)
    return dice.uniform(reach * 0.85, side - reach * 0.85)


def soiled(image, dice):
    """Out of focus, of little detail, or compressed hard, now and then."""
    size = image.size
    if dice.random() < 0.15:
        image = image.filter(ImageFilter.GaussianBlur(dice.uniform(0.5, 2.5)))
    if dice.random() < 0.1:
        small = dice.randint(40, 120)
        image = image.resize((small, small), Image.BILINEAR).resize(size, Image.BILINEAR)
    if dice.random() < 0.15:
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=dice.randint(12, 60))
        image = Image.open(packed)
    return image


def lit(image, dice):
    """Under another lamp, through a bag, by a noisy sensor."""
    values = np.asarray(image, dtype=np.float32)
    gain = math.exp(dice.uniform(-0.5, 0.5))
    tint = np.exp([dice.uniform(-0.15, 0.15) for _ in range(3)])
    mean = values.mean()
    values = ((values - mean) * math.exp(dice.uniform(-0.3, 0.3)) + mean) * (gain * tint)
    if dice.random() < 0.4:
        grey = values.mean(2, keepdims=True)
        values = grey + (values - grey) * dice.uniform(0.6, 1.4)
    if dice.random() < 0.1:
        veil = dice.uniform(0.1, 0.4)
        values = values * (1 - veil) + 255 * veil
    if dice.random() < 0.15:
        noise = np.random.default_rng(dice.getrandbits(32)).standard_normal(values.shape)
        values = values + noise * dice.uniform(3, 22)
    return np.clip(values, 0, 255)
