"""Lists, monitors, presence, system."""

import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from tests.emulator.conftest import Api


async def test_system_information_in_the_pbx_own_formats(api: Api, pbx: EmulatedPbx, clock: ManualClock) -> None:
    await clock.advance(90)
    data = (await api.get("system/information"))["data"]
    assert data["sn"] == "3631A2100001"
    assert data["firmware_version"] == "37.23.0.123"
    assert data["timestamp"] == int(clock.now())
    assert data["up_time"] == 90
    assert data["system_time"] == "15/02/2026 10:06:30"
    pbx.house.timezone, pbx.house.date_format, pbx.house.time_format = "Asia/Kathmandu", "MM/DD/YYYY", "hh:mm:ss AM"
    data = (await api.get("system/information"))["data"]
    assert data["system_time"] == "02/15/2026 02:51:30 PM"
    assert data["system_time_format"] == "hh:mm:ss AM"


async def test_capacity_counts(api: Api, pbx: EmulatedPbx) -> None:
    await pbx.call_in("+4930999", "1001")
    data = (await api.get("system/capacity"))["data"]
    assert (data["extension_used"], data["cc_used"]) == (11, 1)


async def test_extensions_by_page(api: Api) -> None:
    seen: list[str] = []
    for page in (1, 2, 3, 4):
        answer = await api.get("extension/list", page=page, page_size=4, sort_by="number", order_by="desc")
        assert answer["total_number"] == 11
        seen += [row["number"] for row in answer["data"]]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 11


@pytest.mark.parametrize(
    "query",
    [
        {"page": 0},
        {"page": -1},
        {"page": "x"},
        {"page": "1.5"},
        {"page_size": 0},
        {"page_size": 10001},
        {"sort_by": "ext_id"},
        {"order_by": "up"},
    ],
)
async def test_paging_parameters_are_checked(api: Api, query: dict[str, str]) -> None:
    answer = await api.get("extension/list", **query)
    assert answer["errcode"] == 40002
    assert answer["invalid_param_list"][0]["field"] == next(iter(query))


async def test_an_extension_row(api: Api, pbx: EmulatedPbx) -> None:
    pbx.unplug("1002")
    rows = {row["number"]: row for row in (await api.get("extension/list"))["data"]}
    assert rows["1001"] == {
        "id": 21,
        "number": "1001",
        "caller_id_name": "Anna Weber",
        "role_name": "",
        "email_addr": "anna.weber@example.com",
        "mobile_number": "+491700000001",
        "presence_status": "available",
        "custom_presence_status": "",
        "online_status": {
            "fxs_phone": {"status": 0, "ext_dev_type": "fxs"},
            "sip_phone": {"ext_dev_type": "sip", "status_list": [{"status": 1}]},
            "linkus_desktop": {"status": 0, "ext_dev_type": "linkusdesktop"},
            "linkus_mobile": {"status": 0, "ext_dev_type": "linkusmobile"},
            "linkus_web": {"status": 0, "ext_dev_type": "linkusweb"},
        },
    }
    assert rows["1002"]["online_status"]["sip_phone"]["status_list"] == [{"status": 0}]
    pbx.house.firmware = "84.23.0.123"
    assert "fxs_phone" not in (await api.get("extension/list"))["data"][0]["online_status"]


async def test_search_get_and_query(api: Api) -> None:
    answer = await api.get("extension/search", search_value="ROSSI")
    assert [row["number"] for row in answer["data"]] == ["1003"]
    assert answer["total_number"] == 1
    assert (await api.get("extension/get", id=21))["data"]["number"] == "1001"
    assert [row["id"] for row in (await api.get("extension/query", ids="22,23"))["data"]] == [22, 23]
    assert await api.code("extension/get", id=1) == 60001
    assert await api.code("extension/get") == 40002
    assert await api.code("extension/query", ids="a") == 40002


async def test_presence_is_set_by_internal_id_and_told(api: Api, pbx: EmulatedPbx) -> None:
    assert await api.post_code("extension/update", id=21, presence_status="lunch") == 0
    assert pbx.books.of_type(30009) == [{"extension": "1001", "status": "lunch"}]
    assert await api.post_code("extension/update", id=21, presence_status="asleep") == 40002
    assert await api.post_code("extension/update", id=1001, presence_status="away") == 60001
    pbx.knobs.presence_echo = False
    assert await api.post_code("extension/update", id=21, presence_status="away") == 0
    assert len(pbx.books.of_type(30009)) == 1
    assert (await api.get("extension/get", id=21))["data"]["presence_status"] == "away"


async def test_a_mail_address_belongs_to_one(api: Api, pbx: EmulatedPbx) -> None:
    assert await api.post_code("extension/update", id=21, email_addr="ben.carter@example.com") == 40003
    assert await api.post_code("extension/update", id=21, email_addr="aw@example.com") == 0
    assert pbx.books.of_type(30022) == [{"ext_number": "1001", "option": "UPDATE"}]


async def test_extension_monitors_merge_or_replace(api: Api, pbx: EmulatedPbx) -> None:
    rows = (await api.get("extension_status_monitor/list", sort_by="ext_id", order_by="asc"))["data"]
    assert rows[0] == {
        "ext_id": 21,
        "number": "1001",
        "name": "Anna Weber",
        "enb_register_status": 1,
        "enb_call_status": 1,
        "enb_presence_status": 1,
    }
    change = {"ext_id": 21, "number": "1001", "name": "Anna Weber", "enb_presence_status": 0}
    assert await api.post_code("extension_status_monitor/update", ext_monitor_list=[change]) == 0
    rows = (await api.get("extension_status_monitor/list"))["data"]
    assert (rows[0]["enb_call_status"], rows[0]["enb_presence_status"], rows[1]["enb_call_status"]) == (1, 0, 1)
    pbx.knobs.monitor_update = "replace"
    assert await api.post_code("extension_status_monitor/update", ext_monitor_list=[change]) == 0
    rows = (await api.get("extension_status_monitor/list"))["data"]
    assert (rows[0]["enb_call_status"], rows[1]["enb_call_status"]) == (1, 0)


