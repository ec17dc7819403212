"""Switches by which a test, or a person at the panel, makes the demo shop behave badly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from tracker.demo.access import ALL_SCOPES

FAULTS = (
    *("5xx", "html", "reset", "hang", "half_body", "half_json", "wrong_json", "huge_json", "throttled"),
    "429",
)
"""How the Admin API can fail: a 503 in JSON, a 502 page, a reset connection, no answer at all, a body shorter
than was announced, JSON cut in the middle, JSON of another shape, JSON of 64 MB, THROTTLED in a 200, and 429
with Retry-After."""

TOKEN_FAULTS = (
    *(fault for fault in FAULTS if fault != "throttled"),
    "lost",
    "invalid_subject_token",
    "invalid_grant",
    "invalid_request",
)
"""How the token endpoint alone can fail: as above; `lost` does what is asked and loses the answer; the last
three are refusals of one grant, and leave the others alone: 400 for every token exchange, as for a stale ID
token, and 400 and 401 for every refresh, which are final."""

_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
REFUSALS = {
    "invalid_subject_token": (400, _EXCHANGE),
    "invalid_grant": (400, "refresh_token"),
    "invalid_request": (401, "refresh_token"),
}
"""The status of each refusal, and the grant that it concerns."""


BUTTON_PLACES = ("end", "start", "link", "off")
"""Where the tracking button can be: in a corner, in place of a link of the theme's, or nowhere."""


class BadControl(ValueError):
    """A switch that does not exist, or a value it can't take."""


@dataclass
class Control:
    """`fail` holds until it is reset, or for `fail_times` requests. `delay_ms` comes before every answer of
    the Admin API; `fail_token` makes the token endpoint share both. `token_fault`, `token_fault_times` and
    `token_delay_ms` are the token endpoint's own. `protected_…` say whether the app was approved for those
    fields of protected customer data. `tracking_button` is one of BUTTON_PLACES. `password_page`: is the shop
    not open yet, so that all its pages ask for a password?

    `webhooks`: are any sent? Each is sent `webhook_duplicates` times more, under the same event id.
    `webhook_reorder` lets each overtake the one before it; `webhook_wrong_hmac` signs with another secret.
    """

    delay_ms: int = 0
    fail: str | None = None
    fail_times: int | None = None
    fail_token: bool = False
    token_fault: str | None = None
    token_fault_times: int | None = None
    token_delay_ms: int = 0
    scopes: list[str] = field(default_factory=lambda: list(ALL_SCOPES))
    protected_email: bool = True
    protected_name: bool = True
    protected_address: bool = False
    protected_phone: bool = False
    token_valid: bool = True
    frozen: bool = False
    webhooks: bool = False
    webhook_duplicates: int = 0
    webhook_reorder: bool = False
    webhook_wrong_hmac: bool = False
    password_page: bool = False
    logged_in_customer_id: str = ""
    tracking_button: str = "end"

    def change(self, values: object) -> None:
        """Take over the named switches, all or none. Raises BadControl, whose text names the fault."""
        if not isinstance(values, Mapping):
            raise BadControl("a JSON object is wanted")
        kinds = {
            "delay_ms": (int,),
            "fail": (str, type(None)),
            "fail_times": (int, type(None)),
            "token_fault": (str, type(None)),
            "token_fault_times": (int, type(None)),
            "token_delay_ms": (int,),
            "webhook_duplicates": (int,),
            "scopes": (list,),
            "logged_in_customer_id": (str,),
            "tracking_button": (str,),
        }
        known = {one.name for one in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise BadControl(f"unknown switch: {name}")
            wanted = kinds.get(name, (bool,))
            if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
                raise BadControl(f"{name} can't be {type(value).__name__}")
        if values.get("fail") not in (None, *FAULTS):
            raise BadControl(f"fail is one of {', '.join(FAULTS)} or null")
        if values.get("token_fault") not in (None, *TOKEN_FAULTS):
            raise BadControl(f"token_fault is one of {', '.join(TOKEN_FAULTS)} or null")
        if values.get("tracking_button", "off") not in BUTTON_PLACES:
            raise BadControl(f"tracking_button is one of {', '.join(BUTTON_PLACES)}")
        for name, value in values.items():
            setattr(self, name, value)

    def as_json(self) -> dict[str, object]:
        """All switches as they stand."""
        return asdict(self)

    def due_fault(self) -> str | None:
        """The fault that the next request meets, counted down where it is to happen a number of times."""
        fault, self.fail, self.fail_times = _counted_down(self.fail, self.fail_times)
        return fault

    def due_token_fault(self, grant: object) -> str | None:
        """The token endpoint's own fault for a request of this `grant_type`, counted down likewise."""
        if self.token_fault in REFUSALS and grant != REFUSALS[self.token_fault][1]:
            return None
        fault, self.token_fault, self.token_fault_times = _counted_down(
            self.token_fault, self.token_fault_times
        )
        return fault


def _counted_down(fault: str | None, times: int | None) -> tuple[str | None, str | None, int | None]:
    """The fault that is due, what is left of it, and how often."""
    if fault is None or times is None:
        return fault, fault, times
    return (fault, fault, times - 1) if times > 1 else (fault, None, None)
