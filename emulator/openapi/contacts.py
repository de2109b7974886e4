"""``company_contact/*`` and ``phonebook/*``."""

from typing import Any

from emulator.house import Contact, Phonebook

from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()

_SORT = ("id", "contact_name", "company", "email", "business", "mobile", "home", "business_fax")
_NUMBERS = ("business", "business2", "mobile", "mobile2", "home", "home2", "business_fax", "home_fax", "other")
_KINDS = {
    "mobile_number": "mobile",
    "business_number": "business",
    "home_number": "home",
    "mobile_number2": "mobile2",
    "business_number2": "business2",
    "home_number2": "home2",
    "other_number": "other",
}


def _row(call: ApiCall, contact: Contact) -> Json:
    books = call.pbx.house.phonebooks
    return {
        "id": contact.id,
        "contact_name": f"{contact.first_name} {contact.last_name}".strip(),
        "company": contact.company,
        "email": contact.email,
        "phonebook_list": [{"id": book.id, "name": book.name} for book in books if _belongs(contact, book)],
        "remark": contact.remark,
    } | {kind: contact.numbers.get(kind, "") for kind in _NUMBERS}


def _belongs(contact: Contact, book: Phonebook) -> bool:
    return book.member_select == "sel_all" or book.id in contact.phonebooks


def _by_id(call: ApiCall) -> Contact:
    wanted = call.integer("id")
    for contact in call.pbx.house.contacts:
        if contact.id == wanted:
            return contact
    raise ApiFailure(70128)


@routes.get("company_contact/list")
async def list_contacts(call: ApiCall) -> Json:
    """All contacts, by page."""
    return call.page([_row(call, contact) for contact in call.pbx.house.contacts], _SORT)


@routes.get("company_contact/search")
async def search_contacts(call: ApiCall) -> Json:
    """Contacts by keyword."""
    rows = [_row(call, contact) for contact in call.pbx.house.contacts]
    return call.page(call.search(rows, ("contact_name", "company", "email", *_NUMBERS)), _SORT)


@routes.get("company_contact/get")
async def get_contact(call: ApiCall) -> Json:
    """One contact."""
    return success(data=_row(call, _by_id(call)))


def _numbers(call: ApiCall) -> dict[str, str]:
    numbers: dict[str, str] = {}
    items: list[dict[str, Any]] = call.items("number_list")
    for item in items:
        kind, number = item.get("num_type"), item.get("number")
        if kind not in _KINDS:
            raise bad_parameter("num_type", "enum", kind)
        if not isinstance(number, str) or not number:
            raise bad_parameter("number", "required")
        numbers[_KINDS[kind]] = number
    return numbers


@routes.post("company_contact/create")
async def create_contact(call: ApiCall) -> Json:
    """A new contact."""
    contacts = call.pbx.house.contacts
    contact = Contact(
        max((entry.id for entry in contacts), default=0) + 1,
        call.text("first_name"),
        call.text("last_name", default=""),
        call.text("company", default=""),
        call.text("email", default=""),
        numbers=_numbers(call),
    )
    contacts.append(contact)
    return success(id=contact.id)


@routes.post("company_contact/update")
async def update_contact(call: ApiCall) -> Json:
    """Change a contact."""
    contact = _by_id(call)
    numbers = _numbers(call) if "number_list" in call.values else contact.numbers
    contact.first_name = call.text("first_name", default=contact.first_name)
    contact.last_name = call.text("last_name", default=contact.last_name)
    contact.company = call.text("company", default=contact.company)
    contact.email = call.text("email", default=contact.email)
    contact.numbers = numbers
    return success()


@routes.get("company_contact/delete")
async def delete_contact(call: ApiCall) -> Json:
    """Delete a contact."""
    call.pbx.house.contacts.remove(_by_id(call))
    return success()


def _book(call: ApiCall, book: Phonebook) -> Json:
    total = sum(_belongs(contact, book) for contact in call.pbx.house.contacts)
    return {"id": book.id, "name": book.name, "total": total, "member_select": book.member_select}


@routes.get("phonebook/list")
async def list_phonebooks(call: ApiCall) -> Json:
    """All phonebooks, by page."""
    return call.page([_book(call, book) for book in call.pbx.house.phonebooks], ("name", "total", "id"))


@routes.get("phonebook/get")
async def get_phonebook(call: ApiCall) -> Json:
    """One phonebook with its contacts."""
    wanted = call.integer("id")
    for book in call.pbx.house.phonebooks:
        if book.id == wanted:
            rows = [_row(call, contact) for contact in call.pbx.house.contacts if _belongs(contact, book)]
            return success(data=_book(call, book) | {"contacts_list": rows})
    raise ApiFailure(70093)
