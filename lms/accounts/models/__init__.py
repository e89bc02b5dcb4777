from lms.accounts.models.audit import AuditEvent
from lms.accounts.models.organisations import Assignment, Organisation, StaffType, Territory
from lms.accounts.models.rights import GivenRight
from lms.accounts.models.users import RoleGrant, Sex, User

__all__ = ["Assignment", "AuditEvent", "GivenRight", "Organisation", "RoleGrant", "Sex", "StaffType", "Territory",
           "User"]
