from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self):
        from courses.site_setup import bring_groups_up_to_date  # needs the models

        # Once all apps have their permissions, which each gets in turn: «auth» is behind all that we give rights of.
        post_migrate.connect(bring_groups_up_to_date, sender=apps.get_app_config("auth"))
