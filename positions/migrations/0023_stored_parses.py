from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [
        ("positions", "0022_first_editions"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredParse",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="stored_parse",
                        serialize=False,
                        to="positions.articleversion",
                    ),
                ),
                ("data", models.BinaryField(help_text="See positions/extraction/storing.py.")),
            ],
        ),
    ]
