"""Settings, read once from the environment and frozen. Every mistake is reported together; a secret has no
working default, and no default is unsafe. The README lists them all (a test holds that it does)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from limits import RateLimitItem
from limits import parse_many as parse_limits
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from tracker.addresses import (
    DEFAULT_DATABASE_URL,
    HIGHEST_PORT,
    NOT_OFFERED,
    REDIS_URLS,
    read_admin_origin,
    read_database_url,
    read_origin,
    read_redis_url,
    read_source_origin,
    read_traces_endpoint,
)
from tracker.errors import TrackerError
from tracker.order import Status
from tracker.parcel import DEFAULT_DAILY_QUOTA, MOST_A_DAY, SOURCE_NAMES, AskAbout

DAY = 86_400
SHORTEST_SECRET = 16
GUESS_NAMES = ("email", "number_network", "number", "shop")
DEFAULT_GUESS_LIMITS = "email=20/hour,number_network=10/hour,number=200/hour,shop=2000/hour"
DEFAULT_SOFT_AGES = (
    "processing=600,on_hold=1800,label_created=1800,shipped=1800,in_transit=600,out_for_delivery=120,"
    "ready_for_pickup=600,attempted=600,delivered=86400,returning=1800,cancelled=86400,unknown=600"
)
DEFAULT_HARD_AGES = (
    "processing=21600,on_hold=21600,label_created=21600,shipped=21600,in_transit=21600,out_for_delivery=21600,"
    "ready_for_pickup=21600,attempted=21600,delivered=604800,returning=21600,cancelled=604800,unknown=21600"
)
SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", re.ASCII)
SIGNED_NAMES = frozenset({"shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature"})
"""What Shopify's app proxy adds to a query and signs, whatever PROXY_PARAMETERS says."""
FASTEST_PACE = 10_000
DEFAULT_PORT = 8000


class ProxyErrorStatus(StrEnum):
    """What stands on the status line of a refusal that travels through Shopify's app proxy."""

    AS_IS = "as_is"
    ALWAYS_200 = "always_200"


class InvalidSettings(TrackerError):
    """`problems` maps each setting at fault to what is wrong with it, in words for the operator."""

    def __init__(self, problems: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(words)}" for name, words in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the service is told from outside. Ages are in seconds by status; no secret is in repr."""

    api_key: str
    api_secret: str = field(repr=False)
    redis_url: str = field(repr=False)  # may carry a password
    api_secret_old: str | None = field(default=None, repr=False)
    app_url: str | None = None
    api_version: str = "2026-10"
    admin_origin: str = "https://{shop}"
    cdn_origin: str = "https://cdn.shopify.com"
    shop: str | None = None
    admin_token: str | None = field(default=None, repr=False)
    database_url: str | None = field(default=None, repr=False)
    trusted_proxies: int = 1
    rate_limits_enabled: bool = True
    lookup_limit: RateLimitItem = field(default_factory=lambda: _limit("30/10 minutes"))
    guess_limits: Mapping[str, RateLimitItem] = field(
        default_factory=lambda: read_limits(DEFAULT_GUESS_LIMITS),
    )
    soft_ages: Mapping[Status, int] = field(default_factory=lambda: read_ages(DEFAULT_SOFT_AGES))
    hard_ages: Mapping[Status, int] = field(default_factory=lambda: read_ages(DEFAULT_HARD_AGES))
    proxy_parameters: frozenset[str] = frozenset()
    proxy_error_status: ProxyErrorStatus = ProxyErrorStatus.AS_IS
    port: int = DEFAULT_PORT
    metrics_port: int | None = None
    follow_metrics_port: int | None = None
    traces_endpoint: str | None = None
    traces_ratio: float = 0.1
    web_workers: int = 2
    web_threads: int = 16
    follow_threads: int = 8
    follow_pace: float = 1.0
    log_level: str = "info"
    tracking_source: str | None = None
    tracking_key: str | None = field(default=None, repr=False)
    tracking_push_secret: str | None = field(default=None, repr=False)
    tracking_daily_quota: int = DEFAULT_DAILY_QUOTA
    tracking_ask_about: AskAbout = AskAbout.EVERY_PARCEL
    seventeen_track_origin: str | None = "https://api.17track.net"
    aftership_origin: str | None = "https://api.aftership.com"
    easypost_origin: str | None = "https://api.easypost.com"
    dhl_origin: str | None = "https://api-eu.dhl.com"
    karrio_origin: str | None = None

    @property
    def source_origins(self) -> dict[str, str]:
        """Where each source is that can be used here. Karrio is a server of the operator's own or nowhere: no
        address that a merchant types is ever asked."""
        origins = {
            "seventeen_track": self.seventeen_track_origin,
            "aftership": self.aftership_origin,
            "easypost": self.easypost_origin,
            "dhl": self.dhl_origin,
            "karrio": self.karrio_origin,
        }
        return {name: origin for name, origin in origins.items() if origin is not None}

    @property
    def store_url(self) -> str | None:
        """Where the store of shops is; None where the one shop of SHOPIFY_SHOP is all there is."""
        if self.shop is not None:
            return self.database_url
        return self.database_url or DEFAULT_DATABASE_URL

    @property
    def api_secrets(self) -> tuple[str, ...]:
        """The app's secrets in the order in which a signature is tried: new, then old."""
        return (self.api_secret,) if self.api_secret_old is None else (self.api_secret, self.api_secret_old)


