from wagtail import hooks
from wagtail.permissions import register_permission_policy

from lms.accounts.choosers import organisation_chooser, person_chooser, territory_chooser
from lms.accounts.viewsets import POLICIES, AdministratorPolicy, PeopleGroup

for model, actions in POLICIES.items():
    register_permission_policy(model, AdministratorPolicy(model, actions))

# Of Wagtail's own menus, what is about running the platform and not about writing courses.
ADMINISTRATORS_MENUS = {"reports", "help"}


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [PeopleGroup(), person_chooser, organisation_chooser, territory_chooser]


@hooks.register("construct_main_menu")
def hide_what_trainers_do_not_need(request, menu_items):
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in ADMINISTRATORS_MENUS]
