# Authlib's OAuth 2.0 server for Flask with one user and one public client for the password grant, its
# tokens in memory. Writes "missing ..." instead of "ready ..." where a package is not installed.
import os
import sys
import time

from wsgiserver import USER, say, serve

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # there is no https here
try:
    import authlib
    import flask
    from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
    from authlib.oauth2.rfc6749 import grants
    from authlib.oauth2.rfc6750 import BearerTokenValidator
except ImportError as error:
    say(f"missing {error.name} (packages python3-authlib and python3-flask)")
    sys.exit()


class User:
    def get_user_id(self):
        return 1


class Client:
    client_id = "tokenflight"

    def get_client_id(self):
        return self.client_id

    def get_allowed_scope(self, scope):
        return scope or ""

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "none"

    def check_grant_type(self, grant_type):
        return True


class Token:
    def __init__(self, values, user):
        self.access_token = values["access_token"]
        self.refresh_token = values["refresh_token"]
        self.scope = values["scope"]
        self.lifetime = values["expires_in"]
        self.ends = time.time() + self.lifetime
        self.user = user
        self.revoked = False

    def check_client(self, client):
        return True

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return self.lifetime

    def is_expired(self):
        return time.time() > self.ends

    def is_revoked(self):
        return self.revoked


class Password(grants.ResourceOwnerPasswordCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def authenticate_user(self, username, password):
        return User() if {"username": username, "password": password} == USER else None


class Refresh(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        alive = (t for t in tokens if t.refresh_token == refresh_token and not t.revoked)
        return next(alive, None)

    def authenticate_user(self, token):
        return token.user

    def revoke_old_credential(self, token):
        token.revoked = True


class Validator(BearerTokenValidator):
    def authenticate_token(self, access_token):
        return next((t for t in tokens if t.access_token == access_token), None)


tokens = []
app = flask.Flask(__name__)
app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
server = AuthorizationServer(
    app,
    query_client=lambda name: Client() if name == Client.client_id else None,
    save_token=lambda values, request: tokens.append(Token(values, request.user)),
)
server.register_grant(Password)
server.register_grant(Refresh)
protected = ResourceProtector()
protected.register_token_validator(Validator())


@app.post("/oauth/token")
def token():
    return server.create_token_response()


@app.get("/api/me")
@protected("profile")
def me():
    return {"id": 1}


serve(app, f"Authlib {authlib.__version__}")
