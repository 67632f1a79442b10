"""Who may do what, as three groups. Whether it may be done is asked of the gate, never here.

A group that exists is left as the publisher has arranged it.
"""

from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed
from django.db.models import Q

READS = ["view_topic", "view_contributor", "view_reference", "view_article"]
GROUPS: dict[str, list[str]] = {
    "Writers": [
        *READS, "add_article", "change_article", "add_reference", "change_reference", "add_picture", "add_reviewrequest",
    ],
    "Reviewers": [*READS, "view_reviewrequest", "add_signoff"],
    "Editors": [
        *READS, "add_article", "change_article", "edit_any_article", "add_topic", "change_topic", "add_contributor",
        "change_contributor", "add_reference", "change_reference", "add_picture", "view_event", "view_credential",
        "add_credential", "change_credential", "view_reviewrequest", "add_reviewrequest", "view_publication",
        "add_publication", "add_withdrawal", "add_resolution", "view_concern", "change_concern", "view_sourcepolicy",
        "add_sourcepolicy", "view_waiver", "add_waiver", "view_wording", "add_wording", "view_feedbackreport",
        "add_invitation", "view_notice", "change_notice",
        "view_triage", "add_triage", "view_schedule", "add_schedule",
    ],
}  # fmt: skip


def make_missing_groups(apps: Apps = installed, **kwargs: Any) -> None:
    """Runs after every migrate, and after a test has emptied the tables: permissions exist only by then."""
    Group, Permission = apps.get_model("auth.Group"), apps.get_model("auth.Permission")
    for name, codenames in GROUPS.items():
        group, made = Group.objects.get_or_create(name=name)
        if made:
            ours = Q(codename__in=codenames, content_type__app_label__in=["articles", "reviews"])
            group.permissions.set(Permission.objects.filter(ours))
