"""What is measured in a clip: the names, units and meanings of `ipyseedance.media.measures`.

They stand here because the history's columns and the widgets' headings are made of them too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One measure: its title, its unit ("" for a bare number or text), and what it says in a sentence."""

    title: str
    unit: str
    meaning: str
    short: str = ""
    """What stands before the number where there is no room for more; "" where the unit says it."""
    digits: int = 0
    """Places after the point that are worth reading."""
    text: bool = False


MEASURES: dict[str, Measure] = {
    "start_ssim": Measure(
        "Start frame adherence",
        "",
        "How like the start frame the first frame is in structure: 1 is the same.",
        short="start",
        digits=3,
    ),
    "start_color_shift": Measure(
        "Start frame colour shift",
        "ΔE",
        "How far the first frame's mean colour is from that picture's; 2.3 just shows.",
        short="start ΔE",
        digits=1,
    ),
    "end_ssim": Measure(
        "End frame adherence",
        "",
        "How like the end frame the last frame is in structure: 1 is the same.",
        short="end",
        digits=3,
    ),
    "end_color_shift": Measure(
        "End frame colour shift",
        "ΔE",
        "How far the last frame's mean colour is from that picture's; 2.3 just shows.",
        short="end ΔE",
        digits=1,
    ),
    "motion": Measure(
        "Motion",
        "%/s",
        "How far the picture's parts move, on average, in percent of its height a second.",
        short="motion",
        digits=1,
    ),
    "flicker": Measure(
        "Flicker",
        "%",
        "How much the light jumps from frame to frame, in percent of the range from black to white.",
        short="flicker",
        digits=2,
    ),
    "cuts": Measure("Cuts", "", "How many hard cuts there are.", short="cuts"),
    "loudness": Measure("Loudness", "LUFS", "Integrated loudness; none for silence.", digits=1),
    "peak": Measure("Peak", "dBFS", "The loudest sample; none for silence.", short="peak", digits=1),
    "audible": Measure(
        "Audible", "", "1 when there is something to hear, 0 for silence or no sound track.", short="audible"
    ),
    "hash_first": Measure("First frame's hash", "", "A 64-bit dHash: like pictures differ in few bits.", text=True),
    "hash_middle": Measure("Middle frame's hash", "", "A 64-bit dHash: like pictures differ in few bits.", text=True),
    "hash_last": Measure("Last frame's hash", "", "A 64-bit dHash: like pictures differ in few bits.", text=True),
}
