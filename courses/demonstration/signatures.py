"""Signatures of people who do not exist, drawn and not scanned."""

import io
import math
import random
from itertools import pairwise

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from certificates.pictures import check_picture

SIZE = (1400, 560)
INK = (24, 40, 92, 255)


def draw_signature(seed):
    """A Picture of loops that run to the right and end in a line below; the same for the same ``seed``."""
    rng = random.Random(seed)  # noqa: S311 - the same demonstration everywhere
    image = Image.new("RGBA", SIZE)
    pen = ImageDraw.Draw(image)
    for stroke in (_write(rng), _underline(rng)):
        for number, (start, end) in enumerate(pairwise(stroke)):
            falls = max(0.0, (end[1] - start[1]) / (math.dist(start, end) or 1))
            width = 4 + 6 * falls + math.sin(number / 60)
            pen.line([start, end], fill=INK, width=round(width))
            pen.ellipse([end[0] - width / 2, end[1] - width / 2, end[0] + width / 2, end[1] + width / 2], fill=INK)
    content = io.BytesIO()
    image.save(content, "PNG")
    return check_picture(ContentFile(content.getvalue()))


def _write(rng):
    """A capital and then letters, each of its own height and slant."""
    letters = rng.randint(5, 8)
    step = 900 / letters
    heights = [rng.uniform(170, 230), *(rng.choice([45, 60, 75, 140]) * rng.uniform(0.8, 1.2) for _ in range(letters))]
    slants = [rng.uniform(0.25, 0.7) for _ in range(letters + 1)]
    points = []
    for index in range(letters * 160):
        position = index / 160
        letter, turn = int(position), 2 * math.pi * position
        share = position - letter
        height = heights[letter] * (1 - share) + heights[letter + 1] * share
        lean = slants[letter] * (1 - share) + slants[letter + 1] * share
        points.append((160 + step * position + math.sin(turn) * step * 0.45 + math.cos(turn) * height * lean * 0.5,
                       310 - position * 6 - math.cos(turn) * height))
    return points


def _underline(rng):
    fall, sway = rng.uniform(60, 120), rng.uniform(10, 40)
    return [(1080 - 820 * share, 380 + fall * math.sin(share * 2.6) + sway * math.sin(share * 7))
            for share in (index / 400 for index in range(401))]
