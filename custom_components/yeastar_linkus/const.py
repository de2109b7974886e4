"""Names that more than one module of the integration uses."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "yeastar_linkus"
LOGGER = logging.getLogger(__package__)

MANUFACTURER: Final = "Yeastar"

# Entry data
CONF_CERTIFICATE: Final = "certificate"
CONF_FINGERPRINT: Final = "fingerprint"
CONF_ACCESS_ID: Final = "access_id"
CONF_ACCESS_KEY: Final = "access_key"
CONF_WEBHOOK_SECRET: Final = "webhook_secret"  # noqa: S105
CONF_CLOUDHOOK_URL: Final = "cloudhook_url"

CERTIFICATE_VERIFY: Final = "verify"
CERTIFICATE_PIN: Final = "pin"
CERTIFICATE_IGNORE: Final = "ignore"

# Entry options
CONF_EXTENSIONS: Final = "extensions"
CONF_BROWSER_CALLING: Final = "browser_calling"
CONF_BROWSER_URL: Final = "browser_url"
CONF_DEFAULT_METHOD: Final = "default_method"
CONF_EVENT_TRANSPORT: Final = "event_transport"
CONF_DENY_NUMBERS: Final = "deny_numbers"
CONF_ALLOW_NUMBERS: Final = "allow_numbers"
CONF_DENY_PREMIUM: Final = "deny_premium"
CONF_DIALS_PER_MINUTE: Final = "dials_per_minute"
CONF_ASSIST_DIALING: Final = "assist_dialing"
DEFAULT_DIALS_PER_MINUTE: Final = 10

METHOD_ASK: Final = "ask"
METHOD_BROWSER: Final = "browser"
METHOD_DESK: Final = "desk"
METHODS: Final = (METHOD_ASK, METHOD_BROWSER, METHOD_DESK)

TRANSPORT_AUTO: Final = "auto"
TRANSPORT_WEBHOOK: Final = "webhook"
TRANSPORT_WEBSOCKET: Final = "websocket"
TRANSPORT_BOTH: Final = "both"
TRANSPORTS: Final = (TRANSPORT_AUTO, TRANSPORT_WEBHOOK, TRANSPORT_WEBSOCKET, TRANSPORT_BOTH)

# Config subentries
SUBENTRY_PHONE: Final = "phone"
SUBENTRY_DOOR_PHONE: Final = "door_phone"
CONF_USER_ID: Final = "user_id"
CONF_EXTENSION: Final = "extension"
CONF_SUPERVISOR: Final = "supervisor"
CONF_CAMERA: Final = "camera_entity"
CONF_UNLOCK_ACTIONS: Final = "unlock_actions"
CONF_UNLOCK_DIGITS: Final = "unlock_digits"

# A PBX with more extensions than this gets devices for the mapped ones only, until the options say otherwise.
AUTOMATIC_EXTENSIONS: Final = 50

# Home Assistant takes 10,000 enabled entities for one entry. With more exposed extensions than this, only the first things that
# one wants to know of an extension are enabled at first.
CROWD: Final = 500
CROWD_KEYS: Final = frozenset(
    {"call_state", "other_party", "call", "missed_calls", "last_call", "presence", "desk_phone", "hang_up"}
)

# Events carry calls and states; the poll repairs what was lost and finds new extensions. Four to eight
# requests each time, on a PBX that closes the connection after every answer: minutes, not seconds.
RECONCILE_INTERVAL: Final = timedelta(minutes=5)

# What the integration listens to: extension and trunk states; calls, their ends, failures, requests and digits; changed
# extensions and trunks; agents of queues; what happens to the PBX itself; the newer record of a call. None of them changes
# what the PBX does: calls wait for a decision (30016) only on trunks where somebody switched that on, asked for or not.
EVENT_TOPICS: Final = (
    *(30007, 30008, 30009, 30010),
    *(30011, 30012, 30013, 30014, 30015, 30016, 30017),
    *(30022, 30023),
    *(30025, 30026, 30029),
    *(30034, 30035, 30036),
    30039,
)
