"""The reader's addresses."""

from django.urls import path, re_path

from articles import house_views, machine_views, searching, shelf_views, views

app_name = "articles"
urlpatterns = [
    path("", shelf_views.home, name="home"),
    path("search/", searching.search, name="search"),
    path("topics/", shelf_views.topics, name="topics"),
    path("topics/<slug:slug>/", shelf_views.topic, name="topic"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("articles/<slug:slug>.json", machine_views.record, name="record"),
    path("articles/<slug:slug>/history/", views.history, name="history"),
    path("people/", shelf_views.people, name="people"),
    path("people/<slug:slug>/", shelf_views.person, name="person"),
    path("about/", house_views.about, name="about"),
    path("privacy/", house_views.privacy, name="privacy"),
    path("disclaimer/", house_views.disclaimer, name="disclaimer"),
    path("theme.css", house_views.theme, name="theme"),
    re_path(r"^pictures/(?P<sha256>[0-9a-f]{64})-(?P<width>320|640)\.webp$", views.small_picture, name="small_picture"),
    re_path(r"^pictures/(?P<sha256>[0-9a-f]{64})\.(?P<extension>jpg|png|webp)$", views.picture, name="picture"),
    path("feed/", machine_views.rss, name="feed"),
    path("feed/atom/", machine_views.atom, name="feed_atom"),
    path("sitemap.xml", machine_views.sitemap, name="sitemap"),
    path("sitemaps/pages.xml", machine_views.sitemap_pages, name="sitemap_pages"),
    re_path(r"^sitemaps/articles-(?P<part>[1-9][0-9]{0,8})\.xml$", machine_views.sitemap_articles, name="sitemap_articles"),
    path("robots.txt", machine_views.robots, name="robots"),
]
