"""Help with prompts: what the model's own tips suggest, and example prompts by use case (fal's page)."""

from __future__ import annotations

from ..contract.catalog import ENDPOINTS
from .protocol.snapshots import Example, Helper, Prompting

# Of the catalogue's, whichever they are: the first that needs no picture, and the first that takes one; or none.
_TEXT, _IMAGE = (next((e.id for e in ENDPOINTS if bool(e.request.roles().media) == framed), "") for framed in (0, 1))

# A "|" in `insert` marks where the caret goes.
_HELPERS: list[Helper] = [
    {
        "title": "Dialogue",
        "items": [
            {"label": "Someone says", "insert": 'She says, "|"'},
            {"label": "Whispered", "insert": 'He whispers, "|", barely audible'},
            {"label": "With feeling", "insert": '"|", voice breaking with emotion'},
        ],
    },
    {
        "title": "Camera",
        "items": [
            {"label": "Slow push-in", "insert": "Slow push-in ending on a close-up."},
            {"label": "Pan", "insert": "The camera pans slowly from left to right."},
            {"label": "Tilt up", "insert": "The camera tilts up."},
            {"label": "Dolly out", "insert": "Dolly out to reveal the whole scene."},
            {"label": "Orbit", "insert": "The camera orbits around the subject."},
            {"label": "Tracking", "insert": "Tracking shot following the subject."},
            {"label": "Handheld", "insert": "Handheld camera, slight shake."},
        ],
    },
    {
        "title": "Sound",
        "items": [
            {"label": "Soft piano", "insert": "Soft piano, room reverb."},
            {"label": "Foley", "insert": "Footsteps on gravel, fabric rustling."},
            {"label": "Nature", "insert": "Wind in the trees, distant birds."},
            {"label": "City", "insert": "Traffic hum, rain on asphalt."},
            {"label": "Silence", "insert": "No music, only room tone."},
        ],
    },
    {
        "title": "Emotion",
        "items": [
            {"label": "Joy", "insert": "a smile spreading slowly"},
            {"label": "Grief", "insert": "holding back tears"},
            {"label": "Tension", "insert": "jaw clenched, breath held"},
            {"label": "Wonder", "insert": "eyes wide with wonder"},
        ],
    },
]

_EXAMPLES: list[Example] = [
    {
        "use": "Landscape",
        "endpoint": _TEXT,
        "prompt": "A quiet lake at sunset, a small boat drifting. Slow push-in as the light fades. Water lapping, "
        "soft piano.",
    },
    {
        "use": "Courtroom drama",
        "endpoint": _TEXT,
        "prompt": "Defense attorney declaring \"Ladies and gentlemen, reasonable doubt isn't just a phrase, it's the "
        'foundation of justice itself", footsteps on marble, jury shifting, courtroom drama, closing argument power.',
    },
    {
        "use": "City at night",
        "endpoint": _TEXT,
        "prompt": "Neon city skyline at night in the rain, the camera tracks along the rooftops. Distant sirens, rain "
        "on metal.",
    },
    {
        "use": "Winter",
        "endpoint": _TEXT,
        "prompt": "Snow falling over winter mountains under the aurora, a fox crosses the ridge. Wind, a low drone.",
    },
    {
        "use": "Photo animation",
        "endpoint": _IMAGE,
        "prompt": "The scene comes to life: light shifts, leaves move in the breeze. Slow push-in. Ambient sound.",
    },
    {
        "use": "Talking portrait",
        "endpoint": _IMAGE,
        "prompt": 'A man is crying and he says "I shouldn\'t have done it. I regret everything"',
    },
    {
        "use": "Product reveal",
        "endpoint": _IMAGE,
        "prompt": "The camera orbits the product on a dark table, a light sweeps across it. Deep whoosh, glass chime.",
    },
    {
        "use": "Scene transition",
        "endpoint": _IMAGE,
        "prompt": "The view glides from the first place to the second in one unbroken move. Wind, rising strings.",
    },
]
PROMPTING: Prompting = {"helpers": _HELPERS, "examples": [example for example in _EXAMPLES if example["endpoint"]]}
