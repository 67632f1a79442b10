"""The door for gunicorn. Finished pages are sent before Django is asked, unless somebody is at work on how they look."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
_django = get_wsgi_application()
# By its name, because nothing of the project can be imported before Django is set up.
application = _django if settings.DEBUG else import_string("articles.front.Front")(_django)
