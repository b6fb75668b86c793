"""The words that stand for each setting, hour, weather, subject and tone."""

from __future__ import annotations

SETTINGS = {
    "underwater": r"underwater|under the sea|undersea|corals?|reefs?|seabed|ocean floor|jellyfish|fish(es)?|divers?"
    r"|diving|(sea )?turtles?|submarine|kelp|sharks?|octopus|deep sea|aquarium|mermaids?",
    "sea": r"seas?|oceans?|beach\w*|coast\w*|waves?|surf\w*|shores?|islands?|harbou?r|bay|tides?|sail\w*|ships?|whales?"
    r"|dolphins?|lighthouse|cliffs?|pier|boardwalk|ferry|seaside|fisherm[ae]n|sailors?",
    "lake": r"lakes?|rivers?|ponds?|canals?|fjords?|lagoon|boats?|canoe\w*|kayak\w*|rowing|reflections?|reed\w*|jetty"
    r"|dock",
    "street": r"streets?|avenue|boulevard|traffic|crosswalk|crossing|trams?|taxis?|alleys?|sidewalks?|pavement"
    r"|shop(s|ping)?|market|bus(es)?|corner",
    "city": r"city|cities|cityscape|skylines?|neon|downtown|skyscrapers?|tokyo|new york|paris|london|cyberpunk"
    r"|rooftops?|urban|town|metropolis|shanghai|hong kong|manhattan",
    "space": r"space|galax\w+|nebula\w*|planets?|astronauts?|cosmos|cosmic|starships?|spaceships?|universe"
    r"|milky way|asteroids?|comets?|in orbit|space station",
    "desert": r"deserts?|dunes?|sahara|savannah?|sand(?!castle)\w*|camels?|cact\w+|canyons?|mars|oasis|mesa",
    "forest": r"forests?|woods?|woodland|jungle|trees|pines?|fox\w*|deer|bears?|wolf|wolves|owls?|birch\w*|camp ?fire"
    r"|waterfalls?|cascades?|tigers?|rain ?forest",
    "mountains": r"mountains?|peaks?|alps|alpine|summit|valley|hills?|cliff|volcano|glaciers?|himalaya\w*|snow\w*"
    r"|winter|viaduct|ridge",
    "garden": r"gardens?|tulips?|roses?|flower ?beds?|poppies|poppy|sunflowers?|daisies|lavender|bloom\w*"
    r"|wild ?flowers?|flowers?|orchard|butterfl\w+|bees?|petunias?|peonies|dahlias?",
    "meadow": r"meadows?|fields?|grass\w*|wheat|farm\w*|prairie|park|village|windmills?|horses?|sheep"
    r"|fireflies|firefly|spring|picnic|countryside|pasture|cows?|cattle|lambs?",
    "theatre": r"theat(er|re)s?|(on|onto|across|empty|bare) (the |a |an )?(\w+ )?stage|stage ?lights?|spotlights?"
    r"|opera(?! house)|ballroom|concert( hall)?|audience|curtain call",
    "court": r"court ?rooms?|courthouse|jury|jurors|tribunal|on trial|in court|closing argument",
    "abstract": r"abstract\w*|flow(s|ing)?|liquid|silk\w*|smoke|ink|swirl\w*|fractal|geometr\w+|particles?"
    r"|fluid|psychedelic|texture|gradient",
}
INTERIOR = (
    r"rooms?|bedroom|kitchen|living room|interior|indoors?|caf[eé]|coffee shop|library|window ?sill|sill"
    r"|(by|at|through|on|behind|beside|near) (the|a|an|his|her|their) (\w+ )?window|desk|office|workshop|attic"
    r"|restaurant|diner|barista|chef|armchair|sofa|bookshel\w+|studio apartment|classroom|laboratory"
    r"|coffee|espresso|cappuccino|tea ?cups?|cups? of \w+|mugs?|breakfast"
)
EVERYDAY = ("lake", "mountains", "meadow", "sea", "forest")
"""Where a prompt without a place is set."""
HOMES = {
    "train": "mountains", "car": "desert", "rocket": "desert", "cat": "garden", "fireworks": "city",
    "campfire": "forest",
    "dog": "meadow", "cow": "meadow", "sheep": "meadow", "bear": "forest", "tiger": "forest", "waterfall": "forest",
    "lion": "desert", "elephant": "desert", "dragon": "mountains", "castle": "mountains", "pagoda": "garden",
    "surfer": "sea", "robot": "city", "bridge": "lake",
    "plane": "mountains", "couple": "lake", "bicycle": "meadow", "butterflies": "garden",
}  # fmt: skip
"""Where a subject is at home if the prompt names no place."""
HOURS = {
    "night": r"nights?|midnight|moon\w*|star(s|ry|light)|neon|dark\w*|auroras?|northern lights|fireflies|milky way"
    r"|nocturnal|fireworks?|camp ?fire|bonfire|lanterns",
    "sunset": r"sunsets?|golden hour|setting sun|sundown|golden light|evening glow",
    "dusk": r"dusk|twilight|evenings?|blue hour|gloaming|light fades",
    "dawn": r"dawn|sunrise|mornings?|daybreak|first light",
    "day": r"day|daylight|noon|midday|sunny|bright|afternoons?|summer|blue sky",
}
USUAL_HOURS = ("sunset", "dawn", "day", "dusk", "sunset", "day")
WEATHER = {
    "storm": r"storm\w*|thunder\w*|lightning|tempest|hurricane",
    "rain": r"rain\w*|drizzl\w*|downpour|showers?|wet",
    "snow": r"snow\w*|blizzard|winter\w*|frost\w*|flurr\w+",
    "mist": r"mist\w*|fog\w*|haz[ey]|steamy",
    "clouds": r"cloud\w*|overcast|gr[ae]y sky",
    "aurora": r"auroras?|northern lights|polar lights",
    "fireflies": r"fireflies|firefly|glow-?worms?",
    "lanterns": r"(paper |sky )?lanterns",
    "meteors": r"meteors?|shooting stars?|falling stars?|perseids?",
    "petals": r"petals?|blossoms?|sakura|confetti",
    "leaves": r"leaf|leaves|autumn\w*|fall colou?rs",
    "embers": r"embers?|flames?|volcan\w+|burning|ash(es)?",
    "wind": r"wind\w*|breez\w+|gust\w*|blowing|sway\w*",
}
SUBJECTS = {
    "sailboat": r"sail(s|ing|boats?)?|yachts?|regatta",
    "ship": r"ships?|liner|ferry|tanker|steamer|cargo",
    "boat": r"boats?|canoe\w*|kayak\w*|row(s|ing)?|fisherm[ae]n",
    "lighthouse": r"lighthouse",
    "balloon": r"balloons?",
    "birds": r"birds?|gulls?|seagulls?|geese|crows?|ravens?|swallows?|flock|eagles?|hawks?|starlings?|murmuration",
    "plane": r"(air)?planes?|aeroplanes?|aircraft|airliner|jet",
    "fox": r"fox\w*",
    "deer": r"deer|stags?|elks?|moose",
    "wolf": r"wolf|wolves|coyotes?|jackals?",
    "dog": r"(?<!hot )dogs?|puppy|puppies|hounds?|retrievers?|labradors?|corgis?|terriers?|poodles?|beagles?"
    r"|dachshunds?|spaniels?|collies?|dalmatians?|husk(y|ies)|(german|australian) shepherds?|bulldogs?|shiba\w*",
    "bear": r"bears?|pandas?|grizzl(y|ies)",
    "elephant": r"elephants?|mammoths?",
    "lion": r"lions?|lioness(es)?|pumas?|cheetahs?",
    "tiger": r"tigers?|leopards?|jaguars?",
    "cow": r"cows?|cattle|bulls?|ox(en)?|buffalos?|bison",
    "sheep": r"sheep|lambs?|goats?",
    "cat": r"cats?|kittens?",
    "horse": r"horses?|ponies|pony|rider|stallion|mare",
    "couple": r"couple|lovers?|newlyweds?|two (people|friends|women|men|dancers|strangers|kids|children)|bride",
    "dancer": r"dancers?|ballerinas?|ballet|danc(es|ing)|pirouettes?",
    "surfer": r"surfers?|surfs|surfing|surf ?boards?",
    "person": r"m[ae]n|wom[ae]n|persons?|people|girls?|boys?|hikers?|travell?ers?|figures?|child|children|kids?|monk"
    r"|samurai|detective|he|she|someone|soldier|king|queen|portrait|(?<!clock )face|actor|actress|chef|barista"
    r"|grandmother|grandfather|musician|painter|clockmaker|photographer|fisherm[ae]n|teacher|scientist|lady|gentleman|stranger"
    r"|tourist|farmer|cowboy|knight|prince(ss)?|warrior|wizard|witch|pirate|ninja|runner|jogger|skater|student|singer"
    r"|violinist|guitarist|sailor|doctor|nurse|mother|father|grandma|grandpa|model|hero|heroine|pilgrim"
    r"|(?<!german )(?<!australian )shepherd|attorney|lawyer|judge|captain|presenter|host"
    r"|reporter|narrator|officer|pilot",
    "robot": r"robots?|androids?|humanoids?|mechs?",
    "dragon": r"dragons?|wyverns?",
    "castle": r"castles?|fortress|citadel|palace",
    "pagoda": r"pagodas?|(?<!greek )(?<!roman )temples?|shrines?",
    "waterfall": r"waterfalls?|cascades?",
    "cup": r"coffee|espresso|cappuccino|tea ?cups?|cups? of \w+|mugs?",
    "astronaut": r"astronauts?|cosmonauts?",
    "cabin": r"cabins?|huts?|cottage|house|home|farmhouse",
    "village": r"villages?|hamlet|houses|cottages|town",
    "windmill": r"windmills?",
    "whale": r"whales?|dolphins?|orcas?",
    "camel": r"camels?|caravan",
    "tree": r"(lone|single|old|a|the|an|cherry|apple|oak|big|great|under (the|a|an)( \w+)?) tree|oak|baobab|willow",
    "car": r"cars?|automobiles?|convertible|taxis?|limousine|roadster|mustang|drives?|driving|road trip",
    "train": r"trains?|locomotives?|railway|steam engine",
    "tram": r"trams?|streetcars?|bus(es)?",
    "bicycle": r"bicycles?|cyclists?|bikes?|cycling",
    "rocket": r"rockets?|lift-?offs?|launch(es)?|launch ?pad|spacecraft",
    "fireworks": r"fireworks?|pyrotechnics",
    "campfire": r"camp ?fires?|bonfires?|fire|flames?|hearth",
    "bridge": r"bridges?|aqueducts?|viaducts?",
    "pier": r"piers?|jetty|jetties|docks?|boardwalk",
    "butterflies": r"butterfl\w+",
    "shark": r"sharks?",
    "turtle": r"turtles?",
    "jellyfish": r"jellyfish|medusas?",
    "diver": r"divers?|diving|mermaids?",
}
TONES = {
    "monochrome": r"monochrome|black[- ]and[- ]white|noir|b&w|gr[ae]yscale",
    "sepia": r"sepia|vintage|old film|nostalgic",
    "pastel": r"pastels?|soft colou?rs|muted",
    "warm": r"warm (\w+ )?(light|tones?|colou?rs|palette|hues)|warm",
    "cold": r"cold|icy|cool (\w+ )?(light|tones?|colou?rs|palette|hues)|frozen",
    "vivid": r"vivid|vibrant|saturated|colou?rful|technicolor",
    "red": r"(red|crimson|scarlet) (\w+ )?(sky|light|tones?|haze|glow|palette|hues|sun)",
    "gold": r"golden (\w+ )?(light|sky|haze|tones?|palette|glow)|amber (\w+ )?(light|sky|tones?)",
    "green": r"(green|emerald) (\w+ )?(sky|light|tones?|haze|glow|palette|hues)",
    "teal": r"(teal|turquoise|cyan) (and orange|(\w+ )?(sky|light|tones?|haze|glow|palette|hues))",
    "blue": r"blue (\w+ )?(light|tones?|haze|palette|hues|hour)",
    "violet": r"(violet|purple|lavender|magenta|pink) (\w+ )?(sky|light|tones?|haze|glow|palette|hues|clouds)",
}
CLOSE = (
    r"portraits?|head ?shots?|(?<!clock )faces?"
    r"|(looks?|looking|stares?|staring|talks?|speaks?) (straight )?(at|into|to) (the )?camera"
)
FAR = (
    r"wide( |-)?shot|long shot|establishing shot|aerial|drone|silhouettes?|from (afar|behind|above)|in the distance"
    r"|tiny figure|walks|walking|runs|running|strolls?|strolling|rides|riding"
)
"""Words for someone close before the camera, and for someone who is not."""
RIDES = r"rid(es?|ing|ers?)|rode|gallop\w*|on horseback|jockeys?|cowboys?"
MOUNTS = ("horse", "camel", "elephant")
"""What can be ridden."""
