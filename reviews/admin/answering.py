"""The form on the review desk: what a reviewer fills in, and how it becomes an answer.

Nothing is required here: the verb judges the whole answer and gives every reason at once.
"""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from articles.models import User
from reviews.models import CitationVerdict, Credential, ReviewRequest
from reviews.models.signoff import Decision, Kind
from reviews.signing import CHECKLISTS, Answer

DECISIONS = {
    Decision.APPROVE: "I approve these words",
    Decision.CHANGES: "I ask for changes",
    Decision.DECLINE: "I decline to review this",
}


class AnsweringForm(forms.Form):
    """Facts: a verdict on each citation. Medicine and second looks: a checklist and a credential. All: decision, signature."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    digest = forms.CharField(required=False, widget=forms.HiddenInput)
    interests = forms.CharField(
        label="Competing interests", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Money, employment, patents, close ties or strong convictions that bear on this subject. “None” is an answer.",
    )  # fmt: skip
    confirmed = forms.BooleanField(label="This declaration is complete and true today", required=False)
    decision = forms.ChoiceField(label="Decision", required=False, choices=DECISIONS.items(), widget=forms.RadioSelect)
    note = forms.CharField(
        label="What has to change, or why you decline", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed unless you approve. The editor who asked you gets it by e-mail.",
    )  # fmt: skip
    accepted = forms.BooleanField(label="I accept this statement", required=False)
    password = forms.CharField(
        label="Your password, to sign", required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, review: ReviewRequest, user: User, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.review = review
        self.citations = list(review.revision.citations.select_related("reference")) if review.kind == Kind.FACTS else []
        for citation in self.citations:
            self.fields[f"verdict_{citation.pk}"] = forms.ChoiceField(
                label="What the source says", required=False, choices=CitationVerdict.Verdict.choices, widget=forms.RadioSelect
            )
            self.fields[f"note_{citation.pk}"] = forms.CharField(
                label=f"Note on source {citation.number}",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        for name, text in CHECKLISTS[review.kind].items():
            self.fields[f"check_{name}"] = forms.BooleanField(label=text, required=False)
        if review.kind != Kind.FACTS:
            self.fields["credential"] = _credential_field(user)

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        return [
            {"citation": citation, "verdict": self[f"verdict_{citation.pk}"], "note": self[f"note_{citation.pk}"]}
            for citation in self.citations
        ]

    @property
    def checklist(self) -> list[forms.BoundField]:
        return [self[f"check_{name}"] for name in CHECKLISTS[self.review.kind]]

    def answer(self) -> Answer:
        """For the verb. What was not confirmed was not declared."""
        given = self.cleaned_data
        return Answer(
            decision=given["decision"],
            digest=given["digest"],
            seen=given["seen"] or 0,
            password=given["password"],
            note=given["note"],
            interests=given["interests"] if given["confirmed"] else "",
            credential=given.get("credential"),
            checklist={name: given[f"check_{name}"] for name in CHECKLISTS[self.review.kind]},
            verdicts={c.pk: (given[f"verdict_{c.pk}"], given[f"note_{c.pk}"]) for c in self.citations},
            accepted=given["accepted"],
        )

    def errors_in_words(self) -> list[str]:
        return [f"{self.fields[name].label}: {text}" for name, texts in self.errors.items() for text in texts]


def _credential_field(user: User) -> forms.IntegerField:
    """Offers what is in force now; of any other the verb says what is wrong with it."""
    usable = Credential.objects.in_force(timezone.localdate()).filter(holder=user)
    choices = [(held.pk, held.as_printed) for held in usable]
    return forms.IntegerField(
        label="Credential that you sign with", required=False, widget=forms.RadioSelect(choices=choices),
        initial=choices[0][0] if len(choices) == 1 else None,
    )  # fmt: skip


def blank(review: ReviewRequest, user: User, seen: int) -> AnsweringForm:
    """As it is first shown. The interests come from the profile, but are not confirmed."""
    contributor = getattr(user, "contributor", None)
    interests = contributor.interests if contributor else ""
    return AnsweringForm(review, user, initial={"seen": seen, "digest": review.revision.digest, "interests": interests})


def renewed(form: AnsweringForm, user: User, seen: int) -> AnsweringForm:
    """All that was filled in but the password, on a screen that knows what has happened since."""
    data = QueryDict(mutable=True)
    data.update({**form.data.dict(), "seen": str(seen), "digest": form.review.revision.digest, "password": ""})  # type: ignore[attr-defined]
    return AnsweringForm(form.review, user, data)
