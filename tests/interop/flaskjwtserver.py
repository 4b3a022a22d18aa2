# flaskjwtserver.py headers|cookies: Flask-JWT-Extended with one user, its tokens there. Writes
# "missing ..." instead of "ready ..." where a package is not installed.
import sys
from importlib.metadata import version

from wsgiserver import USER, say, serve

try:
    import flask
    import flask_jwt_extended as jwt
except ImportError as error:
    say(f"missing {error.name} (package python3-python-flask-jwt-extended)")
    sys.exit()

place = sys.argv[1]
app = flask.Flask(__name__)
app.config.update(
    JWT_SECRET_KEY="only for this test, 32 bytes or more of it",
    JWT_TOKEN_LOCATION=[place],
    JWT_COOKIE_SECURE=False,  # there is no https here
)
jwt.JWTManager(app)


def answer(access, refresh=None):
    if place == "headers":
        tokens = {"access_token": access, "refresh_token": refresh}
        return {name: token for name, token in tokens.items() if token}
    response = flask.jsonify(msg="done")
    jwt.set_access_cookies(response, access)
    if refresh:
        jwt.set_refresh_cookies(response, refresh)
    return response


@app.post("/login")
def login():
    if flask.request.json != USER:
        return {"msg": "Bad username or password"}, 401
    name = USER["username"]
    return answer(jwt.create_access_token(name), jwt.create_refresh_token(name))


@app.post("/refresh")
@jwt.jwt_required(refresh=True)
def refresh():
    return answer(jwt.create_access_token(jwt.get_jwt_identity()))


@app.get("/protected")
@jwt.jwt_required()
def protected():
    return {"logged_in_as": jwt.get_jwt_identity()}


serve(app, "Flask-JWT-Extended " + version("Flask-JWT-Extended"))
