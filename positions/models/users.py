"""People who log in."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """An analyst, editor or administrator. Readers need no account."""
