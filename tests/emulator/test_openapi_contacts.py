"""Contacts and phonebooks."""

from typing import Any

import pytest

from tests.emulator.conftest import Api


async def test_contacts_by_page(api: Api) -> None:
    answer = await api.get("company_contact/list", sort_by="contact_name")
    assert answer["total_number"] == 2
    assert answer["data"][0] == {
        "id": 1,
        "contact_name": "Dora Klein",
        "company": "Klein Heating",
        "email": "dora@klein.example",
        "phonebook_list": [{"id": 1, "name": "Suppliers"}, {"id": 2, "name": "Everyone"}],
        "remark": "",
        "business": "+493044400001",
        "business2": "",
        "mobile": "",
        "mobile2": "",
        "home": "",
        "home2": "",
        "business_fax": "",
        "home_fax": "",
        "other": "",
    }
    assert (await api.get("company_contact/search", search_value="1715550002"))["data"][0][
        "contact_name"
    ] == "Emil Novak"


async def test_a_contact_is_made_changed_and_deleted(api: Api) -> None:
    made = await api.post(
        "company_contact/create",
        first_name="Fay",
        company="Fay & Co",
        number_list=[{"num_type": "mobile_number", "number": "+4917"}, {"num_type": "home_number2", "number": "030"}],
    )
    assert made["errcode"] == 0
    row = (await api.get("company_contact/get", id=made["id"]))["data"]
    assert (row["contact_name"], row["mobile"], row["home2"]) == ("Fay", "+4917", "030")
    assert await api.post_code("company_contact/update", id=made["id"], last_name="Ray") == 0
    row = (await api.get("company_contact/get", id=made["id"]))["data"]
    assert (row["contact_name"], row["mobile"]) == ("Fay Ray", "+4917")
    assert await api.code("company_contact/delete", id=made["id"]) == 0
    assert await api.code("company_contact/get", id=made["id"]) == 70128


@pytest.mark.parametrize(
    "body",
    [
        {"number_list": []},
        {"first_name": "Fay"},
        {"first_name": "Fay", "number_list": [{"num_type": "pager", "number": "1"}]},
        {"first_name": "Fay", "number_list": [{"num_type": "mobile_number"}]},
        {"first_name": "Fay", "number_list": ["030"]},
    ],
)
async def test_contact_parameters(api: Api, body: dict[str, Any]) -> None:
    assert await api.post_code("company_contact/create", **body) == 40002
    assert (await api.get("company_contact/list"))["total_number"] == 2


async def test_phonebooks(api: Api) -> None:
    assert (await api.get("phonebook/list", sort_by="name"))["data"] == [
        {"id": 2, "name": "Everyone", "total": 2, "member_select": "sel_all"},
        {"id": 1, "name": "Suppliers", "total": 2, "member_select": "sel_specific"},
    ]
    book = (await api.get("phonebook/get", id=1))["data"]
    assert [row["contact_name"] for row in book["contacts_list"]] == ["Dora Klein", "Emil Novak"]
    assert await api.code("phonebook/get", id=9) == 70093
