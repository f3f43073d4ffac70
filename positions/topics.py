"""The codebook's topics as rows that stances point at."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Subquery

from positions.codebook import codebook
from positions.models import Topic


@transaction.atomic
def load() -> int:
    """Bring the topic rows in line with the codebook; return how many are new. Rows are never deleted."""
    new = 0
    for order, entry in enumerate(codebook().topics):
        values = {
            "name": entry.name,
            "proposition": entry.proposition,
            "belongs_here": entry.belongs_here,
            "not_here": entry.not_here,
            "order": order,
        }
        _, created = Topic.objects.update_or_create(slug=entry.slug, defaults=values)
        new += created
    return new


def by_slug(slug: str) -> Subquery:
    """Return a topic's key, asked for inside another query.

    An index that begins with an actor and a topic is used for the key, and not for the slug of a joined row:
    PostgreSQL would then look through all that the actor ever said.
    """
    return Subquery(Topic.objects.filter(slug=slug).order_by().values("pk")[:1])
