"""Values: dataclasses that the type checker keeps anybody from changing."""

from dataclasses import dataclass, field
from typing import dataclass_transform


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value[T](cls: type[T]) -> type[T]:
    """A hashable dataclass with slots, frozen for the type checker only.

    A dataclass that is frozen at run time too takes three times as long to make, and every event makes a dozen.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def keyword_value[T](cls: type[T]) -> type[T]:
    """The same, with fields that are given by name only."""
    return dataclass(slots=True, unsafe_hash=True, kw_only=True)(cls)
