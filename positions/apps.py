from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class PositionsConfig(AppConfig):
    name = "positions"
    verbose_name = "Positions"

    def ready(self) -> None:
        from config.planning import plan_briefly
        from positions.watching import after_migrate

        post_migrate.connect(after_migrate, sender=self)
        connection_created.connect(plan_briefly)
