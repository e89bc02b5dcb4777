from django.db import migrations


def name_the_work(apps, schema_editor):
    """Mails were of one kind only, and waited for every document."""
    Outbox = apps.get_model("certificates", "Outbox")
    Outbox.objects.filter(kind="mail").update(kind="mail_issued", stage=3)


class Migration(migrations.Migration):

    dependencies = [("certificates", "0002_documents_and_keys")]

    operations = [migrations.RunPython(name_the_work, migrations.RunPython.noop)]
