"""The sounds of speech: how long they last, where their resonances lie, how they are voiced."""

from __future__ import annotations

from typing import NamedTuple


class Phone(NamedTuple):
    """One sound. The formants are an adult man's, after Peterson and Barney (1952) for the vowels."""

    seconds: float
    """In calm speech."""
    formants: tuple[float, float, float]
    """Its lowest three resonances in Hz."""
    ends: tuple[float, float, float] | None = None
    """Where they glide to in a diphthong."""
    voice: float = 0.0
    """How strongly the vocal folds sound, 0 to 1."""
    breath: float = 0.0
    """How strongly air hisses through the whole mouth."""
    hiss: str = ""
    """The name of its noise at tongue, teeth or lips."""
    veil: float = 0.0
    """How much of its higher resonances is lost: through the nose, or behind closed lips."""
    burst: bool = False
    """It begins in silence and ends with that noise."""

    @property
    def vowel(self) -> bool:
        """Whether it carries a syllable."""
        return self.voice >= 1


PHONES = {
    "IY": Phone(0.115, (270, 2290, 3010), voice=1), "IH": Phone(0.080, (390, 1990, 2550), voice=1),
    "EH": Phone(0.095, (530, 1840, 2480), voice=1), "AE": Phone(0.130, (660, 1720, 2410), voice=1),
    "AA": Phone(0.130, (730, 1090, 2440), voice=1), "AO": Phone(0.130, (570, 840, 2410), voice=1),
    "UH": Phone(0.085, (440, 1020, 2240), voice=1), "UW": Phone(0.115, (300, 870, 2240), voice=1),
    "AH": Phone(0.095, (640, 1190, 2390), voice=1), "ER": Phone(0.120, (490, 1350, 1690), voice=1),
    "AX": Phone(0.060, (500, 1400, 2450), voice=1),
    "EY": Phone(0.135, (480, 1900, 2500), (330, 2200, 2700), voice=1),
    "AY": Phone(0.165, (700, 1200, 2450), (350, 2100, 2650), voice=1),
    "OY": Phone(0.175, (550, 850, 2400), (350, 2100, 2600), voice=1),
    "AW": Phone(0.165, (700, 1250, 2450), (400, 900, 2250), voice=1),
    "OW": Phone(0.140, (500, 950, 2350), (370, 850, 2250), voice=1),
    "M": Phone(0.080, (250, 1000, 2200), voice=0.6, veil=0.7),
    "N": Phone(0.075, (280, 1350, 2450), voice=0.6, veil=0.7),
    "NG": Phone(0.075, (250, 1950, 2500), voice=0.6, veil=0.55), "L": Phone(0.062, (350, 1100, 2750), voice=0.6),
    "R": Phone(0.065, (330, 1150, 1600), voice=0.6), "W": Phone(0.060, (300, 650, 2200), voice=0.55),
    "Y": Phone(0.055, (280, 2250, 3000), voice=0.6), "HH": Phone(0.060, (500, 1400, 2450), breath=0.7),
    "S": Phone(0.105, (300, 1650, 2600), hiss="S"), "SH": Phone(0.105, (300, 1800, 2500), hiss="SH"),
    "F": Phone(0.090, (300, 1050, 2200), hiss="F"), "TH": Phone(0.080, (300, 1400, 2500), hiss="TH"),
    "Z": Phone(0.080, (280, 1650, 2600), voice=0.28, hiss="S"),
    "ZH": Phone(0.080, (280, 1800, 2500), voice=0.28, hiss="SH"),
    "V": Phone(0.060, (280, 1050, 2200), voice=0.34, hiss="F"),
    "DH": Phone(0.050, (280, 1400, 2500), voice=0.5),
    "P": Phone(0.085, (300, 800, 2200), hiss="P", burst=True),
    "T": Phone(0.075, (300, 1750, 2650), hiss="T", burst=True),
    "K": Phone(0.085, (300, 2000, 2400), hiss="K", burst=True),
    "B": Phone(0.070, (240, 800, 2200), voice=0.2, veil=0.9, hiss="P", burst=True),
    "D": Phone(0.072, (240, 1750, 2650), voice=0.2, veil=0.9, hiss="T", burst=True),
    "G": Phone(0.068, (240, 2000, 2400), voice=0.2, veil=0.9, hiss="K", burst=True),
    "CH": Phone(0.115, (300, 1800, 2500), hiss="SH", burst=True),
    "JH": Phone(0.095, (260, 1800, 2500), voice=0.2, veil=0.9, hiss="SH", burst=True),
}  # fmt: skip
