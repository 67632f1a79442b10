"""An archive of any size for measuring: made in bulk, held to every lock, and as true as one that people made verb by verb.

Digests, seals and chains are computed by the project's own functions. Finished pages are drawn once for each form that an
article can take, by the reader's own renderer, and filled in for the others. Whatever it says, it says of itself that it was
made up for measuring.
"""
