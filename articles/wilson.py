"""How sure a share of votes is: the score interval for a proportion. Pure.

E. B. Wilson, Probable inference, the law of succession, and statistical inference, J Am Stat Assoc 1927;22:209-212. Its lower
bound ranks pages fairly: nine of ten votes are worth more than one of one, and less than ninety of a hundred.
"""

import math

Z = 1.96  # of 95 %, two-sided


def score_interval(yes: int, votes: int, z: float = Z) -> tuple[float, float]:
    """The bounds of the share of yes, each from 0 to 1. Raises ValueError where there are no votes, or more yes than votes."""
    if not 0 <= yes <= votes or not votes:
        raise ValueError(f"{yes} of {votes} votes is no share.")
    share, spread = yes / votes, z * z / votes
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt((share * (1 - share) + spread / 4) / votes)
    return (max(0.0, middle - half) if yes else 0.0), (min(1.0, middle + half) if yes < votes else 1.0)
