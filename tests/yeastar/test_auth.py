"""One token for everybody, renewed in time, given back, and never a login too many."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from custom_components.yeastar_linkus.yeastar import (
    AccessDenied,
    AddressBlocked,
    AddressNotAllowed,
    ApiDisabled,
    CannotConnect,
    Credentials,
    InvalidCredentials,
    TokenRejected,
    TooManyTokens,
    YeastarClient,
)
from emulator import EmulatedPbx
from emulator.clock import ManualClock
from tests.yeastar.conftest import API, SDK, until

type Make = Callable[..., YeastarClient]


async def test_fifty_callers_share_one_login(client: YeastarClient, pbx: EmulatedPbx) -> None:
    await asyncio.gather(*(client.system_information() for _ in range(50)))
    assert len(pbx.books.requested("get_token")) == 1
    assert pbx.tokens.issued == 1


async def test_the_token_is_renewed_after_four_fifths_of_its_life(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock
) -> None:
    first = await client.token()
    await clock.advance(1439)
    assert await client.token() is first
    await clock.advance(2)
    second = await client.token()
    assert second.value != first.value
    assert len(pbx.books.requested("refresh_token")) == 1
    assert len(pbx.books.requested("get_token")) == 1


async def test_a_month_needs_few_tokens_at_a_time(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock) -> None:
    pbx.knobs.refresh_replaces = False
    for _ in range(100):
        await clock.advance(1441)
        await client.system_information()
        assert len(pbx.tokens.valid("api")) <= 2


@pytest.mark.parametrize("errcode", [10004, -1, 40002, 60002])
async def test_a_refused_refresh_leads_to_a_login(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, errcode: int
) -> None:
    await client.token()
    await clock.advance(1500)
    pbx.knobs.fail_with["refresh_token"] = errcode
    await client.system_information()
    assert len(pbx.books.requested("get_token")) == 2
    assert len(pbx.tokens.valid("api")) == 1
    assert client.refusal is None


async def test_an_old_refresh_token_is_not_used(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock) -> None:
    await client.token()
    await clock.advance(86400)
    await client.token()
    assert not pbx.books.requested("refresh_token")


async def test_a_token_serves_on_while_it_cannot_be_renewed(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock
) -> None:
    first = await client.token()
    await clock.advance(1500)
    pbx.knobs.fail_with["refresh_token"] = 70004
    assert await client.token() is first
    assert isinstance(client.refusal, AddressBlocked)
    assert await client.token() is first
    await clock.advance(301)
    with pytest.raises(AddressBlocked):
        await client.token()
    assert len(pbx.books.requested("refresh_token")) == 1
    assert not pbx.books.requested("get_token")[1:]


@pytest.mark.parametrize("path", ["system/information", "del_token"])
async def test_an_expired_token_is_replaced_once(client: YeastarClient, pbx: EmulatedPbx, path: str) -> None:
    await client.token()
    pbx.tokens.forget_all()
    await asyncio.gather(*(client.system_information() for _ in range(20)))
    assert len(pbx.books.requested("get_token")) == 2


async def test_10004_to_a_new_token_is_an_error_and_frees_both_slots(client: YeastarClient, pbx: EmulatedPbx) -> None:
    pbx.knobs.fail_with["trunk/list"] = 10004
    for _ in range(10):
        with pytest.raises(TokenRejected):
            await client.trunks()
    assert len(pbx.books.requested("trunk/list")) == 20
    assert pbx.tokens.valid("api") == []
    assert client.refusal is None


async def test_get_token_may_revoke_the_earlier_ones(make: Make, pbx: EmulatedPbx) -> None:
    pbx.knobs.get_token_revokes = True
    one, other = make(), make()
    for client in (one, other, one, other):
        assert (await client.system_information()).serial == pbx.house.serial


async def test_wrong_credentials_are_tried_once_and_never_block(make: Make, pbx: EmulatedPbx) -> None:
    client = make(api=Credentials(API.id, "guess"))
    for _ in range(20):
        with pytest.raises(InvalidCredentials) as caught:
            await client.system_information()
        assert "guess" not in str(caught.value)
    assert len(pbx.books.requested("get_token")) == 1
    assert isinstance(client.refusal, InvalidCredentials)
    client.reset()
    with pytest.raises(InvalidCredentials):
        await client.system_information()
    assert len(pbx.books.requested("get_token")) == 2


async def test_fifty_callers_with_wrong_credentials_are_one_strike(make: Make, pbx: EmulatedPbx) -> None:
    client = make(api=Credentials(API.id, "guess"))
    results = await asyncio.gather(*(client.trunks() for _ in range(50)), return_exceptions=True)
    assert {type(result) for result in results} == {InvalidCredentials}
    assert len(pbx.books.requested("get_token")) == 1


async def test_the_ninth_token_is_refused_and_not_asked_for_again(make: Make, pbx: EmulatedPbx) -> None:
    clients = [make() for _ in range(8)]
    for client in clients:
        await client.token()
    ninth = make()
    for _ in range(3):
        with pytest.raises(TooManyTokens):
            await ninth.token()
    assert len(pbx.books.requested("get_token")) == 9
    await clients[0].close()
    ninth.reset()
    await ninth.token()


async def test_a_blocked_address_waits_for_a_reset(make: Make, pbx: EmulatedPbx) -> None:
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            await make(api=Credentials("x", "y")).token()
    client = make()
    for _ in range(3):
        with pytest.raises(AddressBlocked):
            await client.token()
    assert len(pbx.books.requested("get_token")) == 6
    pbx.guard.unblock()
    client.reset()
    await client.token()


async def test_an_address_that_is_not_allowed(make: Make, pbx: EmulatedPbx) -> None:
    pbx.house.allow_list = ("10.0.0.0/8",)
    client = make()
    for _ in range(3):
        with pytest.raises(AddressNotAllowed):
            await client.token()
    assert len(pbx.books.requested("get_token")) == 1


async def test_a_switched_off_api_may_be_tried_again(client: YeastarClient, pbx: EmulatedPbx) -> None:
    pbx.house.api_enabled = False
    with pytest.raises(ApiDisabled):
        await client.token()
    pbx.house.api_enabled = True
    await client.token()


async def test_the_two_pairs_have_two_tokens(client: YeastarClient, pbx: EmulatedPbx, make: Make) -> None:
    await client.system_information()
    await client.verify_sdk()
    assert {token.scope for token in pbx.tokens.valid()} == {"api", "sdk"}
    swapped = make(api=SDK, sdk=None)
    with pytest.raises(AccessDenied):
        await swapped.extensions()


async def test_closing_gives_both_tokens_back(make: Make, pbx: EmulatedPbx) -> None:
    client = make()
    await client.token()
    await client.verify_sdk()
    await client.close()
    assert pbx.tokens.valid() == []
    await client.close()
    with pytest.raises(CannotConnect):
        await client.token()
    assert len(pbx.books.requested("del_token")) == 2


async def test_closing_waits_for_a_login_under_way(make: Make, pbx: EmulatedPbx, clock: ManualClock) -> None:
    pbx.knobs.slow["get_token"] = 1.0
    client = make()
    waiting = asyncio.create_task(client.system_information())
    await until(lambda: clock._sleepers)
    closing = asyncio.create_task(client.close())
    await asyncio.sleep(0)
    await clock.advance(1)
    await closing
    await asyncio.wait([waiting])
    assert pbx.tokens.valid() == []


async def test_closing_never_raises(make: Make, pbx: EmulatedPbx) -> None:
    client = make()
    await client.token()
    await pbx.stop()
    await client.close()


async def test_a_cancelled_caller_does_not_cancel_the_others(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock
) -> None:
    pbx.knobs.slow["get_token"] = 1.0
    first, second = (asyncio.create_task(client.token()) for _ in range(2))
    await until(lambda: clock._sleepers)
    first.cancel()
    await clock.advance(1)
    assert (await second).value
    assert first.cancelled()
    assert len(pbx.books.requested("get_token")) == 1


async def test_a_login_that_is_cancelled_may_be_tried_again(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock
) -> None:
    pbx.knobs.slow["get_token"] = 1.0
    caller = asyncio.create_task(client.token())
    await until(lambda: clock._sleepers)
    client._api.store._task.cancel()  # type: ignore[union-attr]
    await asyncio.wait({caller})
    assert caller.cancelled()
    await clock.advance(1)
    pbx.knobs.slow.clear()
    assert (await client.token()).value


async def test_an_error_nobody_waits_for_stays_quiet(
    make: Make, pbx: EmulatedPbx, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    pbx.knobs.slow["get_token"] = 1.0
    client = make(api=Credentials("x", "y"))
    caller = asyncio.create_task(client.token())
    await until(lambda: clock._sleepers)
    caller.cancel()
    await clock.advance(1)
    await until(lambda: client.refusal)
    assert "never retrieved" not in caplog.text


def test_secrets_are_not_shown(client: Any) -> None:
    assert SDK.secret not in repr(SDK)
    assert "demoSdkAccessId" in repr(SDK)
