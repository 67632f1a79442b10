"""The form in which a reader says what is wrong. What may be taken is asked of the verb; here are only the fields."""

import uuid

from django import forms
from django.http import QueryDict

from reviews.feedback import LONGEST_QUOTE, LONGEST_TEXT, Told
from reviews.models import FeedbackDetail


class ReportForm(forms.Form):
    """`shown` and `voted` are tokens of ours: which publication was read, and the vote that this belongs to."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    voted = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(
        label="What is it about?", choices=FeedbackDetail.Reason, required=False, widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose what it is about."},
    )  # fmt: skip
    quote = forms.CharField(
        label="Which passage?", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Copy the words here, if it is about some of them. {LONGEST_QUOTE:,} characters at most.",
    )  # fmt: skip
    text = forms.CharField(
        label="Tell us more", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"Please leave out your name and anything about your own health. {LONGEST_TEXT:,} characters at most.",
    )  # fmt: skip
    address = forms.CharField(
        label="E-mail address, if you would like a reply", required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    website = forms.CharField(
        label="Leave this field empty", required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    OPTIONAL = ("quote", "text", "address")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("quote", "text"):  # whose characters nobody sees are taken out, not complained about
            self.fields[name].validators = []

    def clean_website(self) -> str:
        """A field that people do not see; programs fill in whatever there is."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                "This looks as if a program had filled in the form: leave the last field empty, and send it again."
            )
        return ""

    def told(self) -> Told:
        """What was typed, for the verb."""
        typed = self.cleaned_data
        return Told(typed["reason"], typed["quote"], typed["text"], typed["address"])

    def anew(self, **faults: str) -> "ReportForm":
        """The same words with what is wrong beside them, to be sent again under a key of its own."""
        for name, fault in faults.items():
            self.add_error(name or None, fault)
        if not self.cleaned_data.get("key"):
            data = QueryDict(mutable=True)
            data.update(self.data)
            data["key"] = str(uuid.uuid4())
            self.data = data
        return self
