"""The reader's addresses."""

from django.urls import path, re_path

from articles import views

app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("articles/<slug:slug>/history/", views.history, name="history"),
    path("people/<slug:slug>/", views.person, name="person"),
    path("policy/", views.policy, name="policy"),
    re_path(r"^pictures/(?P<sha256>[0-9a-f]{64})\.(?P<extension>jpg|png|webp)$", views.picture, name="picture"),
]
