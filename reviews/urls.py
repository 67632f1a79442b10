"""The reader's addresses that have to do with reviewing: how we review, what was put right, and saying what is wrong."""

from django.urls import path

from reviews import reporting, views

app_name = "reviews"
urlpatterns = [
    path("policy/", views.policy, name="policy"),
    path("corrections/", views.corrections, name="corrections"),
    path("articles/<slug:slug>/feedback/", reporting.vote, name="vote"),
    path("articles/<slug:slug>/report/", reporting.report, name="report"),
    path("articles/<slug:slug>/report/thanks/", reporting.thanks, name="thanks"),
]
