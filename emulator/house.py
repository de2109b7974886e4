"""What a PBX is configured with: its identity, people, lines, credentials. ``demo_house()`` is the one to start with."""

from dataclasses import dataclass, field
from typing import Literal

from .knobs import Knobs

PRESENCES = ("available", "away", "business_trip", "do_not_disturb", "lunch", "off_work")


@dataclass(slots=True)
class Credentials:
    """A name and a secret as ``get_token`` wants them."""

    username: str
    password: str


@dataclass(slots=True)
class PhoneScript:
    """What a simulated phone does when it rings.

    ``manual`` waits for somebody to press its buttons, ``answer`` picks up after ``after`` seconds, ``reject`` declines
    after ``after`` seconds, ``busy`` is engaged, ``silent`` rings and is never picked up.
    """

    does: Literal["manual", "answer", "reject", "busy", "silent"] = "manual"
    after: float = 0.0
    sound: Literal["none", "echo", "tone", "silence"] = "silence"


@dataclass(slots=True)
class ExtensionConfig:
    """One extension. ``phone`` is its simulated desk phone, None for an extension without one."""

    id: int
    number: str
    name: str
    email: str = ""
    mobile: str = ""
    presence: str = "available"
    phone: PhoneScript | None = field(default_factory=PhoneScript)
    no_answer: str = ""  # number to go on to, "voicemail", or "" for none
    busy: str = ""
    ring_seconds: float = 30.0
    linkus_web: bool = True
    linkus_desktop: bool = True
    dial_permission: bool = True
    may_monitor: bool = True
    record_permission: int = 2  # 0 none, 1 pause and resume, 2 start too
    fxs: bool = False
    monitor_registration: bool = False
    monitor_calls: bool = False
    monitor_presence: bool = False


@dataclass(slots=True)
class TrunkConfig:
    """One trunk. ``dids`` maps the numbers it brings in to the destination of their inbound route."""

    id: int
    name: str
    type: str = "register"
    host_port: str = "sip.example.net:5060"
    username: str = ""
    outbound_cid: str = ""
    status: int = 1
    dids: dict[str, str] = field(default_factory=dict)
    monitor_calls: bool = False
    control_inbound: bool = False
    channels: int = 8


@dataclass(slots=True)
class OutsideNumber:
    """A subscriber of the outside world and what the telephone there does."""

    number: str
    name: str = ""
    script: PhoneScript = field(default_factory=PhoneScript)
    unreachable: bool = False


@dataclass(slots=True)
class RingGroup:
    """Several extensions that ring together for one number."""

    id: int
    number: str
    name: str
    members: tuple[str, ...]
    ring_seconds: float = 30.0
    no_answer: str = ""


@dataclass(slots=True)
class GroupMailbox:
    """A mailbox that several extensions share; without members it is shared with nobody."""

    id: int
    number: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(slots=True)
class QueueConfig:
    """A call queue; agents are extension numbers."""

    id: int
    number: str
    name: str
    static_agents: tuple[str, ...] = ()
    dynamic_agents: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    strategy: str = "ring_all"
    agent_ring_seconds: float = 15.0
    retry_seconds: float = 5.0
    max_wait_seconds: float = 600.0
    no_answer: str = ""


@dataclass(slots=True)
class Phonebook:
    """A company phonebook."""

    id: int
    name: str
    member_select: str = "sel_specific"


@dataclass(slots=True)
class Contact:
    """A company contact. ``numbers`` by kind: business, business2, mobile, mobile2, home, home2, other, …"""

    id: int
    first_name: str
    last_name: str = ""
    company: str = ""
    email: str = ""
    remark: str = ""
    numbers: dict[str, str] = field(default_factory=dict)
    phonebooks: tuple[int, ...] = ()


@dataclass(slots=True)
class WebhookConfig:
    """One entry of the webhook list."""

    url: str
    secret: str
    request_method: str = "POST"
    event_ids: list[int] = field(default_factory=lambda: [0])


