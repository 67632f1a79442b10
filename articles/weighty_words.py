"""Words that carry the meaning of a medical sentence, so that a change which touches one of them is never minor.

Pure data, in English, in small letters; `minor_change` decides by it.
"""


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


NUMBERS = _each("""
    zero nil one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million
    millions billion first second third fourth fifth sixth seventh eighth ninth tenth half halves third thirds quarter
    quarters tenths fifths once twice thrice single double doubled triple tripled treble halved dozen couple pair several few
    fewer many most majority minority percent percentage times fold twofold threefold fourfold fivefold tenfold
    hourly daily nightly weekly fortnightly monthly yearly annually everyday every each per alternate
    ii iii iv vi vii viii ix
""")
UNITS = _each("""
    g kg mg mcg ug μg µg ng pg gram grams gramme grammes kilogram kilograms milligram milligrams microgram micrograms
    nanogram nanograms l ml dl cl μl µl ul litre litres liter liters millilitre millilitres milliliter milliliters mol mmol
    μmol µmol umol nmol pmol mosm meq iu mu unit units cm mm m km nm metre metres meter meters centimetre centimetres
    millimetre millimetres inch inches mmhg kpa hpa bar bpm hz khz mhz kcal cal kj joule joules gy mgy sv msv bq mbq
    celsius fahrenheit kelvin h hr hrs hour hours min mins minute minutes sec secs s seconds day days
    week weeks fortnight month months year years degree degrees drop drops tablet tablets capsule capsules puff puffs
    teaspoon teaspoons tablespoon tablespoons spoonful spoonfuls ounce ounces oz pound pounds lb lbs pint pints
    bmi egfr hba inr ph
""")
NEGATIONS = _each("""
    not no never none nor neither nothing nobody nowhere without cannot cant dont doesnt didnt isnt arent wasnt werent
    wont wouldnt shouldnt mustnt couldnt havent hasnt hadnt neednt except excepting excluding exclude excluded unless only
    solely avoid avoids avoided avoiding stop stops stopped stopping lack lacks lacking absent absence fail fails failed
    hardly barely rarely seldom scarcely despite although though but however instead rather otherwise until
""")
DUTIES = _each("""
    must should shall may might can could would will need needs ought required requires recommended recommend
    recommends advised advise advises allowed allow permitted forbidden forbid contraindicated indicated safe unsafe safely
    dangerous harmful harmless always usually often sometimes occasionally possibly probably likely unlikely certain certainly
    definitely perhaps maybe if when whether
""")
OPPOSITES = _each("""
    increase increases increased increasing decrease decreases decreased decreasing raise raises raised lower lowers lowered
    lowering reduce reduces reduced reducing reduction rise rises rising fall falls falling more less least higher high highest
    low lowest greater greatest smaller larger fewer better worse best worst before after during since ago prior following
    above below over under up down and or both either all any some every other another same different only also left right
    upper inner outer internal external early earlier late later short shorter long longer start starts started begin
    begins continue continues continued with against for from off into onto mild moderate severe acute chronic benign
    malignant positive negative normal abnormal active inactive present gain loss fast slow hot cold warm cool open closed
    male female man men woman women boy boys girl girls child children adult adults infant infants baby babies pregnant
    pregnancy breastfeeding oral rectal nasal topical intravenous intramuscular subcutaneous
""")
# Words of grammar alone: they may come, go and take each other's place.
GRAMMAR = _each("a an the of that which who is are was were be been being has have had it its this these those to as")
# What turns a word into its opposite, or into something else of the body, when it comes or goes.
PREFIXES = (
    "a", "an", "un", "in", "im", "il", "ir", "non", "dis", "mis", "anti", "contra", "counter", "hypo", "hyper", "under", "over",
    "de", "re", "pre", "post", "ante", "intra", "inter", "infra", "supra", "super", "sub", "extra", "ex", "micro", "macro",
    "brady", "tachy", "endo", "exo", "mono", "bi", "di", "tri", "hemi", "semi", "poly", "para", "peri", "epi", "dys", "mal",
    "multi",
)  # fmt: skip
SUFFIXES = ("less", "ful", "free", "like", "itis", "osis", "emia", "uria", "ectomy", "otomy", "ostomy")
# What makes of one word another when it takes the other's place.
SWAPPED_PREFIXES = (
    ("hypo", "hyper"), ("intra", "inter", "infra", "supra", "extra"), ("brady", "tachy"), ("pre", "post", "per"),
    ("macro", "micro"), ("mono", "bi", "di", "tri", "quadri", "poly", "oligo"), ("endo", "exo", "ecto"), ("under", "over"),
    ("ab", "ad"), ("in", "ex", "de", "re"), ("dys", "eu"), ("ante", "anti", "post"), ("peri", "para"), ("super", "sub"),
    ("hemi", "semi"),
)  # fmt: skip
SWAPPED_SUFFIXES = (("less", "ful"), ("itis", "osis", "emia", "uria", "opathy", "oma"), ("ectomy", "otomy", "ostomy", "oscopy"))
SPLIT_OFF = frozenset(["a", "an", "in", "un", "im", "non"])  # “a typical” and “atypical”
