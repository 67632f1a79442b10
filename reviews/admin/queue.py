"""The queue of reviews asked for."""

from django.contrib import admin

from reviews.models import ReviewRequest

admin.site.register(ReviewRequest)
