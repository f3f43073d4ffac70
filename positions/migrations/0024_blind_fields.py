"""A second reader says source, condition and day, too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actors", "0002_merge_permission"), ("positions", "0023_stored_parses")]

    operations = [
        migrations.AddField(
            model_name="secondreading",
            name="condition",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="secondreading",
            name="source_actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="actors.actor",
            ),
        ),
        migrations.AddField(
            model_name="secondreading",
            name="stated_on",
            field=models.DateField(
                blank=True, help_text="Empty: source, condition and day were not asked for yet.", null=True
            ),
        ),
    ]
