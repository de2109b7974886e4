"""The doors: headers, versions, methods, tokens, blocks, scopes."""

import re

import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from tests.emulator.conftest import Api

WRONG = {"username": "demoApiClientId", "password": "guess"}


async def test_a_token_pair_has_the_documented_shape(anonymous: Api) -> None:
    answer = await anonymous.post("get_token", username="demoApiClientId", password="demoApiClientSecret")
    assert list(answer) == [
        "errcode",
        "errmsg",
        "access_token_expire_time",
        "access_token",
        "refresh_token_expire_time",
        "refresh_token",
    ]
    assert (answer["access_token_expire_time"], answer["refresh_token_expire_time"]) == (1800, 86400)
    assert re.fullmatch(r"[0-9A-Za-z]{32}", answer["access_token"])


async def test_every_answer_closes_the_connection(anonymous: Api) -> None:
    response = await anonymous.raw("GET", "/openapi/v1.0/system/information")
    assert response.status == 200
    assert response.headers["Connection"] == "close"


async def test_a_request_without_user_agent_is_a_parameter_error(api: Api) -> None:
    response = await api.raw(
        "GET",
        "/openapi/v1.0/system/information",
        params={"access_token": api.token},
        skip_auto_headers=["User-Agent"],
        headers={"User-Agent": ""},
    )
    assert (await response.json())["errcode"] == 40002


@pytest.mark.parametrize(
    ("method", "path", "errcode"),
    [
        ("GET", "/openapi/v1.0/get_token", 10001),
        ("POST", "/openapi/v1.0/extension/list", 10001),
        ("DELETE", "/openapi/v1.0/extension/list", 10001),
        ("GET", "/openapi/v1.0/extension/lists", 10001),
        ("GET", "/openapi/v1.0/", 10001),
        ("GET", "/openapi/v2.0/extension/list", 10001),
        ("GET", "/openapi/v9.0/extension/list", 10003),
        ("GET", "/openapi/v1.0/del_token", 10004),
    ],
)
async def test_wrong_methods_paths_and_versions(anonymous: Api, method: str, path: str, errcode: int) -> None:
    response = await anonymous.raw(method, path)
    assert response.status == 200
    assert (await response.json())["errcode"] == errcode


async def test_the_token_counts_only_in_the_query(api: Api) -> None:
    token, api.token = api.token, ""
    response = await api.raw("GET", "/openapi/v1.0/extension/list", headers={"Authorization": f"Bearer {token}"})
    assert await response.json() == {"errcode": 10004, "errmsg": "TOKEN EXPIRED"}


@pytest.mark.parametrize(
    ("body", "field"), [({"username": "x"}, "password"), ({"client_id": "x", "client_secret": "y"}, "username")]
)
async def test_missing_credentials_are_named(anonymous: Api, body: dict[str, str], field: str) -> None:
    answer = await anonymous.post("get_token", **body)
    assert answer["errcode"] == 40002
    assert answer["invalid_param_list"] == [{"field": field, "validation_type": "required"}]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'"text"', b"\xff"])
async def test_bodies_that_are_no_object(anonymous: Api, data: bytes) -> None:
    response = await anonymous.raw(
        "POST", "/openapi/v1.0/get_token", data=data, headers={"Content-Type": "application/json"}
    )
    assert (await response.json())["errcode"] == 40001


async def test_a_form_is_not_json(anonymous: Api) -> None:
    response = await anonymous.raw("POST", "/openapi/v1.0/get_token", data={"username": "x", "password": "y"})
    assert (await response.json())["errcode"] == 40001


async def test_an_enormous_body_is_refused(anonymous: Api) -> None:
    response = await anonymous.raw(
        "POST",
        "/openapi/v1.0/get_token",
        data=b'{"username":"' + b"x" * 5_000_000 + b'"}',
        headers={"Content-Type": "application/json"},
    )
    assert (await response.json())["errcode"] == 40004


async def test_five_wrong_secrets_block_the_address_for_ten_minutes(
    anonymous: Api, pbx: EmulatedPbx, clock: ManualClock
) -> None:
    for _ in range(5):
        answer = await anonymous.post("get_token", **WRONG)
        assert answer["errcode"] == -1
        assert answer["invalid_param_list"] == [{"field": "username or password", "value": "error"}]
    answer = await anonymous.post("get_token", username="demoApiClientId", password="demoApiClientSecret")
    assert answer["errcode"] == 70004
    assert answer["block_expire_time"] == int(clock.now()) + 600
    await clock.advance(599)
    assert await anonymous.post_code("get_token", **WRONG) == 70004
    await clock.advance(1)
    await anonymous.log_in()
    assert not pbx.guard.blocked_until("127.0.0.1")


