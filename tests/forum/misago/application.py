"""The forum for a WSGI server."""

import os

from celery import Celery
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

tasks = Celery("forum")
tasks.config_from_object("django.conf:settings", namespace="CELERY")
tasks.set_default()

application = get_wsgi_application()
