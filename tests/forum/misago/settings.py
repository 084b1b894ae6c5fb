"""A Misago forum for tests: the project that comes with Misago, on a database of the test's own.

`cargo xtask` starts it and sets the variables that are read here.
"""

import os

from devproject.settings import *

DEBUG = False
SECRET_KEY = "for-tests-on-the-loopback-address"
ALLOWED_HOSTS = ["*"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "misago",
        "USER": "postgres",
        "HOST": "127.0.0.1",
        "PORT": os.environ["FORUM_DATABASE_PORT"],
        # Opening a connection costs more than most of the questions that are asked over it.
        "CONN_MAX_AGE": None,
    }
}

# What Misago writes beside its database: avatars, exports.
MEDIA_ROOT = os.path.join(os.environ["FORUM_FOLDER"], "media")
MISAGO_USER_DATA_DOWNLOADS_WORKING_DIR = os.path.join(os.environ["FORUM_FOLDER"], "downloads")

# Tasks run where they are asked for: there is no broker.
CELERY_TASK_ALWAYS_EAGER = True
CELERY_BROKER_URL = "memory://"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Accounts that a key speaks for, as the API of Misago itself knows cookies only.
FORUM_KEYS = dict(pair.split("=") for pair in os.environ["FORUM_KEYS"].split(","))

MIDDLEWARE = [name for name in MIDDLEWARE if "debug_toolbar" not in name]
MIDDLEWARE.insert(MIDDLEWARE.index("misago.users.middleware.UserMiddleware"), "keys.key_middleware")
