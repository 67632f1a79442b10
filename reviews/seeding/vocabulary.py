"""The words of a made-up archive: a few in nearly every article, many in some, and some in less than ten. Pure.

No sentence says anything: each says that it was made up for measuring, and names things that have nothing to do with health.
"""

from itertools import accumulate

PLAIN_WORDS = (
    "amber anchor apron arch arrow attic awning badge ballad banner barge barn barrel basket beacon bell bench bicycle "
    "blanket boat bonnet bottle boulder bowl bracket bramble brick bridge brook broom bucket buckle button cabin cable "
    "candle canoe canvas canyon carpet cart castle cellar chain chalk chimney clay cliff cloak clock cloud cobble comet "
    "compass copper cord cottage cradle crate creek crystal cupboard curtain desk dome door dune easel echo ember engine "
    "envelope fence ferry fiddle field flag flute fog forest fountain frame frost garden gate glacier globe granite gravel "
    "harbour harp hat hedge helmet hill hinge hollow horizon island ivory jacket jar jetty kettle key kite ladder lagoon "
    "lake lamp lantern lattice ledger lever library lighthouse linen locket loom magnet map marble market mast meadow mill "
    "mirror mitten moss mountain napkin needle nest oar oasis orchard organ paddle painting parcel path pebble pencil piano "
    "pier pillar planet plaza plough pond porch prism pulley puzzle quarry quilt raft rail ribbon ridge river road rope "
    "saddle sail satchel scarf shed shelf shell shore shovel signal silver sketch slate sled spade spindle spire spool "
    "stable staircase statue stove street summit sundial swing table tapestry tent thimble thread timber torch tower "
    "trellis trunk tunnel turbine umbrella valley vase veranda viaduct village violin wagon wall watch waterfall wheel "
    "whistle willow windmill window"
)
PLAIN = PLAIN_WORDS.split()
SYLLABLES = [consonant + vowel for consonant in "bdlmnrstvz" for vowel in "aeiou"]
INVENTED = 8_000  # words besides the plain ones that are drawn again and again, the later the more seldom
RARE = 100_000  # from here on each word is given to a few articles that stand side by side
SHARED_BY = 4
# What the sentences are made of. All take as many words from the vocabulary as there are marks.
PATTERNS = (
    "These words were made up for measuring and set the %s beside the %s, then the %s and one quiet %s near a tall %s.",
    "Nothing here is so, because this sentence was made up for measuring with a %s, a %s, a %s and the colour of some %s.",
    "Whoever counts the words made up for measuring will find a %s under the %s, and a %s that nobody ever gave to the %s.",
    "It was made up for measuring that a %s follows every %s, that a %s waits for no %s, and that the %s is round.",
    "A machine that was told to write words made up for measuring wrote %s, %s, %s, %s and %s, and then it wrote %s.",
    "Like all the others this sentence was made up for measuring, so its %s, its %s, its old %s and its new %s mean nothing.",
    "Between one %s and the next %s stands a %s, as every sentence made up for measuring may say of any %s or %s.",
    "Readers of words made up for measuring meet the %s again, lose the %s, and leave the last %s to the first %s.",
)


def invented(number: int) -> str:
    """A word that no language has: another one for each number, and none that English grammar would shorten."""
    scattered = number * 1_000_003 % len(SYLLABLES) ** 4
    letters = []
    for _ in range(4):
        scattered, at = divmod(scattered, len(SYLLABLES))
        letters.append(SYLLABLES[at])
    return "".join(letters) + "m"


def rare(article: int) -> str:
    """A word that this article has in common with a few others only."""
    return invented(RARE + article // SHARED_BY)


WORDS = [*sorted(PLAIN, key=lambda word: word[::-1]), *(invented(number) for number in range(INVENTED))]
# How often each is drawn, added up: the second half as often as the first, and so on (Zipf's law).
WEIGHTS = list(accumulate(1 / (rank + 3) for rank in range(len(WORDS))))
