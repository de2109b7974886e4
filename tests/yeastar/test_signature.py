"""Webhook signatures."""

import base64
import hashlib
import hmac

import pytest

from custom_components.yeastar_linkus.yeastar import signature_matches, signature_of
from emulator.delivery import signature

BODY = b'{"type":30011,"sn":"x","msg":"{}"}'


def test_it_is_what_the_pbx_sends() -> None:
    assert signature_of("s3cret", BODY) == signature("s3cret", BODY)
    assert signature_matches("s3cret", BODY, signature("s3cret", BODY))
    assert signature_matches("s3cret", BODY, f" {signature('s3cret', BODY)} ")
    assert signature_matches("geh\u00e4im", BODY, signature("geh\u00e4im", BODY))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "x",
        "====",
        "gr\u00fcn",
        "\ud800",
        hmac.new(b"s3cret", BODY, hashlib.sha256).hexdigest(),
        base64.b64encode(hmac.digest(b"s3cret", BODY + b" ", "sha256")).decode(),
        base64.b64encode(hmac.digest(b"other", BODY, "sha256")).decode(),
        base64.b64encode(hmac.digest(b"s3cret", BODY, "sha1")).decode(),
    ],
)
def test_anything_else_is_refused(header: str | None) -> None:
    assert not signature_matches("s3cret", BODY, header)


def test_no_secret_matches_nothing() -> None:
    assert not signature_matches("", BODY, signature_of("", BODY))
