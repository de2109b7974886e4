# Core aliases voluptuous to probatio; this tells mypy so.

from probatio import (
    All as All,
    Any as Any,
    Coerce as Coerce,
    Exclusive as Exclusive,
    In as In,
    Invalid as Invalid,
    Length as Length,
    Marker as Marker,
    Match as Match,
    Optional as Optional,
    Range as Range,
    Required as Required,
    Schema as Schema,
)
