"""Reading rows of the API, whatever is in them."""

from typing import Any

import pytest

from custom_components.yeastar_linkus.yeastar import CallSnapshot, EndpointKind, Extension, ProtocolError, Trunk, shape


def test_an_extension_row_with_its_devices() -> None:
    row = {
        "id": "21",
        "number": "1001",
        "caller_id_name": " Anna ",
        "presence_status": "unheard_of",
        "online_status": {
            "sip_phone": {"status_list": [{"status": 0}, {"status": 1}, 7]},
            "fxs_phone": {"status": 1},
            "linkus_mobile": {"status": "1"},
            "linkus_web": None,
            "linkus_watch": {"status": 1},
        },
    }
    extension = Extension.from_api(row)
    assert extension is not None
    assert (extension.id, extension.name, extension.presence, extension.email) == (21, "Anna", None, "")
    assert extension.endpoints == {
        EndpointKind.SIP: True,
        EndpointKind.FXS: True,
        EndpointKind.MOBILE: True,
        EndpointKind.WEB: False,
    }
    hash(extension)


@pytest.mark.parametrize("online", [None, [], "x", 1])
def test_an_extension_row_without_devices(online: Any) -> None:
    extension = Extension.from_api({"number": "1001", "online_status": online})
    assert extension is not None
    assert not extension.online


def test_rows_that_say_nothing() -> None:
    assert Extension.from_api({"number": ""}) is None
    assert Trunk.from_api({}) is None
    assert CallSnapshot.from_api({"members": []}) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (" -5 ", -5),
        (5.9, 5),
        (True, 1),
        ("x", 9),
        ("", 9),
        (None, 9),
        ([], 9),
        (float("inf"), 9),
        (float("nan"), 9),
        ("9" * 5000, 99999999999999999999),
    ],
)
def test_numbers(value: Any, number: int) -> None:
    assert shape.integer({"k": value}, "k", 9) == number


@pytest.mark.parametrize(
    ("value", "text"), [(" a ", "a"), (5, "5"), (True, ""), (None, ""), ([], ""), ("x" * 999, "x" * 256)]
)
def test_texts(value: Any, text: str) -> None:
    assert shape.text({"k": value}, "k") == text


def test_lists() -> None:
    assert shape.objects([{"a": 1}, 2]) == [{"a": 1}]
    assert shape.objects("[]") == shape.objects(None) == []
    assert shape.integers([1, True, "2"]) == (1,)
    assert shape.integers({}) == ()
    with pytest.raises(ProtocolError):
        shape.rows({"data": {}}, "data", "x")
