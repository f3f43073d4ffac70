"""Print a fresh password for the demonstration's editor. Never in production."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from positions.models import User

NAME = "editor"


class Command(BaseCommand):
    help = f"{__doc__} The password holds until the command runs again."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("In production make accounts with `manage.py createsuperuser`.")
        password = secrets.token_urlsafe(9)
        user, _ = User.objects.get_or_create(
            username=NAME, defaults={"first_name": "Demo", "last_name": "Editor"}
        )
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(password)
        user.save()
        self.stdout.write(f"Editor's login, until the next start: {NAME} / {password} at /admin/")
