from django.db import migrations

from lms.accounts.territories import load_territories


def forwards(apps, schema_editor):
    load_territories(model=apps.get_model("accounts", "Territory"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
