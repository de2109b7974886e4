"""The switchboard: devices plug into it, calls run through it, facts come out of it.

The contract inside the emulator. Devices are simulated desk phones, registered browsers (SIP over WebSocket) and the simulated
outside world; they are called by the switchboard as a :class:`Device` and call the coroutines of :class:`Switchboard`.
The Open API reads the same state, and ``events.py`` turns the facts into the PBX's events.
"""

from . import offers, routing, transfers
from .board import Board, Registration
from .facts import DeviceRegistered, DigitPressed, Member
from .legs import Call, Device, Leg, Media

__all__ = ["Call", "Device", "Leg", "Media", "Registration", "Switchboard"]


class Switchboard(Board):
    """What devices call."""

    def register(self, device: Device, extension: str, *, address: str = "127.0.0.1") -> None:
        """A device can ring for this extension from now on. Registering again is a refresh and tells nothing."""
        if any(entry.device is device and entry.extension == extension for entry in self.registrations):
            return
        self.registrations.append(Registration(extension, device, address))
        self.tell(DeviceRegistered(extension, device.kind, True, address))

    def unregister(self, device: Device, extension: str | None = None) -> None:
        """The device is gone. Its calls go on until it says otherwise; it stops ringing."""
        gone = [
            entry
            for entry in self.registrations
            if entry.device is device and (extension is None or entry.extension == extension)
        ]
        for entry in gone:
            self.registrations.remove(entry)
            self.tell(DeviceRegistered(entry.extension, device.kind, False, entry.address))
        for leg in [leg for call in self.calls.values() for leg in call.ringing if leg.device is device]:
            offers.refuse(self, leg, 480, "480 Temporatily Unavailable")

    async def originate(self, device: Device, extension: str, callee: str, *, channel_hint: str = "") -> Leg:
        """A device dials: makes the call, routes it (extension, feature number, trunk), rings the callee.

        Returns the caller's leg at once; what comes of it is told to the device by progress(), connect() or refuse().
        The device sets ``leg.media`` itself, before the next await or with :meth:`media_changed`.
        ``channel_hint`` replaces the channel's name, e.g. ``PJSIP/1001``.
        """
        entry = self.house.extension(extension)
        name = entry.name if entry else extension
        call = self.new_call("Internal", extension, name, callee)
        leg = self.add_leg(
            call, extension, name, "extension", "ALERT", device=device, channel=channel_hint, placed=True
        )
        self.start_routing(call, routing.connect(self, call, leg, callee))
        return leg

    async def inbound(self, device: Device, trunk: str, caller: str, name: str, did: str, target: str) -> Leg:
        """A call comes in over a trunk to ``did``; ``target`` is where the inbound route sends it."""
        call = self.new_call("Inbound", caller, name, did)
        call.did_number, call.source_trunk = did, trunk
        leg = self.add_leg(
            call, caller, name, "inbound", "ALERT", device=device, dialled=did, trunk_name=trunk, placed=True
        )
        self.start_routing(call, routing.enter(self, call, leg, target))
        return leg

    async def answered(self, leg: Leg, media: Media | None) -> None:
        """A ringing device picked up. The switchboard connects the caller and bridges the media."""
        offers.answered(self, leg, media)

    async def progressing(self, leg: Leg, *, early_media: bool = False, media: Media | None = None) -> None:
        """A ringing outside party sends a ringing tone or an announcement of its own before it answers."""
        if leg.state != "RING" or leg.role != "outbound" or not early_media:
            return
        leg.state, leg.media = "EARLYMEDIA", media
        caller = next((other for other in leg.call.members if other.placed), None)
        if caller is not None:
            self.order(caller, lambda device: device.progress(caller, early_media=True))
        self.moved(leg.call)

    async def rejected(self, leg: Leg, code: int = 486, *, reason: str = "") -> None:
        """A ringing device refused, or its rejection code (486, 480, 603); ``reason`` as 30015 is to spell it."""
        if not leg.alive or leg.connected:
            return
        engaged = any(other is not leg and other.talking for other in self.legs_of(leg.number))
        if not reason:
            reason = "486 Busy here" if code == 486 and engaged else "User Busy"
        offers.refuse(self, leg, code, reason)

    def media_changed(self, leg: Leg) -> None:
        """The leg's ``media`` is another one now, or has a new incoming track: bridge it anew."""
        self.bridge.forget(leg)
        self.bridge.connect(leg.call)

    async def held(self, leg: Leg, held: bool) -> None:
        """The party on this leg put the call on hold, or took it back."""
        if not leg.talking or leg.holding is held:
            return
        leg.holding = held
        self.moved(leg.call)

    async def dtmf(self, leg: Leg, digit: str) -> None:
        """The party pressed a key."""
        if not leg.talking:
            return
        leg.digits += digit
        self.tell(DigitPressed(leg.call, Member.of(leg), digit, len(leg.digits) - 1, leg.digits))

    async def transfer(self, leg: Leg, target: str, *, replaces: Leg | None = None) -> bool:
        """REFER: blind to ``target``, or attended with the consultation leg ``replaces``. True when accepted."""
        if replaces is not None:
            return transfers.replace(self, leg, replaces)
        return transfers.blind(self, leg, target, by_api=False)

    async def ended(self, leg: Leg) -> None:
        """The party hung up (BYE), or gave up while dialling (CANCEL)."""
        self.hang_up(leg, by_device=True)

    def hang_up(self, leg: Leg, *, by_device: bool = False) -> None:
        """A member leaves: the call ends unless others remain in it."""
        call = leg.call
        if not leg.alive:
            return
        if leg.state in ("RING", "EARLYMEDIA") and not leg.connected:
            offers.refuse(self, leg, 603, "User Busy")
            return
        if by_device:
            leg.device = None  # it knows
        rest = [other for other in call.speakers if other is not leg]
        if call.consulting is not None and leg is not call.consulting and rest and call.consulting in rest:
            transfers.consultation_over(self, call, leg)
            return
        if ((leg.listening and rest) or len(rest) >= 2) and leg.talking:
            if call.consulting is leg:
                call.consulting = None
                for other in rest:
                    other.aside = False
            self.drop_leg(leg, "left")
            return
        self.finish(call, hanger=leg)
