"""Find by index what was decided or superseded after a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0002_merge_permission"),
        ("positions", "0027_line_editions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="stance",
            index=models.Index(
                condition=models.Q(("superseded_at__isnull", False)),
                fields=["superseded_at"],
                name="stance_superseded",
            ),
        ),
        migrations.AddIndex(
            model_name="stancereview",
            index=models.Index(fields=["recorded_at"], name="positions_s_recorde_416099_idx"),
        ),
    ]
