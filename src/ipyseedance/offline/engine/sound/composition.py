"""A little music: key and chords from the seed, style, tempo and mode from the prompt's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..dialogue import SPOKEN


class Style(NamedTuple):
    """How music is played."""

    words: str
    """What a prompt calls it, as a regular expression."""
    hints: str
    """Words for a picture that it goes with."""
    chords: str
    """The instrument of the chords."""
    pattern: str
    """How they are played: arpeggio, held, strum or pulse."""
    lead: str = ""
    """The instrument of the melody; none if empty."""
    beat: bool = False
    """Whether there are drums."""


STYLES = {
    "piano": Style(r"pianos?|ballads?", r"romantic|nostalgi\w+|memor\w+", "piano", "arpeggio", "piano"),
    "strings": Style(
        r"strings(?! of)|violins?|cellos?|orchestra\w*|symphon\w+|waltz",
        r"epic|cinematic|dramatic|majestic|heroic|king|queen|castle", "strings", "held", "strings",
    ),
    "guitar": Style(
        r"guitars?|acoustic|folk|ukuleles?|banjos?|country music|mandolins?", r"cowboys?|western|road trip|farm\w*",
        "pluck", "arpeggio",
    ),
    "harp": Style(
        r"harps?|lutes?|koto|sitar|zither", r"fair(?:y|ies)|elf|elves|medieval|samurai", "pluck", "arpeggio", "pluck",
    ),
    "bells": Style(
        r"music box|glockenspiel|celesta|lullab\w+|xylophone|kalimba", r"christmas|toys?|bab(?:y|ies)",
        "bell", "arpeggio",
    ),
    "electronic": Style(
        r"electronic\w*|techno|edm|(?:house|trap|dance|pop|rock) music|rock band|disco|drums?|percussion|hip[- ]?hop",
        r"night ?clubs?|rave|race cars?|runway", "synth", "pulse", "synth", True,
    ),
    "synth": Style(
        r"synth\w*|retrowave|vaporwave|8-bit|chiptune", r"cyberpunk|neon|robots?|futuristic|sci-?fi",
        "synth", "arpeggio",
    ),
    "flute": Style(r"flutes?|whistl\w+|shakuhachi|panpipes?|oboe|clarinet", r"monks?|temples?", "pad", "held", "flute"),
    "jazz": Style(
        r"jazz\w*|saxophones?|swing music|lounge music|lo-?fi|blues (?:music|band)", r"noir|detectives?|cocktails?",
        "piano", "strum", "flute", True,
    ),
    "choir": Style(
        r"choirs?|choral|vocals?|gregorian|hymns?|chant\w*", r"cathedrals?|angels?|heaven\w*",
        "choir", "held", "choir",
    ),
    "pad": Style(
        r"ambient (?:music|pads?|drones?)|synth pads?|meditation music|new age", r"ethereal|dream\w*|meditat\w+",
        "pad", "held",
    ),
}  # fmt: skip
_MOODS = (
    # words, beats a minute, mode
    (r"sad\w*|melanchol\w+|lonel\w+|sorrow\w*|grief|mourn\w*|somber|wistful|nostalgi\w+", 62, "minor"),
    (r"ominous|tens[ei]\w*|suspens\w*|horror|scary|eerie|thriller|haunt\w+|sinister|creepy", 56, "minor"),
    (r"energetic|fast|action|chas\w+|intense|driving|racing|techno|dance\w*", 126, "minor"),
    (r"happ\w+|joy\w*|cheer\w*|upbeat|playful|funny?|whimsical|celebrat\w+|bright", 112, "major"),
    (r"epic|heroic|triumph\w*|majestic|dramatic|adventur\w+|inspir\w+|uplifting", 92, "major"),
    (r"romantic|love|tender\w*|hopeful|warm", 74, "major"),
    (r"myster\w+|mystic\w*|magic\w*|enigma\w*|noir", 70, "minor"),
    (r"calm|peace\w*|seren\w+|gentl\w+|soft\w*|quiet\w*|relax\w*|tranquil|slow\w*|lullab\w+", 66, "major"),
)
_PACE = 76
_STILL = ("space", "underwater", "abstract")
_UNASKED = ("piano", "strings", "pad", "guitar")
NO_MUSIC = re.compile(
    r"\b(?:no|without|not? any)\s+(?:\w+\s+)?(?:music|soundtrack|score|songs?)\b"
    r"|\bonly (?:natural|ambient|ambience|diegetic|the sounds?|sounds?)\b|\bsounds? only\b|\bmusic[- ]free\b"
)
MUSIC = re.compile(r"\b(?:music\w*|soundtrack|score|melod\w+|songs?|tunes?|theme song)\b")
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
"""Steps above the key's root, in semitones."""
_PROGRESSIONS = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 5, 4), (0, 2, 3, 4), (0, 3, 1, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 5, 6), (0, 6, 5, 6), (0, 5, 3, 4), (0, 2, 5, 6)),
}
_LOWEST, _HIGHEST = 52, 72
"""Between which the chords lie; 60 is the middle C."""


class Note(NamedTuple):
    """A note of an instrument; the pitch counts semitones, 69 is 440 Hz."""

    start: float
    seconds: float
    pitch: int
    instrument: str
    strength: float = 1.0


@dataclass(frozen=True)
class Score:
    """What is played in a clip."""

    root: int
    """The key: semitones above C."""
    mode: str
    tempo: float
    """Beats a minute."""
    asked: bool
    """Whether the prompt speaks of music."""
    notes: tuple[Note, ...]


