"""Who may say that an article is coded throughout: editors; analysts see it."""

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import migrations

EDITORS = ("Editor", "Senior editor", "Administrator")
ROLES = {
    "view_exhaustivecoding": ("Analyst", *EDITORS),
    "add_exhaustivecoding": EDITORS,
    "change_exhaustivecoding": EDITORS,
}


def allow(apps, schema_editor):
    config = real_apps.get_app_config("positions")
    create_contenttypes(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for codename, names in ROLES.items():
        permission = Permission.objects.get(content_type__app_label="positions", codename=codename)
        for group in Group.objects.filter(name__in=names):
            group.permissions.add(permission)


def refuse(apps, schema_editor):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    wanted = Permission.objects.filter(content_type__app_label="positions", codename__in=ROLES)
    for group in Group.objects.all():
        group.permissions.remove(*wanted)


class Migration(migrations.Migration):
    dependencies = [("positions", "0016_exhaustive_coding"), ("positions", "0011_shadow_roles")]

    operations = [migrations.RunPython(allow, refuse)]