@pytest.mark.parametrize(
    ("entries", "errcode"),
    [
        ([{"ext_id": 999, "enb_call_status": 1}], 60001),
        ([{"number": "1001", "enb_call_status": 1}], 40002),
        ([{"ext_id": 21, "enb_call_status": 2}], 40002),
        (["1001"], 40002),
        ("1001", 40002),
        (None, 40002),
    ],
)
async def test_bad_monitor_lists_change_nothing(api: Api, pbx: EmulatedPbx, entries: object, errcode: int) -> None:
    before = pbx.house.extensions[0].monitor_calls
    first = [{"ext_id": 21, "enb_call_status": 0}]
    both = first + entries if isinstance(entries, list) else entries
    assert await api.post_code("extension_status_monitor/update", ext_monitor_list=both) == errcode
    assert pbx.house.extensions[0].monitor_calls is before


async def test_trunks(api: Api, pbx: EmulatedPbx) -> None:
    answer = await api.get("trunk/list", sort_by="name")
    assert answer["total_number"] == 1
    assert answer["data"] == [
        {
            "id": 1,
            "status": 1,
            "name": "Outside",
            "type": "register",
            "host_port": "sip.example.net:5060",
            "def_outbound_cid": "+493012345600",
            "username": "493012345600",
        }
    ]
    pbx.set_trunk_status("Outside", 42)
    assert (await api.get("trunk/get", id=1))["data"]["status"] == 42
    assert pbx.books.of_type(30010) == [
        {"trunk_name": "Outside", "kind": "PJSIP", "status": 42, "registered_ip": "sip.example.net:5060"}
    ]
    assert (await api.get("trunk/search", search_value="zzz"))["data"] == []


async def test_trunk_monitors(api: Api, pbx: EmulatedPbx) -> None:
    assert (await api.get("trunk_status_monitor/list", sort_by="trunk_id"))["data"] == [
        {"trunk_id": 1, "name": "Outside", "enb_call_status": 1, "enb_control_inbound_call": 0}
    ]
    change = {"trunk_id": 1, "name": "Outside", "enb_call_status": 0, "enb_control_inbound_call": 1}
    assert await api.post_code("trunk_status_monitor/update", trunk_monitor_list=[change]) == 0
    assert not pbx.house.trunks[0].monitor_calls
    assert pbx.house.trunks[0].control_inbound


async def test_unplugging_is_told(pbx: EmulatedPbx) -> None:
    pbx.books.events.clear()
    pbx.unplug("1001")
    pbx.plug_in("1001")
    pbx.plug_in("1001")
    assert [(e["extension"], e["kind"], e["status"]) for e in pbx.books.of_type(30007)] == [
        ("1001", "Sip", "Unregistered"),
        ("1001", "Sip", "Registered"),
    ]


async def test_webhooks_are_replaced_as_a_whole(api: Api, pbx: EmulatedPbx) -> None:
    one = {"url": "https://a.example/x", "secret": "s" * 32, "request_method": "POST", "event_ids": [0]}
    two = one | {"url": "https://b.example/x", "event_ids": [30011, 30012]}
    assert await api.post_code("webhook/update", webhook_event_push_list=[one, two]) == 0
    answer = await api.get("webhook/query")
    assert answer["data"]["webhook_event_push_list"] == [one, two]
    assert answer["data"]["webhook_event_push_timeout"] == 5
    assert 30011 in answer["data"]["webhook_event_ids"]
    assert not {30021, 30037} & set(answer["data"]["webhook_event_ids"])
    assert await api.post_code("webhook/update", webhook_event_push_list=[two], webhook_event_push_timeout=10) == 0
    pbx.knobs.webhook_query = "top"
    answer = await api.get("webhook/query")
    assert answer["webhook_event_push_list"] == [two]
    assert answer["webhook_event_push_timeout"] == 10


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"webhook_event_push_timeout": 2}, 40002),
        ({"webhook_event_push_timeout": 11}, 40002),
        ({"webhook_event_push_retry_count": 0}, 40002),
        ({"webhook_event_push_retry_count": 6}, 40002),
        ({"webhook_event_push_list": "x"}, 40002),
        ({"webhook_event_push_list": [{"url": "ftp://x", "event_ids": [0]}]}, 40002),
        ({"webhook_event_push_list": [{"url": "https://x", "event_ids": [1]}]}, 40002),
        ({"webhook_event_push_list": [{"url": "https://x", "event_ids": [30021]}]}, 40002),
        ({"webhook_event_push_list": [{"url": "https://x", "event_ids": [True]}]}, 40002),
        ({"webhook_event_push_list": [{"url": "https://x", "request_method": "PUT", "event_ids": [0]}]}, 40002),
        ({"webhook_event_push_list": [{"url": f"https://x{n}", "event_ids": [0]} for n in range(6)]}, 60002),
        ({"webhook_event_push_list": [{"url": "https://x", "event_ids": [0]}] * 2}, 40003),
    ],
)
async def test_bad_webhook_settings(api: Api, pbx: EmulatedPbx, change: dict[str, object], errcode: int) -> None:
    answer = await api.post("webhook/update", **({"webhook_event_push_list": []} | change))
    assert answer["errcode"] == errcode
    assert pbx.house.webhooks == []