def score_of(prompt: str, setting: str, seconds: float, seed: int) -> Score | None:
    """The music for a clip; None if the prompt wants none."""
    text = re.sub(SPOKEN, " ", prompt.lower())
    if NO_MUSIC.search(text):
        return None
    random = np.random.default_rng([seed, 5])
    root, mode = int(random.integers(12)), ("major", "minor")[int(random.integers(2))]
    chosen = str(random.choice(_UNASKED))
    named = [style for style in STYLES.values() if re.search(rf"\b(?:{style.words})\b", text)]
    hinted = [style for style in STYLES.values() if re.search(rf"\b(?:{style.hints})\b", text)]
    style = (named or hinted or [STYLES["pad" if setting in _STILL else chosen]])[0]
    mood = next(((pace, key) for words, pace, key in _MOODS if re.search(rf"\b(?:{words})\b", text)), (_PACE, mode))
    tempo = mood[0] * float(random.uniform(0.96, 1.04))
    player = _Player(random, style, root, SCALES[mood[1]], 60 / tempo, seconds)
    player.play(_PROGRESSIONS[mood[1]][int(random.integers(len(_PROGRESSIONS[mood[1]])))])
    return Score(root, mood[1], tempo, bool(named) or MUSIC.search(text) is not None, tuple(player.notes))


class _Player:
    def __init__(
        self, random: np.random.Generator, style: Style, root: int, scale: tuple[int, ...], beat: float, seconds: float
    ) -> None:
        self._random, self._style, self._beat, self._seconds = random, style, beat, seconds
        self._root, self._scale = root, scale
        self.notes: list[Note] = []

    def play(self, progression: tuple[int, ...]) -> None:
        beats = 4 if self._seconds / self._beat >= 14 else 2
        length = beats * self._beat
        count = max(1, round(self._seconds / length))
        length = self._seconds / count  # the last chord ends with the clip
        self._beat = length / beats
        voicing: list[int] = []
        for number in range(count):
            degree = progression[number % len(progression)] if number < count - 1 or count == 1 else 0
            voicing = self._voiced(degree, voicing)
            self._chord(number * length, length, degree, voicing, beats, last=number == count - 1)
        if self._style.lead:
            self._melody(count * beats)

    def _pitch(self, degree: int) -> int:
        octave, step = divmod(degree, len(self._scale))
        return self._root + 12 * octave + self._scale[step]

    def _voiced(self, degree: int, before: list[int]) -> list[int]:
        """The chord's tones where they are nearest to those of the chord before."""
        degrees = [degree, degree + 2, degree + 4]
        if self._random.random() < 0.4:
            degrees.append(degree + (6 if self._style.beat else 8))
        tones = sorted({self._pitch(d) % 12 for d in degrees})
        best, least = list[int](), 1e9
        for low in range(_LOWEST, _LOWEST + 12):
            chord = sorted(low + (tone - low) % 12 for tone in tones)
            middle = sum(before) / len(before) if before else (_LOWEST + _HIGHEST) / 2
            if (far := abs(sum(chord) / len(chord) - middle)) < least:
                best, least = chord, far
        return best

    def _chord(self, start: float, length: float, degree: int, voicing: list[int], beats: int, *, last: bool) -> None:
        style = self._style
        # Held chords overlap, or there would be a hole between them.
        ring = length + min(0.7, 0.35 * length) if style.pattern == "held" else 1.15 * length
        bass = 36 + (self._pitch(degree) - 36) % 12
        low = "bass" if style.beat else "piano" if style.chords == "bell" else style.chords
        self._note(start, ring, bass, low, 0.8)
        if style.pattern == "held":
            for pitch in voicing:
                self._note(start, ring, pitch, style.chords, 0.7)
        elif style.pattern == "arpeggio":
            order = [*voicing, *voicing[-2:0:-1]]
            for number in range(2 * beats if not last else len(voicing)):
                at = start + number * self._beat / 2
                self._note(at, start + ring - at, order[number % len(order)], style.chords, 0.85 if number else 1.0)
        else:
            hits = [0.0, 1.5] if style.pattern == "strum" else [b + h for b in range(beats) for h in (0.0, 0.5)]
            for hit in hits:
                for number, pitch in enumerate(voicing):
                    stagger = 0.02 * number if style.pattern == "strum" else 0.0
                    self._note(start + hit * self._beat + stagger, self._beat * 0.9, pitch, style.chords, 0.6)
        if style.beat:
            for b in range(beats):
                brushed = style.pattern == "strum"
                if not brushed:
                    self._note(start + b * self._beat, 0.3, 36, "kick" if b % 2 == 0 else "clap", 0.9)
                self._note(start + (b + 0.5) * self._beat, 0.1, 60, "hat", 0.25 if brushed else 0.5)

    def _melody(self, beats: int) -> None:
        pentatonic = (0, 1, 2, 4, 5) if self._scale[2] == 4 else (0, 2, 3, 4, 6)
        ladder = [self._pitch(7 * octave + d) for octave in range(12) for d in pentatonic]
        ladder = [pitch for pitch in ladder if 67 <= pitch <= 86]
        at = int(self._random.integers(2, 6))
        beat = 1.0
        while beat < beats - 0.5:
            hold = float(self._random.choice((0.5, 1.0, 1.0, 1.5, 2.0)))
            at = min(len(ladder) - 1, max(0, at + int(self._random.integers(-2, 3))))
            if self._random.random() < 0.8:
                self._note(beat * self._beat, hold * self._beat * 1.1, ladder[at], self._style.lead, 0.75)
            beat += hold

    def _note(self, start: float, seconds: float, pitch: int, instrument: str, strength: float) -> None:
        late = float(self._random.uniform(0, 0.012)) if instrument not in ("kick", "clap", "hat") else 0.0
        force = strength * float(self._random.uniform(0.85, 1.0))
        if start + late < self._seconds - 0.05:
            self.notes.append(Note(start + late, min(seconds, self._seconds - start), pitch, instrument, force))
