"""Begin an edition of everybody who has lines already."""

from django.db import migrations


def begin(apps, schema_editor):
    Edition = apps.get_model("positions", "Edition")
    LinePoint = apps.get_model("positions", "LinePoint")
    shown = set(LinePoint.objects.order_by().values_list("actor_id", flat=True).distinct())
    missing = sorted(shown - set(Edition.objects.values_list("actor_id", flat=True)))
    Edition.objects.bulk_create([Edition(actor_id=pk, number=1) for pk in missing], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("positions", "0021_index_versions")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
