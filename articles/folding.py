"""Letters as readers type them: small and without their marks, so that "meniere" is Ménière. Pure.

The search index folds alike in SQL (`full_text.folded_sql`); here each letter stays in its place, so that what is found
in folded text can be marked in the text itself.
"""

import re
import unicodedata

# The Latin letters that carry marks: Latin-1, Latin Extended-A and -B, Latin Extended Additional.
_BLOCKS = (range(0x00C0, 0x0250), range(0x1E00, 0x1F00))
_BARE = {
    chr(code): bare
    for block in _BLOCKS
    for code in block
    if len(bare := "".join(c for c in unicodedata.normalize("NFD", chr(code)).lower() if not unicodedata.combining(c))) == 1
    and bare.isascii()
}
_MARKED = re.compile(f"[{''.join(f'{chr(block[0])}-{chr(block[-1])}' for block in _BLOCKS)}]")
_WORD = re.compile(r"[^\W_]+")
_OWNER = re.compile(r"['’]s\b")


def folded(text: str) -> str:
    """The text in small letters without marks, and exactly as long. It is in NFC, as all that drafting saves."""
    bare = text if text.isascii() else _MARKED.sub(lambda letter: _BARE.get(letter[0], letter[0]), text)
    small = bare.lower()
    return small if len(small) == len(bare) else "".join(c.lower() if len(c.lower()) == 1 else c for c in bare)


def words_in(text: str) -> tuple[str, ...]:
    """The folded words of some text. Crohn’s is Crohn: nobody searches for an s."""
    return tuple(_WORD.findall(_OWNER.sub("", folded(text))))
