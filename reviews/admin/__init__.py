"""The editorial office, as far as review and publishing go: doors to the verbs, without a rule of their own."""

from django.contrib import admin

from reviews.models import ReviewRequest

admin.site.register(ReviewRequest)
