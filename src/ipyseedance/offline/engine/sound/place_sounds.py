"""What places, weather and things sound like: one row each."""

from __future__ import annotations

from typing import NamedTuple


class Bed(NamedTuple):
    """A noise that goes on through the clip."""

    level: float
    """dB, on average."""
    points: tuple[tuple[float, float], ...]
    """Its spectrum: Hz and dB."""
    motion: str = "steady"
    """How its strength changes: steady, gusts, waves or flicker."""
    period: float = 1.0
    """Seconds between changes."""
    depth: float = 0.0
    """The part of its strength that comes and goes."""


class Scatter(NamedTuple):
    """Many short sounds."""

    grain: str
    """A name in the table of grains."""
    rate: float
    """How many a second."""
    level: float
    """dB of their peaks, at most."""
    spread: float = 0.8
    """How far to the sides."""
    jitter: float = 1.0
    """0 for a steady beat, 1 for chance."""
    shy: float = 12.0
    """By how many dB the quietest is below the loudest."""


class Row(NamedTuple):
    """One sound of the world."""

    words: str
    """What a prompt calls it, as a regular expression."""
    beds: tuple[Bed, ...] = ()
    scatters: tuple[Scatter, ...] = ()


ROWS = {
    "waves": Row(
        r"waves?(?! (?:at|to|good\w*|her|his|hello|back))|surf|breakers?|sea sounds?",
        (
            Bed(-3, ((60, 0), (250, -3), (900, -14)), "waves", 3.4, 0.86),
            Bed(-4, ((300, -6), (900, 0), (3000, -5), (9000, -14)), "waves", 3.4, 0.96),
            Bed(-19, ((2000, 0), (9000, -4)), "gusts", 2.0, 0.5),
        ),
    ),
    "lapping": Row(
        r"lapping|ripples?",
        (
            Bed(-14, ((150, 0), (600, -4), (2500, -16)), "waves", 1.5, 0.7),
            Bed(-24, ((60, 0), (300, -10)), "gusts", 2, 0.4),
        ),
        (Scatter("bubble", 4.0, -16, 0.7),),
    ),
    "stream": Row(
        r"stream(?! of)|brooks?|creeks?|waterfalls?|fountains?|rapids|river sounds?",
        (Bed(-6, ((300, -4), (900, 0), (3500, -4), (9000, -16)), "gusts", 0.5, 0.3),),
        (Scatter("bubble", 14.0, -12, 0.8),),
    ),
    "breeze": Row("breez\\w+", (Bed(-16, ((120, 0), (500, -4), (1800, -15)), "gusts", 1.8, 0.6),)),
    "wind": Row(
        r"wind\w*|gust\w*|howl\w*|gale",
        (
            Bed(-6, ((90, 0), (350, -2), (900, -14)), "gusts", 1.6, 0.75),
            Bed(-13, ((380, -9), (520, 0), (700, -9)), "gusts", 1.1, 0.95),
            Bed(-22, ((1500, 0), (6000, -8)), "gusts", 1.2, 0.8),
        ),
    ),
    "leaves": Row(
        r"rustl\w+", (Bed(-17, ((1800, -6), (4500, 0), (9000, -4)), "gusts", 0.9, 0.85),),
    ),
    "rain": Row(
        r"rain(?:s|y|ing|fall|drops?|storms?)?|drizzl\w*|downpour|showers?",
        (
            Bed(-5, ((250, -10), (1200, -3), (5000, 0), (14000, -5)), "gusts", 0.8, 0.22),
            Bed(-14, ((90, 0), (400, -6)), "gusts", 1.4, 0.3),
        ),
        (Scatter("drop", 42.0, -1, 0.9, 1.0, 22), Scatter("splash", 9.0, -5, 0.9)),
    ),
    "storm": Row(
        r"storm\w*|tempest|hurricane",
        (
            Bed(-3, ((120, -4), (900, -4), (5000, 0), (14000, -6)), "gusts", 0.9, 0.4),
            Bed(-5, ((50, 0), (220, -3), (700, -14)), "gusts", 1.3, 0.7),
        ),
        (Scatter("drop", 50.0, -1, 0.9, 1.0, 20),),
    ),
    "traffic": Row(
        r"traffic|street noise|city sounds?|highways?|motorways?",
        (
            Bed(-5, ((45, 0), (160, -3), (700, -11), (2500, -22)), "gusts", 2.4, 0.35),
            Bed(-13, ((500, -6), (1100, 0), (3000, -8)), "gusts", 1.7, 0.85),
        ),
        (Scatter("horn", 0.22, -18, 0.9, 0.9),),
    ),
    "crowd": Row(
        r"crowds?|market|chatter|people talking|applause|audience|caf[eé]|restaurant|bazaar",
        (Bed(-9, ((180, -2), (500, 0), (1500, -6), (3500, -16)), "flicker", 0.16, 0.6),),
        (Scatter("murmur", 5.0, -13, 0.9),),
    ),
    "birds": Row(
        r"bird ?songs?|birds?|chirp\w*|songbirds?|tweet\w*|nightingale|robins?",
        (),
        (Scatter("bird", 1.3, -7, 0.95, 1.0, 16), Scatter("peep", 1.1, -13, 0.95, 1.0, 12)),
    ),
    "gulls": Row(r"gulls?|seagulls?|seabirds?", (), (Scatter("gull", 0.45, -12, 0.6),)),
    "crows": Row(r"crows?|ravens?|rooks?", (), (Scatter("crow", 0.6, -9, 0.8),)),
    "owl": Row(r"owls?|owlets?", (), (Scatter("owl", 0.22, -12, 0.6),)),
    "crickets": Row(
        r"crickets?|cicadas?|insects?|grasshoppers?",
        (Bed(-21, ((4100, -9), (4600, 0), (5200, -9)), "flicker", 0.12, 0.5),),
        (Scatter("cricket", 1.7, -12, 0.9, 0.12, 3), Scatter("cricket", 1.31, -17, 0.9, 0.15, 3)),
    ),
    "frogs": Row(r"frogs?|toads?|croak\w*|swamp|marsh", (), (Scatter("frog", 1.6, -11, 0.8),)),
    "fire": Row(
        r"fire(?:place|side|s)?|campfire|bonfire|flames?|embers?|crackl\w+|burning|torch\w*|hearth",
        (
            Bed(-22, ((60, 0), (300, -3), (1000, -12)), "flicker", 0.22, 0.5),
            Bed(-36, ((2000, 0), (8000, -5)), "flicker", 0.10, 0.8),
        ),
        (Scatter("crackle", 22.0, -3, 0.6, 1.0, 24), Scatter("snap", 2.2, -2, 0.5, 1.0, 12)),
    ),
    "underwater": Row(
        r"underwater|deep sea|coral|submarine|diver?s?|div(?:e|ing)|scuba|aquarium|reef",
        (
            Bed(-3, ((40, 0), (180, -4), (600, -20)), "gusts", 1.8, 0.5),
            Bed(-15, ((250, -6), (480, 0), (900, -12)), "gusts", 1.2, 0.8),
        ),
        (Scatter("bubble", 5.0, -13, 0.8, 1.0, 16),),
    ),
    "drone": Row(
        r"drone sound|rumbl\w+|hum\b|humming|ominous|cosmic sound",
        (
            Bed(-3, ((30, -2), (62, 0), (150, -12), (400, -26)), "gusts", 3.0, 0.45),
            Bed(-17, ((180, -8), (240, 0), (330, -8)), "gusts", 2.2, 0.9),
        ),
    ),
    "hush": Row(
        r"hush\w*|silen(?:t|ce)|stillness",
        (
            Bed(-14, ((80, 0), (400, -5), (1600, -14)), "gusts", 2.6, 0.5),
            Bed(-28, ((3000, 0), (10000, -3)), "gusts", 1.4, 0.7),
        ),
    ),
    "room": Row(
        r"room|kitchen|office|bedroom|interior|indoors?|library|classroom|hallway|inside|studio|gallery|museum",
        (Bed(-16, ((50, 0), (120, -4), (400, -12), (2000, -22)), "gusts", 3.0, 0.15),),
        (Scatter("creak", 0.16, -20, 0.7),),
    ),
    "clock": Row(r"clocks?|tick\w*", (), (Scatter("tick", 2.0, -10, 0.0, 0.0, 2),)),
    "siren": Row(r"sirens?|ambulances?|police cars?|fire ?trucks?", (), (Scatter("siren", 0.30, -9, 0.7, 0.3, 3),)),
    "bells": Row(r"bells?|chimes?|church", (), (Scatter("bell", 0.8, -8, 0.6, 0.5, 8),)),
    "engine": Row(
        r"engines?|motor\w*|machin\w+|factory|spaceships?|starships?|helicopter|aircraft|airplane|plane",
        (Bed(-5, ((40, -3), (95, 0), (110, -9), (190, -4), (220, -12), (900, -20)), "flicker", 0.09, 0.25),),
    ),
    "heartbeat": Row(r"heart ?beats?", (), (Scatter("heart", 1.15, -3, 0.0, 0.03, 1),)),
    "wolves": Row(r"wolf|wolves|howl(?:s|ing)? at|coyotes?", (), (Scatter("howl", 0.34, -8, 0.7, 0.8, 8),)),
    "cats": Row(r"cats?|kittens?|meow\w*", (), (Scatter("meow", 0.42, -10, 0.4, 0.7, 6),)),
    "whales": Row(r"whales?", (), (Scatter("whale", 0.36, -7, 0.6, 0.7, 6),)),
    "cattle": Row(r"cows?|cattle|oxen|bulls?", (), (Scatter("moo", 0.3, -9, 0.6, 0.7, 6),)),
    "sheep": Row(r"sheep|lambs?|goats?", (), (Scatter("bleat", 0.7, -11, 0.8, 0.9, 8),)),
    "bees": Row(r"bees?|buzz\w*|mosquito\w*", (), (Scatter("buzz", 0.5, -12, 0.9, 0.7, 8),)),
    "dogs": Row(r"bark\w*|dogs?|pupp(?:y|ies)", (), (Scatter("bark", 0.9, -6, 0.5, 0.8, 6),)),
}  # fmt: skip
SETTINGS = {
    "sea": ("waves", "breeze", "gulls"), "lake": ("lapping", "breeze"), "city": ("traffic",), "street": ("traffic",),
    "space": ("drone",),
    "desert": ("wind",), "forest": ("leaves", "breeze", "birds"), "mountains": ("wind",),
    "meadow": ("breeze", "leaves", "birds"), "abstract": ("drone",), "underwater": ("underwater",),
    "interior": ("room",), "theatre": ("room",), "court": ("room",),
    "garden": ("breeze", "leaves", "birds"), "fire": ("fire",), "fireworks": ("crowd",),
    "winter": ("hush", "wind"), "waterfall": ("stream",), "river": ("stream", "birds"),
}  # fmt: skip
"""By a plan's setting; one without a row has a breeze."""
WEATHER = {
    "storm": ("storm",), "rain": ("rain",), "snow": ("hush",), "wind": ("wind",), "embers": ("fire",),
    "leaves": ("leaves",), "fireflies": ("crickets",),
}  # fmt: skip
DRY = frozenset({"birds", "crickets", "gulls", "leaves", "breeze", "owl"})
"""What rain, storm and snow silence, unless the prompt asks for it."""
BY_DAY = frozenset({"birds", "gulls"})
"""What sleeps at night."""
BY_NIGHT = {
    "forest": ("crickets", "owl"), "meadow": ("crickets",), "lake": ("crickets",), "garden": ("crickets",),
}  # fmt: skip
"""What wakes instead."""
COVERS = {
    "storm": frozenset({"rain", "wind", "breeze"}),
    "underwater": frozenset({"waves", "breeze", "gulls", "wind", "lapping", "birds", "leaves", "crickets"}),
    "room": frozenset({"waves", "breeze", "gulls", "wind", "lapping", "birds", "leaves", "crickets", "owl"}),
    "drone": frozenset({"breeze"}),
}
"""What is not heard where these are, unless the prompt asks for it."""
BEHIND = -11.0
"""dB by which a place steps back when the prompt asks for other sounds."""
