"""Who may sign as what."""

from django.contrib import admin

from reviews.models import Credential

admin.site.register(Credential)
