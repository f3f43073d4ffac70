"""Who has a desk: analysts and everybody above."""

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import migrations

ROLES = ("Analyst", "Editor", "Senior editor", "Administrator")
WANTED = ("add_watch", "add_note")


def allow(apps, schema_editor):
    config = real_apps.get_app_config("positions")
    create_contenttypes(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    wanted = Permission.objects.filter(content_type__app_label="positions", codename__in=WANTED)
    for group in Group.objects.filter(name__in=ROLES):
        group.permissions.add(*wanted)


def refuse(apps, schema_editor):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    wanted = Permission.objects.filter(content_type__app_label="positions", codename__in=WANTED)
    for group in Group.objects.filter(name__in=ROLES):
        group.permissions.remove(*wanted)


class Migration(migrations.Migration):
    dependencies = [("positions", "0019_desk"), ("positions", "0017_coding_roles")]

    operations = [migrations.RunPython(allow, refuse)]
