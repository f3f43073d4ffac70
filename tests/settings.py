"""The project's settings, cut off from the machine: own folder, no credentials, fast passwords."""

import atexit
import os
import shutil
import tempfile

_var = tempfile.mkdtemp(prefix="opendoor-test-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
os.environ["OPENDOOR_VAR"] = _var
os.mkdir(os.path.join(_var, "static"))  # noqa: PTH102, PTH118 - else whitenoise warns
for _name in ("REDIS_URL", "SECRET_KEY", "EMAIL_URL", "PRODUCTION", "DEBUG", "REGISTRY_EXTRA", "EXTRACTOR"):
    os.environ.pop(_name, None)
for _name in [name for name in os.environ if name.startswith("EXTRACTOR_")]:
    del os.environ[_name]

from config.settings import *  # noqa: E402, F403, TID251  the environment had to be emptied first
from config.settings import DATABASES  # noqa: E402, TID251

# Each request of the live server closes what it opened: no connection outlives a test.
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file, not memory: a live server and a second writer are then real connections with real locks.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_var, "test.sqlite3")}  # noqa: PTH118
