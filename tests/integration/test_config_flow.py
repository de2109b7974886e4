"""Adding a PBX: what is proven, what is refused and why, and that every refusal can be mended in the same flow."""

from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import API, SDK, SERIAL, Setup, entry_data


def answers(pbx: EmulatedPbx, **changes: Any) -> dict[str, Any]:
    """What somebody types into the first form."""
    return {"url": pbx.url, "certificate": "ignore", "api": API, "sdk": SDK, **changes}


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    return result


async def answer(hass: HomeAssistant, result: ConfigFlowResult, user_input: dict[str, Any]) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(result["flow_id"], user_input)


async def test_both_pairs_make_an_entry_and_lead_on_to_the_first_phone(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    result = await answer(hass, await begin(hass), answers(pbx))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Demo house"
    entry = result["result"]
    assert entry.unique_id == SERIAL
    assert {key: entry.data[key] for key in (*API, *SDK)} == {**API, **SDK}
    assert len(entry.data["webhook_id"]) == 64
    assert len(entry.data["webhook_secret"]) == 32
    kind, flow_id = result["next_flow"]
    assert kind == "config_subentries_flow"
    assert hass.config_entries.subentries.async_get(flow_id)["step_id"] == "user"
    await hass.async_block_till_done()


async def test_a_certificate_is_pinned_after_its_fingerprint_was_shown(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    result = await answer(hass, await begin(hass), answers(pbx, certificate="pin"))
    assert result["step_id"] == "trust"
    shown = result["description_placeholders"]["fingerprint"]
    assert shown.replace(":", "").lower() == pbx.ssl_fingerprint
    result = await answer(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data["fingerprint"] == pbx.ssl_fingerprint
    await hass.async_block_till_done()


async def test_a_certificate_that_cannot_be_checked_can_be_trusted_by_its_fingerprint(
    hass: HomeAssistant, pbx: EmulatedPbx
) -> None:
    result = await answer(hass, await begin(hass), answers(pbx, certificate="verify"))
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == "untrusted"
    shown = result["description_placeholders"]["fingerprint"]
    assert shown.replace(":", "").lower() == pbx.ssl_fingerprint
    # Nothing that was typed has to be typed again.
    result = await answer(hass, result, {"next_step_id": "trust_it"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data["certificate"] == "pin"
    assert result["result"].data["fingerprint"] == pbx.ssl_fingerprint
    assert {key: result["result"].data[key] for key in API} == API
    await hass.async_block_till_done()


async def test_whoever_does_not_trust_the_certificate_is_back_at_the_form(
    hass: HomeAssistant, pbx: EmulatedPbx
) -> None:
    result = await answer(hass, await begin(hass), answers(pbx, certificate="verify"))
    result = await answer(hass, result, {"next_step_id": "complete"})
    assert result["step_id"] == "user"
    shown = {str(key): (key.description or {}).get("suggested_value") for key in result["data_schema"].schema}
    assert shown["url"] == pbx.url
    assert shown["certificate"] == "verify"


async def test_a_certificate_that_is_not_shown_again_is_named_in_the_form(
    hass: HomeAssistant, pbx: EmulatedPbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr("custom_components.yeastar_linkus.config_flow.fingerprint_of", nothing)
    result = await answer(hass, await begin(hass), answers(pbx, certificate="verify"))
    assert result["step_id"] == "user"
    assert result["errors"] == {"base": "certificate_not_trusted"}


@pytest.mark.parametrize(("missing", "step"), [("api", "without_api"), ("sdk", "without_sdk")])
async def test_a_missing_pair_is_explained_and_can_still_be_added(
    hass: HomeAssistant, pbx: EmulatedPbx, missing: str, step: str
) -> None:
    result = await answer(hass, await begin(hass), answers(pbx, **{missing: {}}))
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == step
    result = await answer(hass, result, {"next_step_id": "complete"})
    assert result["step_id"] == "user"
    secrets = {"api": {"client_id": API["client_id"]}, "sdk": {"access_id": SDK["access_id"]}}
    secrets[missing] = {"api": API, "sdk": SDK}[missing]
    result = await answer(hass, result, answers(pbx, **secrets))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert {**API, **SDK}.items() <= result["result"].data.items()
    await hass.async_block_till_done()


@pytest.mark.parametrize(("missing", "unique_id"), [("api", None), ("sdk", SERIAL)])
async def test_one_pair_is_enough(hass: HomeAssistant, pbx: EmulatedPbx, missing: str, unique_id: str | None) -> None:
    result = await answer(hass, await begin(hass), answers(pbx, **{missing: {}}))
    result = await answer(hass, result, {"next_step_id": "finish"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id == unique_id
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("wrong", "field", "error"),
    [
        ({"url": "ftp://pbx"}, "url", "invalid_url"),
        ({"url": "https://"}, "url", "invalid_url"),
        ({"url": "https://me:secret@pbx"}, "url", "invalid_url"),
        ({"url": "https://127.0.0.1:1"}, "base", "cannot_connect"),
        ({"url": "https://127.0.0.1:1", "certificate": "pin"}, "base", "cannot_connect"),
        ({"api": {}, "sdk": {}}, "base", "no_credentials"),
        ({"api": {"client_id": "x"}}, "base", "incomplete_api"),
        ({"api": {"client_secret": "x"}}, "base", "incomplete_api"),
        ({"sdk": {"access_id": "x"}}, "base", "incomplete_sdk"),
        ({"api": {"client_id": "x", "client_secret": "y"}}, "base", "invalid_api_auth"),
        ({"sdk": {"access_id": "x", "access_key": "y"}}, "base", "invalid_sdk_auth"),
    ],
)
async def test_wrong_answers_are_named_and_can_be_mended(
    hass: HomeAssistant, pbx: EmulatedPbx, wrong: dict[str, Any], field: str, error: str
) -> None:
    result = await answer(hass, await begin(hass), answers(pbx, **wrong))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert result["errors"] == {field: error}
    result = await answer(hass, result, answers(pbx))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("refusals", "error"),
    [
        ({"get_token": 70004}, "address_blocked"),
        ({"get_token": 70087}, "address_not_allowed"),
        ({"get_token": 70123}, "api_disabled"),
        ({"get_token": 60002}, "too_many_tokens"),
        ({"get_token": 10001}, "firmware_too_old"),
        ({"system/information": 10001}, "firmware_too_old"),
        ({"system/information": 10005}, "access_denied"),
        ({"system/information": -2}, "unknown"),
    ],
)
async def test_refusals_of_the_pbx_are_named_and_can_be_mended(
    hass: HomeAssistant, pbx: EmulatedPbx, refusals: dict[str, int], error: str
) -> None:
    pbx.knobs.fail_with = refusals
    result = await answer(hass, await begin(hass), answers(pbx))
    assert result["errors"] == {"base": error}
    pbx.knobs.fail_with = {}
    result = await answer(hass, result, answers(pbx))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


@pytest.mark.parametrize("refusals", [{"get_token": 70136}, {"sign/create": 70136}])
async def test_a_plan_without_the_sdk_is_named(hass: HomeAssistant, pbx: EmulatedPbx, refusals: dict[str, int]) -> None:
    pbx.knobs.fail_with = refusals
    result = await answer(hass, await begin(hass), answers(pbx))
    assert result["errors"] == {"base": "plan_without_sdk"}
    pbx.knobs.fail_with = {}
    result = await answer(hass, result, answers(pbx))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_a_plan_without_the_sdk_may_show_at_login(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    pbx.knobs.fail_with = {"get_token": 70136}
    result = await answer(hass, await begin(hass), answers(pbx, api={}))
    assert result["errors"] == {"base": "plan_without_sdk"}


@pytest.mark.parametrize("unclear", [{"sign/create": -2}, {"extension/list": 10005}])
async def test_what_cannot_be_proven_about_the_plan_refuses_nobody(
    hass: HomeAssistant, pbx: EmulatedPbx, unclear: dict[str, int]
) -> None:
    pbx.knobs.fail_with = unclear
    result = await answer(hass, await begin(hass), answers(pbx))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_a_pbx_without_extensions_can_be_added(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    pbx.house.extensions.clear()
    result = await answer(hass, await begin(hass), answers(pbx))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_something_else_that_answers_is_no_pbx(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<html>a printer</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", page)
    async with TestServer(app) as server:
        url = f"http://127.0.0.1:{server.port}"
        result = await answer(hass, await begin(hass), answers(pbx, url=url))
        assert result["errors"] == {"base": "not_yeastar"}
        result = await answer(hass, result, answers(pbx, url=url, certificate="pin"))
        assert result["errors"] == {"base": "cannot_connect"}


async def test_an_unexpected_error_is_logged_and_does_not_break_the_flow(
    hass: HomeAssistant, pbx: EmulatedPbx, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("custom_components.yeastar_linkus.pbx.connection.YeastarClient.verify_sdk", None)
        result = await answer(hass, await begin(hass), answers(pbx))
    assert result["errors"] == {"base": "unknown"}
    assert "Unexpected error while proving the credentials" in caplog.text
    result = await answer(hass, result, answers(pbx))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_credentials_that_fail_after_the_trust_step_lead_back_to_the_form(
    hass: HomeAssistant, pbx: EmulatedPbx
) -> None:
    wrong = {"client_id": API["client_id"], "client_secret": "wrong"}
    result = await answer(hass, await begin(hass), answers(pbx, certificate="pin", api=wrong))
    assert result["step_id"] == "trust"
    result = await answer(hass, result, {})
    assert result["step_id"] == "user"
    assert result["errors"] == {"base": "invalid_api_auth"}
    # Trusted once, the certificate is not asked about again.
    result = await answer(hass, result, answers(pbx, certificate="pin"))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_proving_leaves_no_token_behind(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    await answer(hass, await begin(hass), answers(pbx, api={}))
    assert pbx.tokens.valid() == []


@pytest.mark.parametrize("other_url", [False, True])
async def test_a_pbx_is_added_once(hass: HomeAssistant, pbx: EmulatedPbx, other_url: bool) -> None:
    changes = {"url": "https://pbx.example"} if other_url else {}
    MockConfigEntry(domain=DOMAIN, unique_id=SERIAL, data=entry_data(pbx, **changes)).add_to_hass(hass)
    result = await answer(hass, await begin(hass), answers(pbx))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


# Reauthentication


async def test_reauthentication_takes_the_changed_pair_and_keeps_the_other(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    pbx.house.api.password = "new"
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await answer(
        hass,
        flow,
        {"api": {**API, "client_secret": "bad"}, "sdk": {"access_id": SDK["access_id"]}},
    )
    assert result["step_id"] == "reauth_confirm"
    assert result["errors"] == {"base": "invalid_api_auth"}
    result = await answer(hass, result, {"api": API, "sdk": {"access_id": SDK["access_id"], "access_key": ""}})
    assert result["errors"] == {"base": "invalid_api_auth"}
    result = await answer(hass, result, {"api": {}, "sdk": {}})
    assert result["errors"] == {"base": "invalid_api_auth"}
    result = await answer(
        hass,
        result,
        {"api": {**API, "client_secret": "new"}, "sdk": {"access_id": SDK["access_id"]}},
    )
    assert result["reason"] == "reauth_successful"
    assert entry.data["client_secret"] == "new"
    assert entry.data["access_key"] == SDK["access_key"]
    await hass.async_block_till_done()


async def test_reauthentication_takes_the_api_of_no_pbx_that_another_entry_has(
    hass: HomeAssistant, pbx: EmulatedPbx
) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id=SERIAL, data=entry_data(pbx, url="https://pbx.example")).add_to_hass(hass)
    entry = MockConfigEntry(domain=DOMAIN, title="By address", data=entry_data(pbx, client_id=None, client_secret=None))
    entry.add_to_hass(hass)
    result = await entry.start_reauth_flow(hass)
    result = await answer(hass, result, {"api": {"client_id": "x"}, "sdk": {}})
    assert result["errors"] == {"base": "incomplete_api"}
    result = await answer(hass, result, {"api": API, "sdk": {}})
    assert result["reason"] == "already_configured"


async def test_reauthentication_refuses_the_credentials_of_another_pbx(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    pbx.house.serial = "0000000000"
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await answer(hass, flow, {"api": API, "sdk": SDK})
    assert result["reason"] == "wrong_pbx"


async def test_wrong_credentials_at_start_ask_for_reauthentication(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN, unique_id=SERIAL, title="Demo house", data=entry_data(pbx, client_secret="wrong")
    )
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"


async def test_an_entry_with_the_sdk_only_can_log_in_again(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(client_id=None, client_secret=None)
    pbx.house.sdk.password = "new"
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    result = await answer(hass, flow, {"api": {}, "sdk": {**SDK, "access_key": "new"}})
    assert result["reason"] == "reauth_successful"
    assert entry.data["access_key"] == "new"
    assert "client_id" not in entry.data
    await hass.async_block_till_done()


# Reconfiguration


async def test_reconfiguration_keeps_secrets_that_are_not_typed_again(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure"
    shown = {**answers(pbx, api={"client_id": API["client_id"]}, sdk={"access_id": SDK["access_id"]})}
    result = await answer(hass, result, {**shown, "certificate": "pin"})
    assert result["reason"] == "reconfigure_successful"
    assert {**API, **SDK}.items() <= entry.data.items()
    assert entry.data["fingerprint"] == pbx.ssl_fingerprint
    await hass.async_block_till_done()


async def test_reconfiguration_never_sends_kept_secrets_to_another_address(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    result = await entry.start_reconfigure_flow(hass)
    elsewhere = answers(pbx, url=pbx.url.replace("https", "http"), api={"client_id": API["client_id"]})
    result = await answer(hass, result, elsewhere)
    assert result["errors"] == {"base": "incomplete_api"}


async def test_reconfiguration_asks_about_a_new_certificate(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False, certificate="ignore", fingerprint=None)
    result = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, result, answers(pbx, certificate="pin", api={**API, "client_secret": "bad"}))
    assert result["step_id"] == "trust"
    result = await answer(hass, result, {})
    assert result["step_id"] == "reconfigure"
    result = await answer(hass, result, answers(pbx, certificate="pin"))
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_reconfiguration_refuses_another_pbx(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    pbx.house.serial = "0000000000"
    result = await answer(hass, await entry.start_reconfigure_flow(hass), answers(pbx))
    assert result["reason"] == "wrong_pbx"


async def test_an_entry_with_the_sdk_only_learns_its_serial_with_the_api(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(client_id=None, client_secret=None)
    assert entry.unique_id is None
    result = await answer(hass, await entry.start_reconfigure_flow(hass), answers(pbx))
    assert result["reason"] == "reconfigure_successful"
    assert entry.unique_id == SERIAL
    await hass.async_block_till_done()


async def test_an_entry_may_give_up_a_pair(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    result = await answer(hass, await entry.start_reconfigure_flow(hass), answers(pbx, sdk={}))
    assert result["step_id"] == "without_sdk"
    result = await answer(hass, result, {"next_step_id": "complete"})
    assert result["step_id"] == "reconfigure"
    result = await answer(hass, result, answers(pbx, sdk={}))
    result = await answer(hass, result, {"next_step_id": "finish"})
    assert result["reason"] == "reconfigure_successful"
    assert "access_id" not in entry.data
    await hass.async_block_till_done()


async def test_the_api_of_a_pbx_that_another_entry_has_is_refused(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id=SERIAL, data=entry_data(pbx, url="https://pbx.example")).add_to_hass(hass)
    entry = MockConfigEntry(domain=DOMAIN, title="By address", data=entry_data(pbx, client_id=None, client_secret=None))
    entry.add_to_hass(hass)
    result = await answer(hass, await entry.start_reconfigure_flow(hass), answers(pbx))
    assert result["reason"] == "already_configured"
