"""What people type as the address of their PBX."""

import pytest

from custom_components.yeastar_linkus.pbx.connection import normalised_url


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("192.168.1.10", "https://192.168.1.10:8088"),
        (" https://192.168.1.10/ ", "https://192.168.1.10:8088"),
        ("https://192.168.1.10:443", "https://192.168.1.10"),
        ("192.168.1.10:9443", "https://192.168.1.10:9443"),
        ("http://192.168.1.10", "http://192.168.1.10"),
        ("[fd00::10]", "https://[fd00::10]:8088"),
        ("pbx", "https://pbx:8088"),
        ("pbx.local", "https://pbx.local:8088"),
        ("pbx.example.com", "https://pbx.example.com"),
        ("https://office.ras.yeastar.com/login", "https://office.ras.yeastar.com"),
        ("office.example.yeastarcloud.com", "https://office.example.yeastarcloud.com"),
        ("HTTPS://PBX.Example.com:8088/webclient?x=1", "https://pbx.example.com:8088"),
    ],
)
def test_what_people_leave_out_is_filled_in(typed: str, url: str) -> None:
    assert normalised_url(typed) == url


@pytest.mark.parametrize("typed", ["", "https://", "ftp://pbx", "https://user:secret@pbx", "https://pbx:99999", "//"])
def test_what_is_no_address_raises(typed: str) -> None:
    with pytest.raises(ValueError):
        normalised_url(typed)
