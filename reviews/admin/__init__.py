"""The editorial office, as far as review and publishing go: doors to the verbs, without a rule of their own."""

from reviews.admin import (
    concerns,
    credentials,
    feedback,
    notices,
    policy,
    publication,
    queue,
    remarks,
    review_dates,
    schedules,
    signatures,
    today,
)

__all__ = [
    "concerns",
    "credentials",
    "feedback",
    "notices",
    "policy",
    "publication",
    "queue",
    "remarks",
    "review_dates",
    "schedules",
    "signatures",
    "today",
]
