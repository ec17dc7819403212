"""Addresses as settings give them: each reader takes a text and gives the address it stands for. All raise
marshmallow's ValidationError with a sentence for the operator, which repeats nothing of a password."""

from __future__ import annotations

import re
from importlib.util import find_spec
from urllib.parse import parse_qsl

from marshmallow import ValidationError

ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:[A-Za-z0-9.-]|\{shop\})+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?", re.ASCII
)
HIGHEST_PORT = 65_535
NOT_OFFERED = "none"
"""In place of where a source is."""
_USER = r"(?:[^@/?#\s]*@)?"
_HOST = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
_ONE = rf"redi(?:s|ss)://{_USER}(?P<hosts>{_HOST}(?::[0-9]+)?)(?:/[0-9]*)?"
_MANY = rf"(?P<hosts>{_HOST}:[0-9]+(?:,{_HOST}:[0-9]+)*)"
REDIS_URLS = {
    "redis": (_ONE, "redis://host:6379/0"),
    "rediss": (_ONE, "rediss://user:password@host:6380/0"),
    "unix": (rf"unix://{_USER}(?P<hosts>)/[^?#\s]+(?:\?db=[0-9]+)?", "unix:///run/redis.sock"),
    "redis+cluster": (rf"redis\+cluster://{_USER}{_MANY}/?", "redis+cluster://host:6379,host:6379"),
    "redis+sentinel": (
        rf"redis\+sentinel://{_USER}{_MANY}/[^/?#\s]+(?:/[0-9]+)?",
        "redis+sentinel://host:26379,host:26379/name",
    ),
}
"""By scheme: the form that every client library here can read, and an example of it. Options in the query are
not among them: time-outs and retries are the service's own."""
DEFAULT_DATABASE_URL = "sqlite:///tracker.sqlite3"
SQLITE_URL = r"sqlite:///(?!file:)[^?#\s][^?#]*"
_POSTGRES = "postgresql+psycopg://user:password@host:5432/tracker"
POSTGRES_SCHEMES = ("postgresql+psycopg", "postgresql", "postgres")
POSTGRES_URL = rf"{_USER}(?:{_HOST})?(?::(?P<port>[0-9]{{1,5}}))?/[A-Za-z0-9_.%~-]+(?:\?(?P<query>[^#\s]+))?"
"""After the scheme. What is not there is libpq's own default, such as a socket on this host."""
DATABASE_OPTIONS = frozenset(
    {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs"}
)
"""What may stand in the query of Postgres' address; time-outs are the service's own."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def read_redis_url(text: str) -> str:
    """Where Redis is, in a form of REDIS_URLS."""
    scheme = text.partition("://")[0]
    if (form := REDIS_URLS.get(scheme)) is None:
        raise ValidationError(f"The address of Redis starts with one of {'://, '.join(REDIS_URLS)}://.")
    pattern, example = form
    if (found := re.fullmatch(pattern, text)) is None:
        raise ValidationError(f"This address looks like {example}.")
    if any(int(port) > HIGHEST_PORT for port in re.findall(r":([0-9]+)", found["hosts"] or "")):
        raise ValidationError(f"The port of Redis is not a number from 0 to {HIGHEST_PORT}.")
    return text


def read_database_url(text: str) -> str:
    """Where the store of shops is: a file of SQLite, or Postgres by the driver that is used here."""
    if text.startswith("sqlite:"):
        if not re.fullmatch(SQLITE_URL, text) or text.endswith("/:memory:"):
            raise ValidationError(
                f"SQLite takes the path of a file: {DEFAULT_DATABASE_URL} or sqlite:////var/lib/tracker.sqlite3."
            )
        return text
    scheme, _, rest = text.partition("://")
    if scheme not in POSTGRES_SCHEMES:
        raise ValidationError(
            f"The store is kept in SQLite or Postgres: {DEFAULT_DATABASE_URL} or {_POSTGRES}."
        )
    if (found := re.fullmatch(POSTGRES_URL, rest)) is None or not _is_port(found["port"]):
        raise ValidationError(f"This address looks like {_POSTGRES}.")
    options = dict(parse_qsl(found["query"] or "", keep_blank_values=True))
    if odd := sorted(set(options) - DATABASE_OPTIONS):
        # What is no word may be a piece of a password, and is not repeated.
        named = ", ".join(name if re.fullmatch(r"[a-z_]{1,30}", name) else "?" for name in odd)
        raise ValidationError(f"Unknown options: {named}; known are {', '.join(sorted(DATABASE_OPTIONS))}.")
    if find_spec("psycopg") is None:
        raise ValidationError("Postgres needs the package psycopg: install tracker[postgres].")
    return f"postgresql+psycopg://{rest}"


def _is_port(text: str | None) -> bool:
    return text is None or int(text) <= HIGHEST_PORT


def read_origin(text: str) -> str:
    """Scheme and host, and a port if need be; `{shop}` may stand in the host. Only this machine is spoken to
    without TLS."""
    if (origin := ORIGIN.fullmatch(text)) is None:
        raise ValidationError("Write scheme and host alone, like https://{shop}.")
    if origin["scheme"] != "https" and not _is_loopback(text):
        raise ValidationError("Tokens travel over https only (http is for this machine alone).")
    return text


def read_source_origin(text: str) -> str | None:
    """As `read_origin`, but that all shops ask there; None where the source is not to be offered."""
    if text == NOT_OFFERED:
        return None
    if "{shop}" in text:
        raise ValidationError("Write scheme and host alone, like https://api.example.com.")
    return read_origin(text)


def read_admin_origin(text: str) -> str:
    """As `read_origin`, but that several shops of this machine may be told apart by a path."""
    origin, slashes, path = text.partition("/shops/")
    if slashes and path == "{shop}" and _is_loopback(origin):
        return text
    return read_origin(text)


def _is_loopback(origin: str) -> bool:
    found = ORIGIN.fullmatch(origin)
    return found is not None and found["host"] in LOOPBACK


def read_traces_endpoint(text: str) -> str:
    """Where an OpenTelemetry collector takes traces over HTTP."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9._~/-]*", text):
        raise ValidationError("Write where the collector takes traces, like http://collector:4318/v1/traces.")
    if not _installed("opentelemetry.exporter.otlp.proto.http"):
        raise ValidationError("Traces need OpenTelemetry: install tracker[traces].")
    return text


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # nor is the package above it
        return False
