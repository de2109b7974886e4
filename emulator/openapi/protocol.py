"""What every endpoint of the Open API is made of: its parameters, its answer, its errors."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from emulator.core import Core
from emulator.tokens import Token

type Json = dict[str, Any]

ERRORS = {
    -2: "INTERNAL SERVER ERROR",
    -1: "FAILURE",
    0: "SUCCESS",
    1: "PARTIAL SUCCESS",
    2: "PROCESSING",
    10001: "INTERFACE NOT EXISTED",
    10002: "API VERSION OUT OF MAINTENANCE",
    10003: "API VERSION UNSUPPORTED",
    10004: "TOKEN EXPIRED",
    10005: "ACCESS DENIED",
    10009: "OPERATION FAILED",
    40001: "PARAMETER SYNTAX ERROR",
    40002: "PARAMETER ERROR",
    40003: "DUPLICATE KEY VALUE",
    40004: "FILE SIZE EXCEEDED",
    60001: "DATA NOT FOUND",
    60002: "MAX LIMITATION EXCEEDED",
    60101: "ROLE NOT EXISTED",
    70004: "ACCOUNT IP BLOCKED",
    70082: "OVERLOAD_TASK_RUNNING",
    70084: "ACTION FORBIDDEN",
    70087: "IP FORBIDDEN",
    70091: "CONNECTION_RELATION_EXISTED",
    70093: "PHONEBOOK_NOT_EXISTED",
    70123: "API UNAVAILABLE",
    70128: "CONTACTS_NOT_EXISTED",
    70130: "CAHNNEL ID NOT FOUND",
    70132: "OPERATION NOT SUPPORTED",
    70136: "SDK PLAN DISABLED",
    70510: "MAX PARTICIPANTS EXCEEDED",
}

MAX_PAGE_SIZE = 10000


class ApiFailure(Exception):
    """An answer with an errcode other than 0."""

    def __init__(self, errcode: int, **more: Any) -> None:
        super().__init__(errcode)
        self.body: Json = {"errcode": errcode, "errmsg": ERRORS.get(errcode, "FAILURE"), **more}


def bad_parameter(name: str, validation: str = "value", value: object = None) -> ApiFailure:
    """40002 for one field."""
    entry: Json = {"field": name, "validation_type": validation}
    if value is not None:
        entry["value"] = value
    return ApiFailure(40002, invalid_param_list=[entry])


def success(**more: Any) -> Json:
    """An answer with errcode 0."""
    return {"errcode": 0, "errmsg": "SUCCESS", **more}


@dataclass(slots=True)
class ApiCall:
    """One request that has passed the doors. ``values`` are the query's texts, or the body's JSON values."""

    pbx: Core
    path: str
    values: Mapping[str, Any]
    address: str
    token: Token | None

    def text(self, name: str, *, default: str | None = None, longest: int = 255) -> str:
        """A text parameter; required when there is no default. Numbers that are written as texts may come as numbers."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise bad_parameter(name, "required")
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise bad_parameter(name, "type")
        if len(value) > longest:
            raise bad_parameter(name, "length")
        return value

    def integer(
        self, name: str, *, default: int | None = None, least: int | None = None, most: int | None = None
    ) -> int:
        """A whole number, in the query as digits."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise bad_parameter(name, "required")
            return default
        if isinstance(value, str) and value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise bad_parameter(name, "type", value if isinstance(value, str) else None)
        if (least is not None and value < least) or (most is not None and value > most):
            raise bad_parameter(name, "range", value)
        return value

    def choice[T: str](self, name: str, choices: Iterable[T], *, default: T | None = None) -> T:
        """One of a few words."""
        value = self.text(name, default=default)
        for choice in choices:
            if choice == value:
                return choice
        raise bad_parameter(name, "enum", value)

    def numbers(self, name: str, *, default: str | None = None) -> list[int]:
        """Ids in the form ``1,2,3``."""
        text = self.text(name, default=default, longest=100_000)
        parts = [part for part in text.split(",") if part]
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise bad_parameter(name, "type", text)
        return [int(part) for part in parts]

    def items(self, name: str) -> list[Json]:
        """A list of objects in the body."""
        value = self.values.get(name)
        if value is None:
            raise bad_parameter(name, "required")
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad_parameter(name, "type")
        return value

    def page[T: Mapping[str, Any]](
        self,
        rows: Sequence[T],
        sort_by: Sequence[str],
        *,
        largest: int = MAX_PAGE_SIZE,
        default_size: int | None = None,
        default_order: Literal["asc", "desc"] = "asc",
        key: str = "data",
    ) -> Json:
        """Answer a list request: ``page``, ``page_size``, ``sort_by``, ``order_by`` are checked and obeyed."""
        number = self.integer("page", default=1, least=1)
        size = self.integer("page_size", default=default_size or largest, least=1, most=largest)
        by = self.choice("sort_by", sort_by, default=sort_by[0])
        order = self.choice("order_by", ("asc", "desc"), default=default_order)
        ordered = sorted(rows, key=lambda row: _sort_key(row.get(by)), reverse=order == "desc")
        return success(total_number=len(rows), **{key: ordered[(number - 1) * size : number * size]})

    def search[T: Mapping[str, Any]](self, rows: Sequence[T], fields: Sequence[str]) -> list[T]:
        """The rows that contain ``search_value`` in one of the fields."""
        wanted = self.text("search_value", default="").casefold()
        return [row for row in rows if any(wanted in str(row.get(name, "")).casefold() for name in fields)]


def _sort_key(value: object) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, str(value or "").casefold()


type Handler = Callable[[ApiCall], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method and path."""

    handler: Handler
    token: bool = True
    sdk: bool = False  # an SDK token may use it
    since: tuple[int, ...] = ()  # firmware without its edition prefix, e.g. (20, 0, 21)


class Routes:
    """Collects endpoints by (version, method, path)."""

    def __init__(self) -> None:
        self.table: dict[tuple[str, str, str], Endpoint] = {}

    def get(
        self, path: str, *, version: str = "v1.0", token: bool = True, sdk: bool = False, since: tuple[int, ...] = ()
    ) -> Callable[[Handler], Handler]:
        """Serve a path by GET."""
        return self._add(version, "GET", path, token, sdk, since)

    def post(
        self, path: str, *, version: str = "v1.0", token: bool = True, sdk: bool = False, since: tuple[int, ...] = ()
    ) -> Callable[[Handler], Handler]:
        """Serve a path by POST."""
        return self._add(version, "POST", path, token, sdk, since)

    def _add(
        self, version: str, method: str, path: str, token: bool, sdk: bool, since: tuple[int, ...]
    ) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.table[version, method, path] = Endpoint(handler, token, sdk, since)
            return handler

        return add