@dataclass(slots=True)
class House:
    """Everything a PBX is set up with."""

    serial: str = "3631A2100001"
    device_name: str = "Demo house"
    model: str = "P550"
    firmware: str = "37.23.0.123"
    timezone: str = "Europe/Berlin"
    date_format: str = "DD/MM/YYYY"
    time_format: str = "hh:mm:ss"
    extension_capacity: int = 50
    call_capacity: int = 25
    api: Credentials = field(default_factory=lambda: Credentials("demoApiClientId", "demoApiClientSecret"))
    sdk: Credentials = field(default_factory=lambda: Credentials("demoSdkAccessId", "demoSdkAccessKey"))
    api_enabled: bool = True
    sdk_enabled: bool = True
    sdk_plan: bool = True
    allow_list: tuple[str, ...] = ()  # addresses or networks that may use the API; empty: all
    extensions: list[ExtensionConfig] = field(default_factory=list)
    trunks: list[TrunkConfig] = field(default_factory=list)
    outside: list[OutsideNumber] = field(default_factory=list)
    ring_groups: list[RingGroup] = field(default_factory=list)
    queues: list[QueueConfig] = field(default_factory=list)
    group_mailboxes: list[GroupMailbox] = field(default_factory=list)
    webhooks: list[WebhookConfig] = field(default_factory=list)
    webhook_timeout: int = 5
    webhook_retries: int = 3
    call_center: bool = False
    contacts: list[Contact] = field(default_factory=list)
    phonebooks: list[Phonebook] = field(default_factory=list)
    prompts: tuple[str, ...] = ("doorbell", "welcome")
    parking_slots: tuple[str, ...] = ("6000", "6001", "6002", "6003", "6004")
    outside_answers: bool = True  # a number that is not listed under ``outside`` is answered
    knobs: Knobs = field(default_factory=Knobs)

    def group_mailbox(self, number: str) -> GroupMailbox | None:
        """The mailbox of a group with that number."""
        return next((entry for entry in self.group_mailboxes if entry.number == number), None)

    def extension(self, number: str) -> ExtensionConfig | None:
        """The extension with that number."""
        return next((entry for entry in self.extensions if entry.number == number), None)

    def trunk(self, name: str) -> TrunkConfig | None:
        """The trunk with that name."""
        return next((entry for entry in self.trunks if entry.name == name), None)


PbxConfig = House

ANSWERING_NUMBER = "+493055500001"
BUSY_NUMBER = "+493055500002"
SILENT_NUMBER = "+493055500003"
UNREACHABLE_NUMBER = "+493055500004"
MANUAL_NUMBER = "+493055500005"


def demo_house() -> House:
    """A house with five people's phones, a door, test extensions, one outside line, a queue and a ring group."""
    return House(
        extensions=[
            ExtensionConfig(21, "1001", "Anna Weber", "anna.weber@example.com", "+491700000001"),
            ExtensionConfig(22, "1002", "Ben Carter", "ben.carter@example.com", "+491700000002"),
            ExtensionConfig(23, "1003", "Chiara Rossi", "chiara.rossi@example.com", no_answer="voicemail"),
            ExtensionConfig(24, "1004", "Reception", "reception@example.com"),
            ExtensionConfig(25, "1005", "Workshop"),
            ExtensionConfig(30, "1010", "Front Door"),
            ExtensionConfig(99, "1099", "Echo test", phone=PhoneScript("answer", 0.0, "echo")),
            ExtensionConfig(98, "1098", "Tone", phone=PhoneScript("answer", 0.0, "tone")),
            ExtensionConfig(97, "1097", "Busy", phone=PhoneScript("busy")),
            ExtensionConfig(96, "1096", "No answer", phone=PhoneScript("silent")),
            ExtensionConfig(95, "1095", "Rejects", phone=PhoneScript("reject", 1.0)),
        ],
        trunks=[
            TrunkConfig(
                1,
                "Outside",
                username="493012345600",
                outbound_cid="+493012345600",
                dids={
                    "+493012345600": "1004",
                    "+493012345601": "1001",
                    "+493012345602": "1002",
                    "+493012345603": "6300",
                    "+493012345604": "6500",
                },
            )
        ],
        outside=[
            OutsideNumber(ANSWERING_NUMBER, "Speaking Clock", PhoneScript("answer", 0.5, "echo")),
            OutsideNumber(BUSY_NUMBER, "Engaged", PhoneScript("busy")),
            OutsideNumber(SILENT_NUMBER, "Nobody Home", PhoneScript("silent")),
            OutsideNumber(UNREACHABLE_NUMBER, "Dead Line", unreachable=True),
            OutsideNumber(MANUAL_NUMBER, "Test Subscriber", PhoneScript("manual")),
        ],
        ring_groups=[RingGroup(1, "6300", "Everyone", ("1001", "1002", "1004"))],
        queues=[
            QueueConfig(
                11, "6500", "Sales", static_agents=("1002", "1003"), dynamic_agents=("1005",), managers=("1001",)
            )
        ],
        phonebooks=[Phonebook(1, "Suppliers"), Phonebook(2, "Everyone", "sel_all")],
        contacts=[
            Contact(
                1,
                "Dora",
                "Klein",
                "Klein Heating",
                "dora@klein.example",
                numbers={"business": "+493044400001"},
                phonebooks=(1,),
            ),
            Contact(2, "Emil", "Novak", "Novak Doors", numbers={"mobile": "+491715550002"}, phonebooks=(1,)),
        ],
    )
