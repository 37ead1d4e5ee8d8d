"""Flows from a client's receiver go in; how many messages a subclass may send it comes out."""

from typing import TYPE_CHECKING

from sandbox.bus.amqp.performatives import Flow
from sandbox.bus.amqp.types import SERIAL

if TYPE_CHECKING:
    from sandbox.bus.endpoint.session import Session


class OutgoingLink:
    """Counts the client's credit. What goes out is for subclasses."""

    max_message_size = None

    def __init__(self, session: "Session", handle: int) -> None:
        self.session = session
        self.handle = handle
        self.credit = 0
        self._sent = 0

    def opened(self) -> None:
        """The client knows the link now."""

    def close(self) -> None:
        """The link is gone."""

    def on_flow(self, flow: Flow) -> None:
        """Takes new credit (part 2, 2.6.7); when the client drains, what it could not be given is gone."""
        credit = ((flow.delivery_count or 0) + (flow.link_credit or 0) - self._sent) % SERIAL
        self.credit = credit if credit < SERIAL // 2 else 0
        self.use_credit()
        if flow.drain:
            self._sent = (self._sent + self.credit) % SERIAL
            self.credit = 0
        if flow.drain or flow.echo:
            self.session.send_flow(
                handle=self.handle, delivery_count=self._sent, link_credit=self.credit, drain=bool(flow.drain)
            )

    def use_credit(self) -> None:
        """Sends what there is, as far as the credit goes."""
        raise NotImplementedError

    def _spend(self) -> None:
        self.credit -= 1
        self._sent = (self._sent + 1) % SERIAL
