"""``get_token``, ``refresh_token``, ``del_token`` and the Linkus SDK's ``sign/create``."""

from emulator.house import Credentials
from emulator.tokens import RefreshRefused, Token, TooManyTokens

from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()


def _pair(call: ApiCall, token: Token) -> Json:
    knobs = call.pbx.house.knobs
    return success(
        access_token_expire_time=knobs.token_seconds,
        access_token=token.access,
        refresh_token_expire_time=knobs.refresh_seconds,
        refresh_token=token.refresh,
    )


@routes.post("get_token", token=False)
async def get_token(call: ApiCall) -> Json:
    """A token for a name and a secret of either pair."""
    given = Credentials(call.text("username"), call.text("password"))
    pbx = call.pbx
    scope = pbx.tokens.scope_of(given)
    if scope is None:
        pbx.guard.strike(call.address)
        raise ApiFailure(-1, invalid_param_list=[{"field": "username or password", "value": "error"}])
    if not (pbx.house.api_enabled if scope == "api" else pbx.house.sdk_enabled):
        raise ApiFailure(70123)
    pbx.guard.succeeded(call.address)
    try:
        return _pair(call, pbx.tokens.issue(scope))
    except TooManyTokens:
        raise ApiFailure(60002) from None


@routes.post("refresh_token", token=False)
async def refresh_token(call: ApiCall) -> Json:
    """A new pair for a refresh token."""
    try:
        return _pair(call, call.pbx.tokens.renew(call.text("refresh_token")))
    except RefreshRefused:
        raise ApiFailure(call.pbx.house.knobs.spent_refresh_errcode) from None
    except TooManyTokens:
        raise ApiFailure(60002) from None


@routes.get("del_token", sdk=True)
async def del_token(call: ApiCall) -> Json:
    """Revoke the token that the request carries."""
    if call.token is not None:
        call.pbx.tokens.revoke(call.token)
    return success()


@routes.post("sign/create", sdk=True, since=(12, 0, 23))
async def create_signature(call: ApiCall) -> Json:
    """A login signature for an extension, named by its number or its e-mail address."""
    pbx = call.pbx
    if call.token is not None and call.token.scope == "api" and not pbx.house.knobs.api_token_signs:
        raise ApiFailure(10005)
    if not pbx.house.sdk_plan:
        raise ApiFailure(70136)
    username = call.text("username")
    call.choice("sign_type", ("sdk",))
    expire = call.integer("expire_time", default=0, least=0)
    extension = next(
        (
            e
            for e in pbx.house.extensions
            if username == e.number or (e.email and username.casefold() == e.email.casefold())
        ),
        None,
    )
    if extension is None:
        raise ApiFailure(60001)
    now = pbx.clock.now()
    if expire and pbx.house.knobs.sign_expire == "duration":
        # An absolute time read as a duration lies some fifty years ahead: as good as never.
        expire += int(now)
    elif expire and expire <= now:
        raise bad_parameter("expire_time", "range", expire)
    return success(data={"sign": pbx.signatures.create(extension.number, float(expire)).sign})
