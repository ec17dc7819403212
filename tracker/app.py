"""Where ports meet edges: the only file that knows everyone."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import requests
import structlog
from flask import Flask

from tracker.background import BoundedBackground
from tracker.logs import exception_fields
from tracker.lookup import Ages, lookup
from tracker.metrics import Metrics
from tracker.ports import AccessTokens, Clock
from tracker.prometheus import PrometheusMetrics
from tracker.settings import Settings
from tracker.shopify.admin import AdminOrders, UpstreamCall
from tracker.shopify.tokens import ClientCredentials, FixedToken, NoTokens
from tracker.store.breaker import Breaker
from tracker.store.cache import RedisAnswers
from tracker.store.door import GuardedStorage
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.tokens import RedisTokenShelf
from tracker.web import gate, headers, problems, request_log
from tracker.web.body import MAX_BYTES
from tracker.web.health import health_blueprint
from tracker.web.limits import Door
from tracker.web.page import Pages
from tracker.web.schemas import write_answer
from tracker.web.track import lookup_blueprint, page_blueprint

log = structlog.get_logger()
