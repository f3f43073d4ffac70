"""What the reader's tests share: one parser, an invented registry, a way to ask for stances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from actors.resolution import RegistryResolver
from positions.extraction.candidates import Scene
from positions.extraction.reader import RulesExtractor
from positions.extraction.types import ArticleText, Reading
from tests.support.invented import registry

DAY = date(2024, 7, 4)  # a Thursday


@pytest.fixture(scope="session")
def resolver() -> RegistryResolver:
    return RegistryResolver(registry())


@pytest.fixture(scope="session")
def rules() -> RulesExtractor:
    """The rules alone, so that a case does not change with what was learned."""
    return RulesExtractor(weighed=False)


@pytest.fixture(scope="session")
def read(rules: RulesExtractor, resolver: RegistryResolver) -> Callable[[str], Reading]:
    return lambda text: rules.read(ArticleText("case", text, DAY), resolver)


@pytest.fixture(scope="session")
def scene(rules: RulesExtractor, resolver: RegistryResolver) -> Callable[[str], Scene]:
    return lambda text: rules.scene(ArticleText("case", text, DAY), resolver)
