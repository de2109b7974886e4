"""The middle of a long list in few requests."""

import pytest

from custom_components.yeastar_linkus.yeastar.paging import Page, rows_from

SIZE = 4


class Shelf:
    """Numbers from high to low, by page."""

    def __init__(self, rows: int, lies: int = 0) -> None:
        self.rows = tuple(range(rows, 0, -1))
        self.total = rows + lies
        self.asked: list[int] = []

    async def read(self, number: int) -> Page[int]:
        self.asked.append(number)
        return Page(self.rows[(number - 1) * SIZE : number * SIZE], self.total)

    async def until(self, most: int) -> list[int]:
        return [row async for row in rows_from(self.read, lambda row: row <= most, SIZE)]


@pytest.mark.parametrize("rows", [0, 1, 4, 5, 17, 64])
@pytest.mark.parametrize("most", [0, 1, 3, 8, 16, 99])
async def test_the_wanted_rows_come_in_order(rows: int, most: int) -> None:
    assert await Shelf(rows).until(most) == list(range(min(rows, most), 0, -1))


async def test_the_beginning_is_found_in_few_requests() -> None:
    shelf = Shelf(4000)
    rows = rows_from(shelf.read, lambda row: row <= 1234, SIZE)
    assert await anext(rows) == 1234
    await rows.aclose()
    assert len(shelf.asked) <= 11


async def test_a_list_shorter_than_it_says() -> None:
    assert await Shelf(9, lies=20).until(5) == [5, 4, 3, 2, 1]
