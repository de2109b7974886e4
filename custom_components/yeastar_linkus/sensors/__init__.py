"""The sensors, by the device they belong to."""
