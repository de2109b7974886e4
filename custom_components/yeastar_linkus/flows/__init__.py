"""The dialogs beside the config flow: options, phones, door phones."""
