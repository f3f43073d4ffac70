"""One spelling for many: accents, Cyrillic, endings. What is indexed and asked goes through the same door.

Pure. Made for finding, not for showing: "Зеленський", "Zelenskiy" and "Zelenskyy" become one word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Ukrainian and Russian letters as English writes them; the signs that soften are dropped.
CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z",
    "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ь": "", "ъ": "", "ю": "iu", "я": "ia", "ы": "y", "э": "e", "ё": "e", "'": "", "’": "",
}  # fmt: skip
LETTERS = {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"}
TABLE = str.maketrans(CYRILLIC | LETTERS)
WORD = re.compile(r"[a-z0-9]+")
# Endings in which the spellings of one Slavic name differ: Zelensky, Zelenskyy, Zelenskiy, Zelenskyi.
ENDING = re.compile(r"(?:iy|yi|yy|ij|yj|ii)$")


def fold(text: str) -> list[str]:
    """Return the words of a text: lower case, Latin letters without marks, one spelling for an ending."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(TABLE)
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return [ENDING.sub("y", word) for word in WORD.findall(plain.translate(TABLE))]


def stems(text: str) -> str:
    """Return the stems of a text's words, as they are indexed and searched."""
    return " ".join(stem(word) for word in fold(text))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Cut the commonest English endings, so that "opposes", "opposed" and "opposing" meet.

    Coarser than a linguist would like and the same on every database.
    """
    if len(word) <= 3 or word.isdigit():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word
