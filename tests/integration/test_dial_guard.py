"""What people may have the PBX dial: one guard, and no way around it."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import intent
from homeassistant.setup import async_setup_component
from hypothesis import given, strategies as st
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.numbers.reach import is_emergency, is_premium, reached, stays_inside
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.test_browser_door import ask
from tests.integration.waiting import until

PREMIUM = "0900 1234567"
# What rings telephones, on the wire.
DIALING = ("call/dial", "call/play_prompt", "call/transfer", "call/add_member", "call/listen")

type Way = Callable[[HomeAssistant, MockUser, str], Awaitable[None]]


def dialed(pbx: EmulatedPbx) -> int:
    return sum(len(pbx.books.requested(path)) for path in DIALING)


async def act(hass: HomeAssistant, user: MockUser, action: str, **data: Any) -> None:
    await hass.services.async_call(
        DOMAIN, action, data, blocking=True, context=Context(user_id=user.id),
        return_response=hass.services.supports_response(DOMAIN, action).value != "none",
    )  # fmt: skip


async def say(hass: HomeAssistant, user: MockUser, number: str) -> None:
    for what, slots in (("Call", {"name": {"value": number}}), ("ConfirmCall", {})):
        await intent.async_handle(hass, "test", f"YeastarLinkus{what}", slots, context=Context(user_id=user.id))


def action(name: str, **data: Any) -> Way:
    async def way(hass: HomeAssistant, user: MockUser, number: str) -> None:
        await act(
            hass, user, name, **{key: value.format(number) if value == "{}" else value for key, value in data.items()}
        )

    return way


# Every way in which a person can name a number that the PBX then dials.
WAYS: dict[str, Way] = {
    "dial": action("dial", number="{}"),
    "play_prompt": action("play_prompt", number="{}", prompts=["doorbell"]),
    "transfer": action("transfer", number="{}"),
    "attended_transfer": action("attended_transfer", step="start", number="{}"),
    "add_member": action("add_member", number="{}"),
    "Assist": say,
}


@pytest.fixture
async def user(socket_enabled: None, hass: HomeAssistant) -> MockUser:
    hass.config.country = "DE"
    for component in ("homeassistant", "intent"):
        assert await async_setup_component(hass, component, {})
    return MockUser(name="Anna").add_to_hass(hass)


async def in_a_call(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    await pbx.call_in("+4930123456", "1001")
    await pbx.desk("1001").answer()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))


FORMS = (
    PREMIUM, "+49 900 1234567", "0049 900 1234567", "0 0900 1234567", "9 0900 1234567", "*71 0900 1234567", "**09001234567#",
    "+49900123456789", "09001234567 99", "tel:+499001234567;x=1", "٠٩٠٠١٢٣٤٥٦٧", "+1 900 555 0123",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
async def test_a_premium_number_is_refused_however_it_is_dialed(
    hass: HomeAssistant, user: MockUser, pbx: EmulatedPbx, reachable: str, setup: Setup, way: str
) -> None:
    await setup(phones=[phone_data(user.id, "1001")], options={"assist_dialing": True})
    await in_a_call(hass, pbx)
    before = dialed(pbx)
    # Assist looks for words among names.
    for number in (form for form in FORMS if way != "Assist" or not form.startswith("tel:")):
        with pytest.raises((ServiceValidationError, intent.IntentHandleError)) as caught:
            await WAYS[way](hass, user, number)
        cause = caught.value if isinstance(caught.value, ServiceValidationError) else caught.value.__cause__
        assert isinstance(cause, ServiceValidationError)
        assert cause.translation_key == "number_not_allowed", number
    assert dialed(pbx) == before


async def test_the_browser_door_has_the_same_guard(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reachable: str,
    setup: Setup,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    hass.config.country = "DE"
    entry = await setup(phones=[phone_data(hass_admin_user.id, "1001")], options={"dials_per_minute": 1})
    ws = await hass_ws_client(hass)
    phone = next(iter(entry.subentries))
    refused = await ask(ws, "phone/dial", phone_id=phone, number=PREMIUM)
    assert refused["error"]["translation_key"] == "number_not_allowed"
    # One count for all: what a person dials by an action leaves nothing for the browser.
    await act(hass, hass_admin_user, "dial", extension="1001", number="1002")
    refused = await ask(ws, "phone/dial", phone_id=phone, number="1002")
    assert refused["error"]["translation_key"] == "too_many_dials"
    assert dialed(pbx) == 1


@pytest.mark.parametrize(
    "data", [{"slot": "09001234567"}, {"slot": "1102"}, {"from_extension": "1002", "pickup_code": "0900123"}]
)
async def test_picking_up_is_no_way_to_dial_anything(
    hass: HomeAssistant, user: MockUser, pbx: EmulatedPbx, reachable: str, setup: Setup, data: dict[str, Any]
) -> None:
    await setup(phones=[phone_data(user.id, "1001")], options={"allow_numbers": ["+4930*"]})
    await pbx.call_in("+4930123456", "1002")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "ringing"))
    for firmware in (frozenset[str](), frozenset({"call/park_status"})):
        pbx.knobs.fail_with = dict.fromkeys(firmware, 10001)
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, user, "pick_up", **data)
        assert caught.value.translation_key == "number_not_allowed"
    assert dialed(pbx) == 0


async def test_parked_and_ringing_calls_are_picked_up_whatever_is_allowed(
    hass: HomeAssistant, user: MockUser, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup(phones=[phone_data(user.id, "1001")], options={"allow_numbers": ["+4930*"], "dials_per_minute": 2})
    await pbx.call_in("+4930123456", "1002")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "ringing"))
    await act(hass, user, "pick_up", slot=pbx.house.parking_slots[0])
    await act(hass, user, "pick_up", from_extension="1002")
    assert dialed(pbx) == 2
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, user, "pick_up", from_extension="1002")
    assert caught.value.translation_key == "too_many_dials"


async def test_every_order_that_rings_somebody_counts(
    hass: HomeAssistant, user: MockUser, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup(phones=[phone_data(user.id, "1001")], options={"dials_per_minute": 1})
    await act(hass, user, "play_prompt", prompts=["doorbell"])
    for name, data in (("play_prompt", {"prompts": ["doorbell"]}), ("dial", {"number": "1002"})):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, user, name, **data)
        assert caught.value.translation_key == "too_many_dials"
    assert dialed(pbx) == 1
    # Automations are not counted.
    await hass.services.async_call(DOMAIN, "play_prompt", {"extension": "1001", "prompts": ["doorbell"]}, blocking=True)
    assert dialed(pbx) == 2


@pytest.mark.parametrize(
    ("options", "number", "may"),
    [
        ({"deny_premium": False}, PREMIUM, True),
        ({"allow_numbers": ["0900 1234567"]}, PREMIUM, True),
        ({"allow_numbers": ["0900*"]}, PREMIUM, False),
        ({"deny_numbers": ["0"], "allow_numbers": ["+4930*"]}, "112", True),
        ({"deny_numbers": ["*", "1"]}, "0112", True),
        ({"deny_numbers": ["0190"]}, "0 0190 123456", False),
        ({"deny_numbers": ["0190"]}, "*71 0190 123456", False),
        ({"deny_numbers": ["+49 40"]}, "040 1234567 8901234567", False),
        ({"allow_numbers": ["+4930*"]}, "*71 030 123456", False),
        ({"allow_numbers": ["+4930*"]}, "*04 1002", True),
        ({}, "+49 30 123456", True),
    ],
)
async def test_lists_and_their_limits(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    setup: Setup,
    user: MockUser,
    options: dict[str, Any],
    number: str,
    may: bool,
) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options=options)
    if may:
        await act(hass, user, "dial", number=number)
        assert dialed(pbx) == 1
        return
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, user, "dial", number=number)
    assert caught.value.translation_key == "number_not_allowed"


def test_every_countrys_premium_numbers_are_known_and_no_other_is_taken_for_one() -> None:
    """Measured by libphonenumber's own examples: as people write them, behind prefixes, with digits too many."""
    kinds = [kind for name, kind in vars(PhoneNumberType).items() if name.isupper() and isinstance(kind, int)]
    missed, wrong, count = set[str](), set[str](), 0
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in kinds:
            if (example := phonenumbers.example_number_for_type(region, kind)) is None:
                continue
            premium = kind == PhoneNumberType.PREMIUM_RATE
            texts = {
                phonenumbers.format_number(example, PhoneNumberFormat.E164),
                phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL),
                phonenumbers.format_out_of_country_calling_number(example, region),
            }
            for digits in {phonenumbers.normalize_diallable_chars_only(text) for text in texts}:
                before = ("", "0", "9", "*71") if premium and not digits.startswith("+") else ("",)
                for number in (f"{a}{digits}{b}" for a in before for b in (("", "9", "9999") if premium else ("",))):
                    count += 1
                    if is_premium(number, region) is not premium:
                        (missed if premium else wrong).add(f"{region} {number}")
    assert count > 4000
    assert wrong == set()
    # Six digits behind a feature code are more often an extension.
    assert missed == {"FO *71901123", "NC *71366711"}


@given(st.text("+0123456789*#", max_size=64), st.sampled_from(["DE", "US", None]))
def test_any_text_of_digits_is_judged(number: str, country: str | None) -> None:
    assert next(reached(number, country)) == number
    is_premium(number, country)
    if is_emergency(number, country):
        assert len(number) <= 8
    assert stays_inside(number, {number})
