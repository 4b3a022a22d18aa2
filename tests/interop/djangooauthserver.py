# Django OAuth Toolkit with one user and one client for the password grant, its database in a temporary
# folder. Writes "missing ..." instead of "ready ..." where a package is not installed.
import sys
import tempfile
from pathlib import Path

from wsgiserver import USER, say, serve

try:
    import django
    import oauth2_provider
except ImportError as error:
    say(f"missing {error.name} (package python3-django-oauth-toolkit)")
    sys.exit()

from django.conf import settings

folder = tempfile.TemporaryDirectory()
settings.configure(
    SECRET_KEY="only for this test, 32 bytes or more of it",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "oauth2_provider"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(folder.name, "database"),
            "OPTIONS": {"timeout": 30},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    LOGGING_CONFIG=None,
)
django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import include, path
from oauth2_provider.models import Application
from oauth2_provider.views.generic import ProtectedResourceView


class Me(ProtectedResourceView):
    def get(self, request, *args, **kwargs):
        return JsonResponse({"user": request.resource_owner.username})


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("api/me/", Me.as_view()),
]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    Application.objects.create(
        client_id="tokenflight",
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_PASSWORD,
        user=User.objects.create_user(USER["username"], password=USER["password"]),
    )
    serve(get_wsgi_application(), f"Django OAuth Toolkit {oauth2_provider.__version__}")
