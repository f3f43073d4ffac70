"""The roles of the workbench. Readers need no account; nobody below administrator hands out roles."""

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import migrations

SEEN = {
    "actors": ["actor", "alias", "mandate", "blocmembership"],
    "positions": [
        "article", "articleversion", "currentstance", "event", "eventmention", "linepoint", "report",
        "secondreading", "source", "stance", "stancereview", "topic", "unresolvedmention", "utterance",
    ],
}
ANALYST = [f"{app}.view_{model}" for app, models in SEEN.items() for model in models]
EDITOR = [
    *ANALYST,
    "positions.add_stance", "positions.add_stancereview", "positions.add_secondreading",
    "positions.change_unresolvedmention", "positions.add_event", "positions.change_event",
    "actors.add_actor", "actors.change_actor", "actors.add_alias", "actors.change_alias", "actors.delete_alias",
    "actors.add_mandate", "actors.change_mandate",
]
SENIOR = [
    *EDITOR,
    "positions.adjudicate", "positions.decide_batch", "actors.merge_actor", "actors.delete_mandate",
    "actors.add_blocmembership", "actors.change_blocmembership", "actors.delete_blocmembership",
]
ADMINISTRATOR = [
    *SENIOR,
    "positions.add_source", "positions.change_source", "positions.add_user", "positions.change_user",
    "positions.view_user", "positions.view_ingestrun", "positions.view_workerheartbeat", "positions.change_article",
    "auth.view_group",
]
ROLES = {"Analyst": ANALYST, "Editor": EDITOR, "Senior editor": SENIOR, "Administrator": ADMINISTRATOR}


def create_roles(apps, schema_editor):
    # Permissions are otherwise made only after all migrations; naming them here needs them now.
    for label in ("contenttypes", "auth", "actors", "positions"):
        config = real_apps.get_app_config(label)
        create_contenttypes(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
        create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, wanted in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        for label in wanted:
            app, codename = label.split(".")
            group.permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("positions", "0003_workbench"),
        ("actors", "0002_merge_permission"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_roles, remove_roles)]
