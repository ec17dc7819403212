"""docs/openapi.json is what the service does: made from its schemas, of all its routes, and true of its answers."""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest
from flask import Flask

from tests import openapi
from tests.web.admin.serving import with_store
from tracker.app import create_app

DOCUMENT = openapi.document()
