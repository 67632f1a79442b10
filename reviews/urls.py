"""The reader's addresses that have to do with reviewing: saying what is wrong."""

from django.urls import path

from reviews import reporting

app_name = "reviews"
urlpatterns = [
    path("articles/<slug:slug>/feedback/", reporting.vote, name="vote"),
    path("articles/<slug:slug>/report/", reporting.report, name="report"),
    path("articles/<slug:slug>/report/thanks/", reporting.thanks, name="thanks"),
]
