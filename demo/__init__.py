"""The house that ``script/demo`` starts and the end-to-end tests use: a real Home Assistant beside an emulated PBX."""
