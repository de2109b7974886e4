"""The same Home Assistant and emulated PBX as the integration tests."""

from tests.integration.conftest import _custom_integrations, card_folder, pbx, pinned_sdk, reachable

__all__ = ["_custom_integrations", "card_folder", "pbx", "pinned_sdk", "reachable"]