def _pairs(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if not equals or not value.strip():
            raise ValidationError(f"{part!r} is not of the form name=value.")
        if name.strip() in pairs:
            raise ValidationError(f"{name.strip()!r} is given twice.")
        pairs[name.strip()] = value.strip()
    return pairs


def _limit(text: str) -> RateLimitItem:
    try:
        (limit,) = parse_limits(text)
    except ValueError:  # unreadable, or several of which all but the first would be forgotten
        raise ValidationError(f"{text!r} is not a limit; write it like 30/10 minutes.") from None
    if limit.amount < 1:
        raise ValidationError(f"{text!r} lets nobody through.")
    return limit


def read_limits(text: str) -> dict[str, RateLimitItem]:
    """`email=20/hour,…` → limits by name; names left out keep their default.

    Raises marshmallow's ValidationError for an unknown name or a limit that cannot be read.
    """
    given = _pairs(text)
    if unknown := sorted(set(given) - set(GUESS_NAMES)):
        raise ValidationError(f"Unknown names: {', '.join(unknown)}; known are {', '.join(GUESS_NAMES)}.")
    limits = {name: _limit(value) for name, value in _pairs(DEFAULT_GUESS_LIMITS).items()}
    return limits | {name: _limit(value) for name, value in given.items()}


def read_ages(text: str, defaults: str = "") -> dict[Status, int]:
    """`out_for_delivery=120,…` → seconds by status; statuses left out keep their default.

    Raises marshmallow's ValidationError for an unknown status or an age that is not 1 second to 90 days.
    """
    ages: dict[Status, int] = {}
    for name, value in (_pairs(defaults) | _pairs(text)).items():
        if name not in set(Status):
            raise ValidationError(f"{name!r} is not a status; known are {', '.join(Status)}.")
        if not re.fullmatch(r"[0-9]{1,7}", value) or not 1 <= int(value) <= 90 * DAY:
            raise ValidationError(f"{name}: an age is a number of seconds from 1 to {90 * DAY}.")
        ages[Status(name)] = int(value)
    return ages


def _shop(text: str) -> str:
    if not SHOP.fullmatch(text):
        raise ValidationError("Write the shop's permanent name, like your-shop.myshopify.com.")
    return text


def _parameters(text: str) -> frozenset[str]:
    names = frozenset(filter(None, (name.strip() for name in text.split(","))))
    if odd := sorted(name for name in names if not re.fullmatch(r"[a-z][a-z_]{0,39}", name)):
        raise ValidationError(
            f"A parameter name is up to 40 lower-case letters and underscores, unlike {', '.join(odd)}."
        )
    # Such pairs could be signed in two ways, so the gate takes none of them.
    known = names | SIGNED_NAMES
    if odd := sorted(name for name in names if any(_overlap(name, other) for other in known - {name})):
        raise ValidationError(f"No name may begin or end another one, as {odd[0]} does.")
    return names


def _overlap(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) or longer.endswith(shorter)


def _version(text: str) -> str:
    if not re.fullmatch(r"20[0-9]{2}-(01|04|07|10)|unstable", text):
        raise ValidationError("An API version looks like 2026-10.")
    return text


class _Text(fields.String):
    """A text that is read into something; an empty one counts as not given."""

    def __init__(self, read: Callable[[str], object] = str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._read = read

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: Any) -> Any:
        return self._read(super()._deserialize(value, attr, data, **kwargs).strip())


def _secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValidationError(f"A secret has at least {SHORTEST_SECRET} characters.")
    return text


def _set_it_to(what: str) -> dict[str, str]:
    return {"required": f"It is required: set it to {what}."}


class _Environment(Schema):
    """The environment's own names for the settings; `Settings` has the defaults."""

    class Meta:
        unknown = EXCLUDE

    api_key = _Text(
        data_key="SHOPIFY_API_KEY", required=True, error_messages=_set_it_to("the app's client id")
    )
    api_secret = _Text(
        _secret,
        data_key="SHOPIFY_API_SECRET",
        required=True,
        error_messages=_set_it_to("the app's client secret"),
    )
    api_secret_old = _Text(_secret, data_key="SHOPIFY_API_SECRET_OLD")
    app_url = _Text(read_origin, data_key="SHOPIFY_APP_URL")
    api_version = _Text(_version, data_key="SHOPIFY_API_VERSION")
    admin_origin = _Text(read_admin_origin, data_key="SHOPIFY_ADMIN_ORIGIN")
    cdn_origin = _Text(read_origin, data_key="SHOPIFY_CDN_ORIGIN")
    shop = _Text(_shop, data_key="SHOPIFY_SHOP")
    admin_token = _Text(data_key="SHOPIFY_ADMIN_TOKEN")
    redis_url = _Text(
        read_redis_url,
        data_key="REDIS_URL",
        required=True,
        error_messages=_set_it_to(f"the address of Redis, like {REDIS_URLS['redis'][1]}"),
    )
    database_url = _Text(read_database_url, data_key="DATABASE_URL")
    trusted_proxies = fields.Integer(data_key="TRUSTED_PROXIES", validate=validate.Range(0, 10))
    rate_limits_enabled = fields.Boolean(data_key="RATE_LIMITS_ENABLED")
    lookup_limit = _Text(_limit, data_key="LOOKUP_LIMIT")
    guess_limits = _Text(read_limits, data_key="GUESS_LIMITS")
    soft_ages = _Text(lambda text: read_ages(text, DEFAULT_SOFT_AGES), data_key="SOFT_AGES")
    hard_ages = _Text(lambda text: read_ages(text, DEFAULT_HARD_AGES), data_key="HARD_AGES")
    proxy_parameters = _Text(_parameters, data_key="PROXY_PARAMETERS")
    proxy_error_status = fields.Enum(ProxyErrorStatus, by_value=True, data_key="PROXY_ERROR_STATUS")
    port = fields.Integer(data_key="PORT", validate=validate.Range(0, HIGHEST_PORT))
    metrics_port = fields.Integer(data_key="METRICS_PORT", validate=validate.Range(1, HIGHEST_PORT))
    follow_metrics_port = fields.Integer(
        data_key="FOLLOW_METRICS_PORT", validate=validate.Range(1, HIGHEST_PORT)
    )
    traces_endpoint = _Text(read_traces_endpoint, data_key="TRACES_ENDPOINT")
    traces_ratio = fields.Float(
        data_key="TRACES_RATIO", validate=validate.Range(min=0, max=1, min_inclusive=False)
    )
    web_workers = fields.Integer(data_key="WEB_WORKERS", validate=validate.Range(1, 256))
    web_threads = fields.Integer(data_key="WEB_THREADS", validate=validate.Range(1, 256))
    follow_threads = fields.Integer(data_key="FOLLOW_THREADS", validate=validate.Range(1, 256))
    follow_pace = fields.Float(data_key="FOLLOW_PACE", validate=validate.Range(1, FASTEST_PACE))
    log_level = fields.String(
        data_key="LOG_LEVEL", validate=validate.OneOf(["debug", "info", "warning", "error"])
    )

    tracking_source = fields.String(data_key="TRACKING_SOURCE", validate=validate.OneOf(SOURCE_NAMES))
    tracking_key = _Text(data_key="TRACKING_KEY")
    tracking_push_secret = _Text(data_key="TRACKING_PUSH_SECRET")
    tracking_daily_quota = fields.Integer(
        data_key="TRACKING_DAILY_QUOTA", validate=validate.Range(1, MOST_A_DAY)
    )
    tracking_ask_about = fields.Enum(AskAbout, by_value=True, data_key="TRACKING_ASK_ABOUT")
    seventeen_track_origin = _Text(read_source_origin, data_key="SEVENTEEN_TRACK_ORIGIN")
    aftership_origin = _Text(read_source_origin, data_key="AFTERSHIP_ORIGIN")
    easypost_origin = _Text(read_source_origin, data_key="EASYPOST_ORIGIN")
    dhl_origin = _Text(read_source_origin, data_key="DHL_ORIGIN")
    karrio_origin = _Text(read_source_origin, data_key="KARRIO_ORIGIN")

    # Also beside other mistakes, so that all are told at once; hence the look at what was given.
    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _token_has_a_shop(self, _data: dict[str, Any], given: Mapping[str, str], **_: object) -> None:
        if "SHOPIFY_ADMIN_TOKEN" in given and "SHOPIFY_SHOP" not in given:
            raise ValidationError(
                "A fixed token belongs to one shop: set SHOPIFY_SHOP too.", "SHOPIFY_ADMIN_TOKEN"
            )

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _account_is_whole(self, data: dict[str, Any], given: Mapping[str, str], **_: object) -> None:
        wrong: dict[str, list[str]] = {}
        for name in ("TRACKING_KEY", "TRACKING_PUSH_SECRET"):
            if name in given and "TRACKING_SOURCE" not in given:
                wrong[name] = ["It belongs to an account: set TRACKING_SOURCE too."]
        if "TRACKING_SOURCE" in given:
            if "TRACKING_KEY" not in given:
                wrong["TRACKING_KEY"] = ["It is required with TRACKING_SOURCE: set it to the account's key."]
            if "SHOPIFY_SHOP" not in given:
                wrong["TRACKING_SOURCE"] = [
                    "An account belongs to one shop: set SHOPIFY_SHOP too. Other shops have theirs by the "
                    "merchant's page."
                ]
            elif data.get("tracking_source") == "karrio" and "KARRIO_ORIGIN" not in given:
                wrong["KARRIO_ORIGIN"] = ["It is required with karrio: set it to your own Karrio server."]
            elif (source := data.get("tracking_source")) and data.get(f"{source}_origin", source) is None:
                wrong["TRACKING_SOURCE"] = [f"It is not offered: {source.upper()}_ORIGIN is {NOT_OFFERED}."]
        if wrong:
            raise ValidationError(wrong)

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _metrics_are_apart(self, data: dict[str, Any], given: Mapping[str, str], **_: object) -> None:
        port = data.get("port", None if "PORT" in given else DEFAULT_PORT)
        for name in ("metrics_port", "follow_metrics_port"):
            if port is not None and data.get(name) == port:
                raise ValidationError(f"Counts need a port of their own: {port} is PORT.", name.upper())

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _hard_ages_outlast_soft_ones(
        self, data: dict[str, Any], given: Mapping[str, str], **_: object
    ) -> None:
        soft = data.get("soft_ages", {} if "SOFT_AGES" in given else read_ages(DEFAULT_SOFT_AGES))
        hard = data.get("hard_ages", {} if "HARD_AGES" in given else read_ages(DEFAULT_HARD_AGES))
        if short := sorted(status for status in soft if hard.get(status, soft[status]) < soft[status]):
            raise ValidationError(f"Shorter than the soft age: {', '.join(short)}.", "HARD_AGES")


ENVIRONMENT_NAMES: tuple[str, ...] = tuple(
    field.data_key for field in _Environment().fields.values() if field.data_key
)
"""Every name that is read from the environment."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`; a variable that is empty counts as not given.

    Raises InvalidSettings with every mistake of the whole environment at once. Values are never repeated in
    it where they may be secret.
    """
    given = {name: environ[name] for name in ENVIRONMENT_NAMES if environ.get(name, "").strip()}
    try:
        return Settings(**_Environment().load(given))
    except ValidationError as error:
        messages = error.messages
        raise InvalidSettings(messages if isinstance(messages, dict) else {"": messages}) from None
