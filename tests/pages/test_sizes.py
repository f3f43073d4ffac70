"""No page asks more of a large record than of a small one."""

import gzip

import pytest
from django.core.cache import cache

from benchmarks import record as generated
from positions import search
from positions.models import Article, CurrentStance
from tests.pages.test_every_page import body

PAGES = (
    "/", "/?who=all", "/actors/", f"/actors/{generated.HOT}/", f"/actors/{generated.HOT}.csv",
    f"/actors/{generated.HOT}.svg", "/actors/person-001/", f"/embed/actors/{generated.HOT}/", "/topics/",
    "/topics/nato-membership/", "/timeline/", "/compare/?actors=state-000~state-001~state-002", "/shifts/",
    "/shifts.atom", "/statements/{statement}/", "/articles/", "/articles/{article}/", "/search/?q=summit",
    "/search/?q=summit+artillery&topic=nato-membership", "/methodology/", "/coverage/", "/sources/",
    "/sources/source-1/", "/data/",
)  # fmt: skip

MOST_BYTES = 40_000  # of HTML over the wire


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("stances", [10, 1_000])
def test_at_most_six_queries_a_page(client, django_assert_max_num_queries, stances):
    generated.fill(stances)
    while search.follow():
        pass
    names = {"statement": CurrentStance.public.first().pk, "article": Article.objects.first().pk}
    for path in PAGES:
        cache.clear()
        client.get("/methodology/")  # what the foot of every page shows is kept a minute
        with django_assert_max_num_queries(6, info=path):
            response = client.get(path.format(**names))
            assert len(gzip.compress(body(response).encode())) <= MOST_BYTES, path
        assert response.status_code == 200, path


@pytest.mark.slow
@pytest.mark.django_db
def test_the_matrix_of_everybody_leaves_small_lines_out(client):
    generated.fill(1_000)
    allies, everybody = (body(client.get(path)) for path in ("/", "/?who=all"))
    said = "The small line is the last three years."
    assert 'class="sp"' in allies and said in allies
    assert 'class="sp"' not in everybody and said not in everybody
    assert everybody.count("<tr>") > allies.count("<tr>") > 30
