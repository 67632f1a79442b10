"""How Django knows this application, and whose admin site it is."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ArticlesConfig(AppConfig):
    default = True
    name = "articles"
    verbose_name = "Articles and sources"


class EditorialAdminConfig(admin.AdminConfig):
    default = False
    default_site = "articles.office.EditorialSite"
