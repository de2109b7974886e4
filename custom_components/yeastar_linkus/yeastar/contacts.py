"""Company contacts and phonebooks (query-company-contact-list, query-phonebook-list)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from .errors import NotFound
from .session import Session
from .shape import integer, objects, text


class NumberKind(StrEnum):
    """Which of a contact's numbers."""

    BUSINESS = "business"
    BUSINESS_2 = "business2"
    MOBILE = "mobile"
    MOBILE_2 = "mobile2"
    HOME = "home"
    HOME_2 = "home2"
    BUSINESS_FAX = "business_fax"
    HOME_FAX = "home_fax"
    OTHER = "other"


_WRITTEN = {
    NumberKind.BUSINESS: "business_number",
    NumberKind.BUSINESS_2: "business_number2",
    NumberKind.MOBILE: "mobile_number",
    NumberKind.MOBILE_2: "mobile_number2",
    NumberKind.HOME: "home_number",
    NumberKind.HOME_2: "home_number2",
    NumberKind.OTHER: "other_number",
}
"""Numbers that can be written; fax numbers can only be read."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One company contact."""

    id: int
    name: str
    company: str
    email: str
    remark: str
    numbers: Mapping[NumberKind, str] = field(hash=False)
    phonebooks: tuple[str, ...] = ()

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``company_contact/list``."""
        return cls(
            id=integer(row, "id"),
            name=text(row, "contact_name"),
            company=text(row, "company"),
            email=text(row, "email"),
            remark=text(row, "remark"),
            numbers={kind: number for kind in NumberKind if (number := text(row, kind))},
            phonebooks=tuple(text(book, "name") for book in objects(row.get("phonebook_list"))),
        )


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What a contact is made of, or changed to."""

    first_name: str
    last_name: str = ""
    company: str = ""
    email: str = ""
    numbers: Mapping[NumberKind, str] = field(default_factory=dict, hash=False)

    def to_api(self) -> dict[str, Any]:
        """The body of ``company_contact/create`` and ``update``. Raises ValueError for a fax number."""
        if unwritable := self.numbers.keys() - _WRITTEN.keys():
            raise ValueError(f"cannot be written: {', '.join(sorted(unwritable))}")
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "company": self.company,
            "email": self.email,
            "number_list": [{"num_type": _WRITTEN[kind], "number": number} for kind, number in self.numbers.items()],
        }


class Contacts:
    """Reads and writes company contacts."""

    def __init__(self, session: Session) -> None:
        """Use the Open API's session."""
        self._session = session

    async def all(self) -> tuple[Contact, ...]:
        """All contacts, of all pages."""
        return tuple(map(Contact.from_api, await self._session.pages("company_contact/list", size=1000)))

    async def search(self, keyword: str, limit: int = 100) -> tuple[Contact, ...]:
        """Contacts by name, company, e-mail or number."""
        try:
            found = await self._session.pages("company_contact/search", query={"search_value": keyword}, limit=limit)
        except NotFound:
            return ()
        return tuple(map(Contact.from_api, found))

    async def create(self, details: ContactDetails) -> int:
        """Make a contact; returns its id, 0 when the PBX does not tell."""
        return integer(await self._session.post("company_contact/create", details.to_api()), "id")

    async def update(self, contact_id: int, details: ContactDetails) -> None:
        """Change a contact; its numbers are replaced."""
        await self._session.post("company_contact/update", {"id": contact_id, **details.to_api()})

    async def delete(self, contact_id: int) -> None:
        """Delete a contact."""
        await self._session.get("company_contact/delete", {"id": contact_id})
