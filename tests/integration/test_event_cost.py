"""An event costs as much as it has parties."""

from contextlib import AsyncExitStack

from homeassistant.core import HomeAssistant

from custom_components.yeastar_linkus.pbx.event_flow import Channel
from custom_components.yeastar_linkus.yeastar.events import decode_event
from tests.bench.house import House, pbx_with
from tests.bench.traffic import begin_call, whole_call
from tests.interpreter import instructions

# Hash tables and ordered lists do not take exactly the same way each time.
TOLERANCE = 1.01


def cost_of_a_call(house: House) -> int:
    events = [decode_event(body) for body in whole_call(house.serial, house.extensions[0])]

    def take() -> None:
        for event in events:
            house.entry.runtime_data.ingest(event, Channel.WEBHOOK)

    return instructions(take)


async def test_neither_extensions_nor_calls_make_an_event_dearer(
    hass: HomeAssistant, socket_enabled: None, reachable: str
) -> None:
    async with AsyncExitStack() as stack:
        few, many = await pbx_with(hass, stack, 10, 10), await pbx_with(hass, stack, 100, 100)
        for house in (few, many):
            # What is worked out once, at the first call, is no event's cost.
            cost_of_a_call(house)
        dear, cheap = cost_of_a_call(many), cost_of_a_call(few)
        assert dear < cheap * TOLERANCE
        for n in range(300):
            for body in begin_call(many.serial, many.extensions[1 + n % 99]):
                many.entry.runtime_data.ingest(decode_event(body), Channel.WEBHOOK)
        assert len(many.entry.runtime_data.book.calls) > 300
        assert cost_of_a_call(many) < dear * TOLERANCE
