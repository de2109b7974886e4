"""Reading in the middle of a long list: the PBX filters few lists by time, but gives all of them newest first, by page."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

PAGE_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """One page. `total` are the rows of the whole list."""

    rows: tuple[Row, ...]
    total: int


async def rows_from[Row](
    read: Callable[[int], Awaitable[Page[Row]]], wanted: Callable[[Row], bool], size: int = PAGE_ROWS
) -> AsyncGenerator[Row]:
    """The wanted rows of a list whose unwanted rows come before them, in the list's order.

    `read` takes the number of a page of `size` rows, from 1. The first wanted page is found in as many requests as the
    number of pages has binary digits; after that a page is read when its rows are asked for. A row may come twice when
    the list grows meanwhile.
    """
    first = await read(1)
    pages = -(-first.total // size)
    number, page = 1, first
    if first.rows and not any(map(wanted, first.rows)):
        low, high, found = 1, pages + 1, Page[Row]((), 0)
        while high - low > 1:
            middle = (low + high) // 2
            tried = await read(middle)
            if not tried.rows or any(map(wanted, tried.rows)):
                high, found = middle, tried
            else:
                low = middle
        number, page = high, found
    while page.rows:
        for row in page.rows:
            if wanted(row):
                yield row
        if number >= pages:
            return
        number += 1
        page = await read(number)
