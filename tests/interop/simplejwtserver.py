# Django REST framework with Simple JWT and one user, without a database. Writes "missing ..." instead
# of "ready ..." where a package is not installed.
import sys
from importlib.metadata import version

from wsgiserver import USER, say, serve

try:
    import django
    import rest_framework_simplejwt  # noqa: F401
except ImportError as error:
    say(f"missing {error.name} (package python3-djangorestframework-simplejwt)")
    sys.exit()

from django.conf import settings

settings.configure(
    SECRET_KEY="only for this test, 32 bytes or more of it",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    AUTHENTICATION_BACKENDS=[f"{__name__}.OneUser"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication"
        ]
    },
    LOGGING_CONFIG=None,
)
django.setup()

from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from django.urls import path
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView


class OneUser:
    def authenticate(self, request, username=None, password=None):
        is_known = {"username": username, "password": password} == USER
        return User(id=1, username=username) if is_known else None


@api_view()
@permission_classes([IsAuthenticated])
def me(request):
    return Response({"id": request.user.id})


urlpatterns = [
    path("api/token/", TokenObtainPairView.as_view()),
    path("api/token/refresh/", TokenRefreshView.as_view()),
    path("api/me/", me),
]

if __name__ == "__main__":
    serve(get_wsgi_application(), "djangorestframework-simplejwt "
          + version("djangorestframework-simplejwt"))
