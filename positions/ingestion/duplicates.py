"""Copies of one text in several articles (wire copy, syndication), by MinHash bands kept in the database.

A look-up is one indexed query, however many articles there are; what shares a band is then compared for real.
"""

from __future__ import annotations

import hashlib
import struct
from datetime import timedelta

from django.db.models import Count

from positions.ingestion.identity import normalised, resemblance
from positions.models import Article, ArticleVersion, TextBand

PERMUTATIONS = 128
ROWS = 4  # to a band: 32 bands of 4 find texts that share half of their three-word runs (94 %)
COPY = 0.5  # from this share of common runs a text is a copy
WITHIN = timedelta(days=7)  # copies appear within days; later, the same words are said again
MIN_WORDS = 40
CANDIDATES = 20


def bands(text: str) -> list[int]:
    """Return the band values of a text as signed 64-bit integers; none for a text too short to compare."""
    words = normalised(text).split()
    if len(words) < MIN_WORDS:
        return []
    from datasketch import MinHash  # imports scipy: only where texts are compared

    sketch = MinHash(num_perm=PERMUTATIONS, seed=1)
    sketch.update_batch({" ".join(words[n : n + 3]).encode() for n in range(len(words) - 2)})
    hashes = sketch.hashvalues
    return [_band(n, hashes[n : n + ROWS].tobytes()) for n in range(0, PERMUTATIONS, ROWS)]


def _band(number: int, values: bytes) -> int:
    digest = hashlib.blake2b(values, digest_size=8, salt=number.to_bytes(2, "big")).digest()
    return int(struct.unpack(">q", digest)[0])


def cluster(article: Article, version: ArticleVersion) -> Article | None:
    """Note an article's bands and the article that it is a copy of, if any; return that one.

    The first article of a cluster stays its head. Repeating it changes nothing.
    """
    values = bands(version.text)
    kept = set(article.bands.values_list("value", flat=True))
    if kept != set(values):
        if kept:
            article.bands.all().delete()
        TextBand.objects.bulk_create(TextBand(article=article, value=v) for v in sorted(set(values)))
    original = _original(article, version, values)
    if original is not None and original.pk != article.duplicate_of_id:
        Article.objects.filter(pk=article.pk).update(duplicate_of=original)
    return original


def _original(article: Article, version: ArticleVersion, values: list[int]) -> Article | None:
    near = Article.objects.filter(
        bands__value__in=values, published_on__gte=article.published_on - WITHIN,
        published_on__lte=article.published_on + WITHIN,
    )  # fmt: skip
    shared = near.exclude(pk=article.pk).exclude(duplicate_of=article).annotate(n=Count("pk"))
    for other in shared.order_by("-n", "pk").select_related("duplicate_of")[:CANDIDATES]:
        newest = other.version
        if newest is not None and resemblance(version.text, newest.text) >= COPY:
            return other.duplicate_of or other
    return None