async def test_a_good_login_wipes_the_strikes(anonymous: Api) -> None:
    for _ in range(3):
        for _ in range(4):
            assert await anonymous.post_code("get_token", **WRONG) == -1
        await anonymous.log_in()


async def test_eight_tokens_and_no_more(anonymous: Api, clock: ManualClock) -> None:
    for _ in range(8):
        await anonymous.log_in()
    assert await anonymous.post_code("get_token", username="demoApiClientId", password="demoApiClientSecret") == 60002
    assert await anonymous.code("del_token") == 0
    anonymous.token = ""
    await anonymous.log_in()
    await clock.advance(1800)
    await anonymous.log_in()


async def test_the_pairs_have_limits_of_their_own_unless_shared(anonymous: Api, pbx: EmulatedPbx) -> None:
    for _ in range(8):
        await anonymous.log_in()
    await anonymous.log_in("demoSdkAccessId", "demoSdkAccessKey")
    pbx.knobs.shared_token_limit = True
    assert await anonymous.post_code("get_token", username="demoSdkAccessId", password="demoSdkAccessKey") == 60002


async def test_an_access_token_lives_half_an_hour(api: Api, clock: ManualClock) -> None:
    await clock.advance(1799)
    assert await api.code("system/information") == 0
    await clock.advance(1)
    assert await api.code("system/information") == 10004


async def test_refreshing_gives_a_new_pair_and_spends_the_old(anonymous: Api, clock: ManualClock) -> None:
    first = await anonymous.post("get_token", username="demoApiClientId", password="demoApiClientSecret")
    await clock.advance(3600)
    second = await anonymous.post("refresh_token", refresh_token=first["refresh_token"])
    assert second["errcode"] == 0
    assert second["access_token"] != first["access_token"]
    assert await anonymous.post_code("refresh_token", refresh_token=first["refresh_token"]) == 10004
    anonymous.token = second["access_token"]
    assert await anonymous.code("system/information") == 0
    await clock.advance(86400)
    assert await anonymous.post_code("refresh_token", refresh_token=second["refresh_token"]) == 10004


async def test_refreshing_ends_the_old_access_token_or_takes_a_slot(anonymous: Api, pbx: EmulatedPbx) -> None:
    first = await anonymous.post("get_token", username="demoApiClientId", password="demoApiClientSecret")
    second = await anonymous.post("refresh_token", refresh_token=first["refresh_token"])
    assert len(pbx.tokens.valid()) == 1
    pbx.knobs.refresh_replaces = False
    await anonymous.post("refresh_token", refresh_token=second["refresh_token"])
    assert len(pbx.tokens.valid()) == 2


async def test_get_token_may_revoke_earlier_ones(anonymous: Api, pbx: EmulatedPbx) -> None:
    pbx.knobs.get_token_revokes = True
    await anonymous.log_in()
    old = anonymous.token
    await anonymous.log_in()
    assert await anonymous.code("system/information") == 0
    anonymous.token = old
    assert await anonymous.code("system/information") == 10004


async def test_del_token_revokes_the_pair(anonymous: Api) -> None:
    pair = await anonymous.post("get_token", username="demoApiClientId", password="demoApiClientSecret")
    anonymous.token = pair["access_token"]
    assert await anonymous.code("del_token") == 0
    assert await anonymous.code("system/information") == 10004
    assert await anonymous.post_code("refresh_token", refresh_token=pair["refresh_token"]) == 10004


async def test_addresses_off_the_allow_list_stay_outside(anonymous: Api, pbx: EmulatedPbx) -> None:
    pbx.house.allow_list = ("192.0.2.0/24",)
    assert await anonymous.post_code("get_token", **WRONG) == 70087
    pbx.house.allow_list = ("192.0.2.0/24", "127.0.0.0/8")
    await anonymous.log_in()


async def test_api_switched_off(api: Api, pbx: EmulatedPbx) -> None:
    pbx.house.api_enabled = False
    assert await api.code("system/information") == 70123
    assert await api.post_code("get_token", username="demoApiClientId", password="demoApiClientSecret") == 70123
    await api.log_in("demoSdkAccessId", "demoSdkAccessKey")


