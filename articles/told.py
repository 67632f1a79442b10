"""Events in words: "saved a draft" for revision.saved."""

WORDS = {
    "article.started": "started",
    "article.assigned": "handed over",
    "article.shelved": "moved to another topic",
    "article.published": "published",
    "article.withdrawn": "withdrew",
    "revision.saved": "saved a draft of",
    "revision.signed": "signed",
    "review.requested": "asked for a review of",
    "signature.revoked": "took back a signature on",
    "objection.resolved": "settled an objection to",
    "signing.refused": "gave a wrong password at signing",
    "remark.made": "remarked on",
    "remark.answered": "answered a remark on",
    "remark.settled": "settled a remark on",
    "picture.uploaded": "uploaded a picture",
    "reference.added": "added a reference",
    "reference.changed": "changed a reference",
    "reference.merged": "merged two references",
    "reference.standing_changed": "learned how a reference stands",
    "concern.opened": "found a fallen source of",
    "concern.decided": "decided a concern about",
    "policy.set": "set the source policy",
    "policy.waived": "accepted something against the source policy in",
    "credential.added": "added a credential",
    "credential.verified": "verified a credential",
    "credential.revoked": "revoked a credential",
    "topic.added": "added a topic",
    "topic.changed": "changed a topic",
    "contributor.added": "added a profile",
    "contributor.changed": "changed a profile",
    "person.added": "opened an account",
    "person.changed": "changed an account",
    "person.password_set": "set another’s password",
    "group.changed": "changed what a group may do",
    "group.added": "added a group",
    "wording.changed": "changed the site’s own words",
}


def told(name: str) -> str:
    return WORDS.get(name, name.replace(".", ": ").replace("_", " "))
