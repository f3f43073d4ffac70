"""Count the changes of each line, beginning with those that are there; find where lines took a value."""

import django.db.models.deletion
from django.db import migrations, models


def begin(apps, schema_editor):
    LineEdition = apps.get_model("positions", "LineEdition")
    LinePoint = apps.get_model("positions", "LinePoint")
    shown = LinePoint.objects.order_by().values_list("actor_id", "topic_id").distinct()
    rows = [LineEdition(actor_id=actor, topic_id=topic, number=1) for actor, topic in sorted(shown)]
    LineEdition.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("positions", "0026_changes")]

    operations = [
        migrations.CreateModel(
            name="LineEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=0)),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="line_editions",
                        to="actors.actor",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="line_editions",
                        to="positions.topic",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("actor", "topic"), name="one_edition_a_line")
                ],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="linepoint",
            index=models.Index(
                condition=models.Q(("stated_on", models.F("since"))),
                fields=["topic", "track", "stated_on", "actor", "position"],
                name="line_starts_by_topic",
            ),
        ),
    ]
