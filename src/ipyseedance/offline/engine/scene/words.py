"""What a prompt's words ask to see."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

SETTINGS = {
    "sea": r"seas?|oceans?|beach\w*|coast\w*|waves?|surf\w*|shores?|islands?|harbou?r|bay|tides?|sail\w*|ships?|whales?"
    r"|dolphins?|lighthouse|cliffs?|underwater",
    "lake": r"lakes?|rivers?|ponds?|canals?|fjords?|lagoon|boats?|canoe\w*|kayak\w*|rowing|reflections?|reed\w*",
    "city": r"city|cities|cityscape|skylines?|streets?|neon|downtown|skyscrapers?|tokyo|new york|paris|london|cyberpunk"
    r"|rooftops?|urban|traffic|town|metropolis|shanghai|hong kong",
    "space": r"space|galax\w+|nebula\w*|planets?|astronauts?|cosmos|cosmic|orbit\w*|starships?|spaceships?|universe"
    r"|milky way|asteroids?|comets?",
    "desert": r"deserts?|dunes?|sahara|sand\w*|camels?|cact\w+|canyons?|mars|oasis|mesa",
    "forest": r"forests?|woods?|woodland|jungle|trees|pines?|fox\w*|deer|bear|wolf|wolves|owls?|birch\w*",
    "mountains": r"mountains?|peaks?|alps|alpine|summit|valley|hills?|cliff|volcano|glaciers?|himalaya\w*|snow\w*"
    r"|winter",
    "meadow": r"meadows?|fields?|grass\w*|flowers?|wheat|farm\w*|garden|prairie|park|village|windmills?|horses?|sheep"
    r"|fireflies|firefly|spring|picnic|poppies|lavender",
    "abstract": r"abstract\w*|flow\w*|liquid|silk\w*|smoke|ink|swirl\w*|fractal|geometr\w+|particles?|dream\w*"
    r"|colou?rs?|fluid|psychedelic|texture|logo|product|gradient",
}
_EVERYDAY = ("lake", "mountains", "meadow", "sea", "forest")
HOURS = {
    "night": r"nights?|midnight|moon\w*|star(s|ry|light)|neon|dark\w*|auroras?|northern lights|fireflies|milky way"
    r"|nocturnal",
    "sunset": r"sunsets?|golden hour|setting sun|sundown|golden light|evening glow",
    "dusk": r"dusk|twilight|evenings?|blue hour|gloaming|light fades",
    "dawn": r"dawn|sunrise|mornings?|daybreak|first light",
    "day": r"day|daylight|noon|midday|sunny|bright|afternoons?|summer|blue sky",
}
_ANY_HOUR = ("sunset", "dawn", "day", "dusk", "sunset", "day")
WEATHER = {
    "storm": r"storm\w*|thunder\w*|lightning|tempest|hurricane",
    "rain": r"rain\w*|drizzl\w*|downpour|showers?|wet",
    "snow": r"snow\w*|blizzard|winter\w*|frost\w*|flurr\w+",
    "mist": r"mist\w*|fog\w*|haz[ey]|steam",
    "clouds": r"cloud\w*|overcast|gr[ae]y sky",
    "aurora": r"auroras?|northern lights|polar lights",
    "fireflies": r"fireflies|firefly|glow-?worms?",
    "lanterns": r"lanterns?",
    "meteors": r"meteors?|shooting stars?|falling stars?|perseids?",
    "petals": r"petals?|blossoms?|sakura|confetti",
    "leaves": r"leaf|leaves|autumn\w*|fall colou?rs",
    "embers": r"embers?|sparks?|campfire|bonfire|fire|flames?|volcan\w+",
    "wind": r"wind\w*|breez\w+|gust\w*|blowing|sway\w*",
}
SUBJECTS = {
    "sailboat": r"sail\w*|yachts?|ships?|regatta",
    "boat": r"boats?|canoe\w*|kayak\w*|row\w*|fisherm[ae]n",
    "lighthouse": r"lighthouse",
    "balloon": r"balloons?",
    "birds": r"birds?|gulls?|seagulls?|geese|crows?|ravens?|swallows?|flock|cranes?|eagles?|hawks?",
    "fox": r"fox\w*",
    "deer": r"deer|stags?|elks?|moose",
    "wolf": r"wolf|wolves|dogs?|coyotes?",
    "cat": r"cats?|kittens?",
    "horse": r"horses?|ponies|pony|rider",
    "person": r"m[ae]n|wom[ae]n|persons?|people|girls?|boys?|hikers?|travell?ers?|figures?|couple|child|children|monk"
    r"|samurai|detective|dancers?|he|she|someone|lovers?|soldier|king|queen|portrait|face|actor|chef|barista",
    "astronaut": r"astronauts?|cosmonauts?",
    "cabin": r"cabins?|huts?|cottages?|houses?|home",
    "windmill": r"windmills?",
    "whale": r"whales?|dolphins?",
    "camel": r"camels?|caravan",
    "tree": r"lone tree|oak|single tree|old tree|baobab|willow",
}


@dataclass(frozen=True)
class Plan:
    """What to draw: one setting at one hour, in some weather, with some subjects."""

    setting: str
    hour: str
    weather: frozenset[str]
    subjects: tuple[str, ...]


def plan_of(prompt: str, random: np.random.Generator) -> Plan:
    """Read a prompt; what it leaves open, the seed decides."""
    text = re.sub(r'"[^"]*"|“[^”]*”', " ", prompt.lower())  # what is spoken is not seen
    setting = _most_named(text, SETTINGS) or str(random.choice(_EVERYDAY))
    hour = _most_named(text, HOURS) or ("night" if setting == "space" else str(random.choice(_ANY_HOUR)))
    weather = frozenset(name for name, words in WEATHER.items() if _hits(text, words))
    subjects = tuple(name for name, words in SUBJECTS.items() if _hits(text, words))
    return Plan(setting, hour, weather, subjects)


def _most_named(text: str, choices: dict[str, str]) -> str | None:
    """The choice named most often; of equals, the one named first."""
    found = {name: hits for name, words in choices.items() if (hits := _hits(text, words))}
    return min(found, key=lambda name: (-len(found[name]), found[name][0])) if found else None


def _hits(text: str, words: str) -> list[int]:
    return [match.start() for match in re.finditer(rf"\b(?:{words})\b", text)]
