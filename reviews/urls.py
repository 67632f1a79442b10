"""The reader's addresses that have to do with reviewing: how we review, what was put right, and saying what is wrong."""

from django.urls import path, re_path

from reviews import invitation_views, reporting, views

app_name = "reviews"
urlpatterns = [
    path("invitation/", invitation_views.accept, name="invitation_accept"),
    path("invitation/<str:token>/", invitation_views.invitation, name="invitation"),
    path("policy/", views.policy, name="policy"),
    path("corrections/", views.corrections, name="corrections"),
    re_path(r"^corrections/(?P<kind>[a-z]+)-(?P<pk>[1-9][0-9]{0,17})/$", views.notice, name="notice"),
    path("reports/", reporting.receipt, name="receipt"),
    path("articles/<slug:slug>/feedback/", reporting.vote, name="vote"),
    path("articles/<slug:slug>/report/", reporting.report, name="report"),
    path("articles/<slug:slug>/report/thanks/", reporting.thanks, name="thanks"),
]
