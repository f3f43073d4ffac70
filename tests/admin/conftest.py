"""Who works in the admin."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.support import make


@pytest.fixture(autouse=True)
def nothing_held():
    """No item is held by an editor, and nothing kept, from the test before."""
    cache.clear()


@pytest.fixture
def anna(client):
    """An editor, logged in."""
    user = make.editor("anna")
    client.force_login(user)
    return user
