"""Articles coded exhaustively: only they show what the reader overlooks.

An editor reads a whole text, decides on all that was found, adds what was overlooked and says that nothing
is left. Chance chooses the articles: they are offered in the order of their fingerprints, which are as good
as random and none of ours to choose.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from positions.models import Article, ArticleVersion, CurrentStance, ExhaustiveCoding, User

ADD, WITHDRAW = "positions.add_exhaustivecoding", "positions.change_exhaustivecoding"
# Those set aside unread, too: a reader that skips an article overlooks everything in it.
READ = (Article.State.DONE, Article.State.SET_ASIDE)


def standing(article: Article) -> ExhaustiveCoding | None:
    """Return the coding of the article's newest text, if there is one."""
    version = article.version
    return version.codings.standing().select_related("by").first() if version else None


def coded() -> QuerySet[Article]:
    """Return the articles whose newest text is coded exhaustively."""
    newer = ArticleVersion.objects.filter(
        article=OuterRef("version__article"), number__gt=OuterRef("version__number")
    )
    codings = ExhaustiveCoding.objects.standing().exclude(Exists(newer))
    return Article.objects.filter(pk__in=codings.values("version__article"))


def to_draw() -> QuerySet[Article]:
    """Return the articles that may be drawn, in the order in which they are."""
    rows = Article.objects.filter(state__in=READ, duplicate_of__isnull=True, withdrawn_at__isnull=True)
    return rows.exclude(pk__in=coded().values("pk")).order_by("fingerprint", "pk")


def draw(after: str = "") -> Article | None:
    """Return the next article; `after`: the one behind the article of this fingerprint."""
    rows = to_draw().select_related("source")
    return (rows.filter(fingerprint__gt=after).first() if after else None) or rows.first()


def waiting(article: Article) -> int:
    """Count the findings of the article that nobody has decided on."""
    undecided = CurrentStance.Decision.MACHINE
    return CurrentStance.objects.filter(article=article, decision=undecided).count()


@transaction.atomic
def complete(version: ArticleVersion, *, by: User, drawn: bool = False) -> ExhaustiveCoding:
    """Say that everything in the text is coded. Raises ValidationError where that cannot be true yet."""
    if not by.has_perm(ADD):
        raise PermissionDenied(f"{by} may not say that an article is coded throughout.")
    article = Article.objects.select_for_update(no_key=True).get(pk=version.article_id)
    if article.state not in READ:
        raise ValidationError("The article is being read: wait until that is done.")
    if article.version != version:
        raise ValidationError("The article has a newer text: read that one.")
    if left := waiting(article):
        raise ValidationError(
            f"{left} of its findings still {'wait' if left > 1 else 'waits'}: decide first."
        )
    found, _ = ExhaustiveCoding.objects.get_or_create(
        version=version, withdrawn_at=None, defaults={"by": by, "drawn": drawn, "recorded_at": timezone.now()}
    )
    return found


@transaction.atomic
def withdraw(coding: ExhaustiveCoding, *, by: User) -> None:
    """Take it back: something was overlooked after all. Again: no change."""
    if not by.has_perm(WITHDRAW):
        raise PermissionDenied(f"{by} may not take that back.")
    ExhaustiveCoding.objects.standing().filter(pk=coding.pk).update(
        withdrawn_at=timezone.now(), withdrawn_by=by
    )
