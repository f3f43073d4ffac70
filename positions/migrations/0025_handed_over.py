"""What a merged event handed over is kept, so that the two can be parted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("positions", "0024_blind_fields")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="handed",
            field=models.JSONField(
                blank=True,
                default=dict,
                editable=False,
                help_text="What merging gave away (mentions, actors, merged events): parting brings it back.",
            ),
        )
    ]
