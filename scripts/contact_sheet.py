"""Make docs/offline-engine.jpg, what the offline engine draws for 24 prompts: `python -m scripts.contact_sheet`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from ipyseedance.offline.engine.frames import Frames
from ipyseedance.offline.engine.shot import Shot

PICTURE = Path(__file__).parents[1] / "docs" / "offline-engine.jpg"
PROMPTS = (
    ("A small boat on a quiet lake at sunset, slow push-in", 7),
    ("A storm over the sea at night, lightning behind a lighthouse", 8),
    ("Snowy mountains under the aurora, a fox crosses the ridge", 2),
    ("Morning mist over a pine forest, a deer stops and listens", 6),
    ("Camels cross the desert dunes at golden hour, the camera tracks", 4),
    ("Neon city skyline at night in the rain", 5),
    ("A sunny downtown street by day, a tram and cars pass", 3),
    ("An astronaut drifts before a ringed planet and a nebula", 11),
    ("Underwater, a whale glides over a coral reef, fish in the light", 1),
    ("Fireworks over the city at night", 9),
    ("A campfire in the woods at night, sparks rise", 3),
    ("Rain on the window of a warm room, a cat on the sill, evening", 2),
    ("A sunny garden of tulips and lavender, butterflies", 9),
    ("A ballerina dances in an empty theatre", 4),
    ("A steam train crosses a viaduct on an autumn afternoon", 5),
    ("A dragon flies over a castle at sunset", 2),
    ("A rocket lifts off at dawn", 3),
    ("Hot air balloons over green meadows at dawn", 3),
    ('A lawyer turns to the jury in a courtroom: "It was never about the money."', 8),
    ("A quiet village in the snow, lit windows at dusk", 1),
    ("A golden retriever runs along the beach on a bright morning, gulls overhead", 5),
    ("Gold and teal silk flowing, abstract", 8),
    ('A woman on the pier turns: "Wait for me until the spring." Twilight', 6),
    ("A clockmaker's secret", 12),
)
MOMENTS = (0.04, 0.5, 0.96)
"""Parts of the clip that are over."""
COLUMNS, WIDE, GAP, MARGIN, CAPTION = 3, 248, 3, 22, 26
PAPER, INK = (18, 19, 23), (206, 209, 216)


@dataclass(frozen=True)
class Sheet:
    """How large its clips are drawn before they are scaled down."""

    size: tuple[int, int] = (864, 496)
    seconds: int = 5

    def of(self, prompts: Sequence[tuple[str, int]], columns: int = COLUMNS) -> Image.Image:
        """The prompts' moments, side by side and labelled."""
        high = round(WIDE * self.size[1] / self.size[0])
        across, down = len(MOMENTS) * WIDE + (len(MOMENTS) - 1) * GAP, high + CAPTION
        rows = -(-len(prompts) // columns)
        sheet = Image.new(
            "RGB", (columns * (across + MARGIN) + MARGIN, rows * (down + MARGIN // 2) + MARGIN * 3 // 2), PAPER
        )
        draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=14)
        for number, (prompt, seed) in enumerate(prompts):
            left = MARGIN + number % columns * (across + MARGIN)
            top = MARGIN + number // columns * (down + MARGIN // 2)
            for index, moment in enumerate(self.moments(prompt, seed)):
                sheet.paste(moment.resize((WIDE, high), Image.Resampling.LANCZOS), (left + index * (WIDE + GAP), top))
            draw.text((left, top + high + 4), prompt, INK, font)
        return sheet

    def moments(self, prompt: str, seed: int) -> list[Image.Image]:
        """A clip's frames at each of MOMENTS."""
        reel = Frames(Shot(prompt, seed, self.size, 24, self.seconds))
        last = reel.shot.frames - 1
        return [_shown(reel.frame(round(moment * last))) for moment in MOMENTS]


def _shown(frame: av.VideoFrame) -> Image.Image:
    frame.colorspace, frame.color_range = 1, 1
    return Image.fromarray(frame.to_ndarray(format="rgb24"))


def main() -> None:
    Sheet().of(PROMPTS).save(PICTURE, quality=86, optimize=True)


if __name__ == "__main__":
    main()
