"""What can go wrong between us and the PBX, one class per remedy."""


class YeastarError(Exception):
    """Base of everything this client raises."""


class CannotConnect(YeastarError):
    """The PBX did not answer: no route, refused, closed, or no name."""


class CertificateNotTrusted(CannotConnect):
    """TLS works but nobody vouches for the certificate, or it is for another name."""


class TimedOut(CannotConnect):
    """The PBX accepted the connection and then stayed silent."""


class NotYeastar(YeastarError):
    """Something answered, but it does not speak the P-Series Open API."""


class ProtocolError(YeastarError):
    """A P-Series PBX answered in a shape that this client does not know."""


class ApiError(YeastarError):
    """The PBX answered with a non-zero ``errcode``."""

    def __init__(self, code: int, message: str, path: str = "") -> None:
        """Keep the PBX's own code and words; never the request, which may hold secrets."""
        super().__init__(f"{path}: {code} {message}" if path else f"{code} {message}")
        self.code = code
        self.message = message
        self.path = path


class InvalidCredentials(ApiError):
    """-1 at get_token: wrong id or secret. Repeating it five times blocks the address."""


class AddressBlocked(ApiError):
    """70004: the PBX blocked our address after failed logins."""


class AddressNotAllowed(ApiError):
    """70087: our address is not on the API's allow-list."""


class ApiDisabled(ApiError):
    """70123: the Open API is switched off, or the plan no longer holds it."""


class TooManyTokens(ApiError):
    """60002 at get_token: eight valid tokens exist already."""


class AccessDenied(ApiError):
    """10005: the credentials lack the permission for this call."""


class NotSupported(ApiError):
    """10001: this firmware or edition does not know the call."""


class PlanMissing(ApiError):
    """70136: the plan does not hold the Linkus SDK."""


class NotFound(ApiError):
    """60001: nothing there, which for calls and queues often just means idle."""


class ChannelGone(ApiError):
    """70130: the channel's call is already over."""


class OperationFailed(ApiError):
    """Any other refusal."""


class TokenRejected(ApiError):
    """10004 although the token was fetched a moment ago."""


class MissingCredentials(YeastarError):
    """The call needs the pair of credentials (Open API or Linkus SDK) that this client was not given."""


class MalformedEvent(YeastarError):
    """What came is no event of a P-Series PBX: no JSON, too large, or without what its type must hold."""
