"""Bulk decisions have a column of their own: a rejection in bulk has a reason besides."""

from django.db import migrations, models
from django.db.models import F, Value


def to_batch(apps, schema_editor):
    rows = apps.get_model("positions", "StanceReview").objects.filter(reason__startswith="batch-")
    rows.update(batch=F("reason"), reason=Value(""))


def to_reason(apps, schema_editor):
    rows = apps.get_model("positions", "StanceReview").objects.exclude(batch="").filter(reason="")
    rows.update(reason=F("batch"))


class Migration(migrations.Migration):
    dependencies = [("positions", "0017_coding_roles")]

    operations = [
        migrations.AddField(
            model_name="stancereview",
            name="batch",
            field=models.CharField(
                blank=True,
                db_index=True,
                help_text="What was decided together, with one click.",
                max_length=40,
            ),
        ),
        migrations.RunPython(to_batch, to_reason),
    ]
