"""Who hears whom."""

from collections.abc import Callable, Sequence

from .legs import Call, Leg, Media

type Mixer = Callable[[Sequence[Media]], object | None]


class Bridge:
    """Connects the media of a call's legs. ``mixer`` makes one track of several; without it the first is heard."""

    def __init__(self) -> None:
        self.mixer: Mixer | None = None
        self._playing: dict[str, tuple[Media, ...]] = {}

    def forget(self, leg: Leg) -> None:
        """Connect this leg and those that hear it anew next time, whatever they play now."""
        for other in leg.call.legs:
            self._playing.pop(other.channel_id, None)

    def connect(self, call: Call) -> None:
        """Give every leg that has media the audio that it should hear now."""
        for leg in call.legs:
            if leg.media is None:
                continue
            if not leg.alive:
                self._playing.pop(leg.channel_id, None)
                continue
            heard = tuple(source for other in self.heard_by(call, leg) if (source := other.media) is not None)
            if self._playing.get(leg.channel_id) == heard:
                continue
            self._playing[leg.channel_id] = heard
            leg.media.play(self._track(heard))

    def _track(self, heard: tuple[Media, ...]) -> object | None:
        if not heard:
            return None
        if len(heard) > 1 and self.mixer is not None:
            return self.mixer(heard)
        return heard[0].incoming

    @staticmethod
    def heard_by(call: Call, leg: Leg) -> list[Leg]:
        """The legs whose audio this leg gets: none while anybody holds."""
        if leg.aside or leg.holding or (call.hears_hold(leg) and leg.role != "service"):
            return []
        heard = []
        for other in call.legs:
            if other is leg or not other.alive or other.aside or other.muted:
                continue
            if not (other.connected or other.role == "service" or other.state == "EARLYMEDIA"):
                continue
            if other.holding or other.listening == "listen":
                continue
            if other.listening == "whisper" and other.listens_to is not leg:
                continue
            heard.append(other)
        return heard
