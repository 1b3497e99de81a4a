"""OpenStack Swift with its S3 API, whole and small: one device, one replica, on loopback.

Usage: serve.py FOLDER PORT ACCOUNT_PORT CONTAINER_PORT OBJECT_PORT

Needs Debian's python3-swift alone. All of it is under FOLDER; it ends when its input does, so that
nothing stays where whoever started it is killed.
"""

import os
import pwd
import signal
import sys

from swift.cli import ringbuilder
from swift.common import utils

ACCESS_KEY_ID = "test:tester"
SECRET_ACCESS_KEY = "swift-testing"

PROXY = f"""
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = %(port)s
workers = 0
user = %(user)s
swift_dir = %(folder)s
log_level = ERROR

[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck no_cache listing_formats s3api tempauth copy slo versioned_writes symlink proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true

[filter:no_cache]
paste.filter_factory = serve:no_cache

[filter:tempauth]
use = egg:swift#tempauth
user_{ACCESS_KEY_ID.replace(":", "_")} = {SECRET_ACCESS_KEY} .admin

[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
""" + "".join(
    f"""
[filter:{name}]
use = egg:swift#{name}
"""
    for name in (
        "catch_errors gatekeeper healthcheck listing_formats s3api copy slo symlink".split()
    )
)

STORAGE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = %(port)s
workers = 0
user = %(user)s
swift_dir = %(folder)s
devices = %(folder)s/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_level = ERROR

[pipeline:main]
pipeline = %(kind)s-server

[app:%(kind)s-server]
use = egg:swift#%(kind)s
"""


class NoCache:
    """tempauth wants a cache, for tokens that no client of S3 has."""

    def get(self, key, **_):
        return None

    def set(self, key, value, **_):
        pass

    def delete(self, key, **_):
        pass


def no_cache(_, **__):
    def over(app):
        def answer(environ, start_response):
            environ["swift.cache"] = NoCache()
            return app(environ, start_response)

        return answer

    return over


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def ring(folder, kind, port):
    """One device, one replica: sixteen partitions, which is the least that is of use."""
    builder = os.path.join(folder, f"{kind}.builder")
    device = f"r1z1-127.0.0.1:{port}/sda"
    for arguments in (["create", "4", "1", "0"], ["add", device, "1"], ["rebalance"]):
        try:
            ringbuilder.main(["swift-ring-builder", builder, *arguments])
        except SystemExit as done:
            if done.code not in (0, None):
                raise


def serve(config, section):
    from swift.common.wsgi import run_wsgi

    sys.exit(run_wsgi(config, section, verbose=True))


def main():
    folder, port, *ports = sys.argv[1:]
    os.makedirs(os.path.join(folder, "devices", "sda"))
    write(folder, "swift.conf", "[swift-hash]\nswift_hash_path_suffix = conformance\n")
    utils.set_swift_dir(folder)
    user = pwd.getpwuid(os.getuid()).pw_name
    servers = []
    for kind, at in zip(("account", "container", "object"), ports):
        ring(folder, kind, at)
        text = STORAGE % {"port": at, "folder": folder, "kind": kind, "user": user}
        servers.append((write(folder, f"{kind}-server.conf", text), f"{kind}-server"))
    text = PROXY % {"port": port, "folder": folder, "user": user}
    servers.append((write(folder, "proxy-server.conf", text), "proxy-server"))

    children = []
    for config, section in servers:
        child = os.fork()
        if child == 0:
            serve(config, section)
        children.append(child)
    sys.stdin.read()
    for child in children:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
