"""Tokens that end too early, too many tokens, wrong credentials, permissions that are taken away."""

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.yeastar.models import Presence
from emulator import EmulatedPbx
from tests.integration.conftest import Setup
from tests.integration.faults.end_check import ANNA, EVENTS, EndCheck, miss, talk
from tests.integration.faults.test_pbx_away import POLL, WEBSOCKET
from tests.integration.house_clock import HouseClock


def logins(pbx: EmulatedPbx) -> int:
    return len(pbx.books.requested("get_token"))


@pytest.mark.parametrize("loss", ["expired", "revoked"])
async def test_token_lost_in_mid_request(
    clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck, loss: str
) -> None:
    """An order that meets a dead token is carried out all the same, with one more login at most."""
    entry = await setup(options=WEBSOCKET)
    before = logins(pbx)
    (pbx.tokens.expire_all if loss == "expired" else pbx.tokens.forget_all)()
    coordinator = entry.runtime_data
    await coordinator.async_set_presence(coordinator.data.extensions["1001"], Presence.AWAY)
    assert pbx.house.extension("1001").presence == "away"
    assert logins(pbx) - before <= 1
    await check.until_shown(EVENTS, "on", 30)
    await miss(pbx, clock)
    await check.all_is_right(entry, POLL)
    assert check.failed_logins() == 0


async def test_token_is_renewed_without_a_second_login(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, reachable: str, setup: Setup, check: EndCheck
) -> None:
    entry = await setup()
    before = logins(pbx)
    await clock.pass_time(2 * 3600)
    assert logins(pbx) == before
    await miss(pbx, clock)
    await check.all_is_right(entry, 10)


async def test_eight_token_cap(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    """Others took all eight: an issue says so, the PBX is left alone, and when theirs end ours comes back by itself."""
    entry = await setup(options=WEBSOCKET)
    pbx.tokens.forget_all()
    for _ in range(8):
        pbx.tokens.issue("api").access = "other"
    asked = logins(pbx)
    await clock.until(lambda: check.issue("refused", entry), POLL)
    assert check.issue("refused", entry) == "too_many_tokens"
    assert check.shows(ANNA, "unavailable")
    # Half an hour is how long a token lives, and how long nothing is asked.
    await check.until_shown(ANNA, "idle", 2 * 1800 + POLL)
    assert logins(pbx) - asked <= 3
    assert check.issue("refused", entry) is None
    await check.until_shown(EVENTS, "on", 3605)
    await miss(pbx, clock)
    await check.all_is_right(entry, 10)


async def test_five_strike_block_is_never_caused(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, reachable: str, setup: Setup, check: EndCheck
) -> None:
    """Somebody changes both secrets: one try with each at most, through every poll and retry, until the user types the new ones."""
    entry = await setup(options={"event_transport": "both"})
    pbx.house.api.password = pbx.house.sdk.password = "changed"
    pbx.tokens.forget_all()
    await pbx.drop_sockets()
    await clock.until(check.failed_logins, POLL)
    await clock.pass_time(7500)
    assert check.failed_logins() <= 2
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == [SOURCE_REAUTH]
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {
            "api": {"client_id": entry.data["client_id"], "client_secret": "changed"},
            "sdk": {"access_id": entry.data["access_id"], "access_key": "changed"},
        },
    )
    assert result["reason"] == "reauth_successful"
    await clock.until(lambda: entry.state is ConfigEntryState.LOADED, 10)
    await check.until_shown(EVENTS, "on", 10)
    await miss(pbx, clock)
    await check.all_is_right(entry, 10)


async def test_block_by_somebody_else_is_waited_out(
    clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    """Another program on this machine got the address blocked: an issue names the menu, and ten minutes are waited for."""
    entry = await setup(options=WEBSOCKET)
    pbx.tokens.forget_all()
    for _ in range(5):
        pbx.guard.strike("127.0.0.1")
    await pbx.drop_sockets()
    await clock.until(lambda: check.issue("refused", entry), POLL)
    assert check.issue("refused", entry) == "address_blocked"
    await check.until_shown(ANNA, "idle", 1800 + 2 * POLL)
    await check.until_shown(EVENTS, "on", 3605)
    await miss(pbx, clock)
    await check.all_is_right(entry, 10)


async def test_permission_taken_away(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    entry = await setup(options=WEBSOCKET)
    await talk(pbx, clock)
    pbx.knobs.denied = frozenset({"call", "extension", "subscribe"})
    await clock.until(lambda: check.issue("refused", entry), POLL)
    assert check.issue("refused", entry) == "access_denied"
    assert check.shows(ANNA, "unavailable")
    pbx.knobs.denied = frozenset()
    await check.until_shown(ANNA, "talking", POLL)
    assert check.issue("refused", entry) is None
    assert hass.config_entries.async_get_entry(entry.entry_id) is not None
    assert DOMAIN in hass.config.components
    await pbx.desk("1001").hang_up()
    await check.all_is_right(entry, 10)
