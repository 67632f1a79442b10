"""The editorial office, as far as review and publishing go: doors to the verbs, without a rule of their own."""

from reviews.admin import concerns, credentials, feedback, policy, publication, queue, remarks, schedules, signatures

__all__ = ["concerns", "credentials", "feedback", "policy", "publication", "queue", "remarks", "schedules", "signatures"]
