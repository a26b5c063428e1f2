"""Who is writing: accounts of channels, their dialogues, and the contacts they speak for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.clock import Clock
from crm.customers.errors import BoundToAnother, DialogueUnknown
from crm.customers.models import ChannelIdentity, Contact, ContactRequest, Dialogue
from crm.customers.phones import to_e164
from crm.customers.repository import CustomerRepository
from database.base import JsonObject


class CustomerService:
    """Identities come from a channel that proved them, never from what a customer writes."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._customers = CustomerRepository(session)
        self._clock = clock

    async def identify(self, channel: str, account: str) -> ChannelIdentity:
        """Return the account of a channel, created (not bound to anybody) when it writes for the first time.

        Raises ValueError for an empty channel or account: it would be one identity shared by strangers.
        """
        if not channel.strip() or not account.strip():
            raise ValueError("an identity needs a channel and an account")
        known = await self._customers.identity(channel, account)
        if known is not None:
            return known
        await self._customers.add_identity(channel, account, self._clock.now())
        created = await self._customers.identity(channel, account)
        if created is None:
            raise RuntimeError(f"the identity just inserted for channel {channel} is not there")
        return created

    async def open_dialogue(self, identity: ChannelIdentity, dialogue_id: UUID) -> Dialogue:
        """Return the dialogue with this id, opened for `identity` when it is new.

        Raises DialogueUnknown when the id belongs to another account (which the caller must not learn).
        """
        await self._customers.add_dialogue(dialogue_id, identity.id, self._clock.now())
        dialogue = await self._customers.dialogue(dialogue_id)
        if dialogue is None or dialogue.identity_id != identity.id:
            raise DialogueUnknown(str(dialogue_id))
        return dialogue

    async def dialogue(self, dialogue_id: UUID) -> Dialogue:
        """Return a dialogue with its account, contact and customer loaded. Raises DialogueUnknown."""
        dialogue = await self._customers.dialogue(dialogue_id)
        if dialogue is None:
            raise DialogueUnknown(str(dialogue_id))
        return dialogue

    async def bind(self, identity: ChannelIdentity, contact: Contact, by: str) -> None:
        """Let an account speak for a contact; `by` says what proved it (signed_token, trusted_key, code).

        Binding to the same contact again changes nothing. Raises BoundToAnother when it speaks for somebody else: the
        account would take the other's open dialogues along.
        """
        if identity.contact_id is not None:
            if identity.contact_id != contact.id:
                raise BoundToAnother(str(identity.id))
            return
        identity.contact = contact
        identity.contact_id = contact.id
        identity.bound_by = by
        await self._customers.flush()

    async def find_contact(self, key: str) -> Contact | None:
        """Return the contact with this code, e-mail address or phone number (China unless it has a country code).

        None when nobody fits, and also when several share the number or address: guessing would show one the other's data.
        """
        wanted = key.strip()
        if not wanted:
            return None
        if "@" in wanted:
            return await self._customers.contact_by_email(wanted)
        by_code = await self._customers.contact_by_code(wanted)
        if by_code is not None:
            return by_code
        phone = to_e164(wanted)
        return None if phone is None else await self._customers.contact_by_phone(phone)

    async def request(self, dialogue: Dialogue, turn_id: UUID, kind: str, detail: JsonObject) -> ContactRequest:
        """Record a wish that a person must carry out; once per turn and kind, however often it is called."""
        return await self._customers.add_request(dialogue.id, turn_id, kind, detail, self._clock.now())
