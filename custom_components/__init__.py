"""Makes the folder a package: the test harness brings a `custom_components` of its own otherwise."""
