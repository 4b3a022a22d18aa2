# Serves a WSGI application on a free port of 127.0.0.1 until standard input ends. On standard output,
# each a line: "ready URL VERSION" once, then "METHOD PATH -> STATUS" for each request, before its answer.
import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

USER = {"username": "anna", "password": "correct horse"}


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


def serve(application, version):
    def recorded(environ, start_response):
        def start(status, headers, *more):
            say(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} -> {status[:3]}")
            return start_response(status, headers, *more)

        return application(environ, start)

    server = make_server("127.0.0.1", 0, recorded, Server, Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(f"ready http://127.0.0.1:{server.server_port} {version}")
    sys.stdin.read()
