"""What people type, made into what a PBX dials."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar_linkus.numbers.dialable import MAX_LENGTH, dialable


@pytest.mark.parametrize(
    ("typed", "dialed"),
    [
        ("1001", "1001"),
        ("+49 (0)30 123-456", "+4930123456"),
        ("+49 30 123456", "+4930123456"),
        ("tel:+49-30-123456;phone-context=x", "+4930123456"),
        ("0049 30 123456", "004930123456"),
        ("030/123 456", "030123456"),
        ("*76", "*76"),
        ("#", "#"),
        (" 6 500 ", "6500"),
        ("٠٣٠١٢٣", "030123"),
        ("+32 12 34 56 78", "+3212345678"),
    ],
)
def test_digits_stay_and_decoration_goes(typed: str, dialed: str) -> None:
    assert dialable(typed, "DE") == dialed


@pytest.mark.parametrize(
    "typed", ["", "  ", "call me", "+", "+999999", "x" * 65, "1001 Anna", "1-800-FLOWERS", "()", "00+49"]
)
def test_what_is_no_number_raises(typed: str) -> None:
    with pytest.raises(ValueError):
        dialable(typed, None)


@given(st.text(max_size=MAX_LENGTH + 5))
def test_nothing_but_dialable_characters_ever_comes_out(typed: str) -> None:
    try:
        dialed = dialable(typed, "BE")
    except ValueError:
        return
    assert dialed
    assert set(dialed) <= set("0123456789+*#")
    assert "+" not in dialed[1:]
