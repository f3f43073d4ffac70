"""Note changes of what pages show beside stances. `positions.watching` puts the triggers up afterwards."""

from django.db import migrations, models

from positions import watching


def take_down(apps, schema_editor):
    """Without the table no trigger could note anything, and nobody could write an actor."""
    watching.unwatch(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("positions", "0025_handed_over")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=1)),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, take_down),
    ]