async def test_the_sdk_token_signs_and_does_nothing_else(anonymous: Api) -> None:
    await anonymous.log_in("demoSdkAccessId", "demoSdkAccessKey")
    assert await anonymous.code("extension/list") == 10005
    assert await anonymous.code("system/information") == 10005
    assert await anonymous.post_code("call/dial", caller="1001", callee="1002") == 10005
    answer = await anonymous.post("sign/create", username="1001", sign_type="sdk", expire_time=0)
    assert answer["errcode"] == 0
    assert list(answer["data"]) == ["sign"]


async def test_the_api_token_does_not_sign(api: Api, pbx: EmulatedPbx) -> None:
    assert await api.post_code("sign/create", username="1001", sign_type="sdk", expire_time=0) == 10005
    pbx.knobs.api_token_signs = True
    assert await api.post_code("sign/create", username="1001", sign_type="sdk", expire_time=0) == 0


async def test_signatures_are_for_an_extension_named_by_number_or_mail(anonymous: Api, pbx: EmulatedPbx) -> None:
    await anonymous.log_in("demoSdkAccessId", "demoSdkAccessKey")
    for name in ("1001", "Anna.Weber@example.com"):
        answer = await anonymous.post("sign/create", username=name, sign_type="sdk", expire_time=0)
        sign = answer["data"]["sign"]
        assert pbx.signatures.check("1001", sign)
        assert not pbx.signatures.check("1002", sign)
    assert await anonymous.post_code("sign/create", username="9999", sign_type="sdk") == 60001
    assert await anonymous.post_code("sign/create", username="1001", sign_type="linkus") == 40002
    assert await anonymous.post_code("sign/create", sign_type="sdk") == 40002


async def test_signatures_expire(anonymous: Api, pbx: EmulatedPbx, clock: ManualClock) -> None:
    await anonymous.log_in("demoSdkAccessId", "demoSdkAccessKey")
    at = int(clock.now()) + 60
    sign = (await anonymous.post("sign/create", username="1001", sign_type="sdk", expire_time=at))["data"]["sign"]
    assert pbx.signatures.check("1001", sign)
    assert await anonymous.post_code("sign/create", username="1001", sign_type="sdk", expire_time=3600) == 40002
    pbx.knobs.sign_expire = "duration"
    long = (await anonymous.post("sign/create", username="1001", sign_type="sdk", expire_time=3600))["data"]["sign"]
    await clock.advance(60)
    assert not pbx.signatures.check("1001", sign)
    assert pbx.signatures.check("1001", long)


async def test_without_the_plan_nothing_is_signed(anonymous: Api, pbx: EmulatedPbx) -> None:
    await anonymous.log_in("demoSdkAccessId", "demoSdkAccessKey")
    pbx.house.sdk_plan = False
    assert await anonymous.post_code("sign/create", username="1001", sign_type="sdk") == 70136
    pbx.house.sdk_enabled = False
    assert await anonymous.post_code("sign/create", username="1001", sign_type="sdk") == 70123


async def test_missing_denied_and_failing_endpoints(api: Api, pbx: EmulatedPbx) -> None:
    pbx.knobs.absent = frozenset({"trunk/list", "webhook"})
    pbx.knobs.denied = frozenset({"extension"})
    pbx.knobs.fail_with = {"system/capacity": -2}
    assert await api.code("trunk/list") == 10001
    assert await api.code("webhook/query") == 10001
    assert await api.code("trunk/search") == 0
    assert await api.code("extension/list") == 10005
    assert await api.code("system/capacity") == -2


async def test_old_firmware_has_no_webhooks(api: Api, pbx: EmulatedPbx) -> None:
    pbx.house.firmware = "37.20.0.20"
    assert await api.code("webhook/query") == 10001
    pbx.house.firmware = "37.20.0.21"
    assert await api.code("webhook/query") == 0


async def test_the_books_keep_every_request(api: Api, pbx: EmulatedPbx) -> None:
    await api.code("trunk/list")
    await api.code("nothing")
    assert [(r.method, r.path, r.errcode) for r in pbx.books.requests] == [
        ("POST", "v1.0/get_token", 0),
        ("GET", "v1.0/trunk/list", 0),
        ("GET", "v1.0/nothing", 10001),
    ]


async def test_another_certificate_is_not_trusted(api: Api) -> None:
    import ssl

    import aiohttp

    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await api.session.get(f"{api.pbx.url}/openapi/v1.0/x", ssl=ssl.create_default_context())


async def test_the_fingerprint_is_the_certificates(api: Api) -> None:
    import aiohttp

    good = aiohttp.Fingerprint(bytes.fromhex(api.pbx.ssl_fingerprint))
    async with api.session.get(f"{api.pbx.url}/openapi/v1.0/x", ssl=good) as response:
        assert response.status == 200
