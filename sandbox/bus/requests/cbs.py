"""A token goes in; "accepted" comes out. Any token will do: the sandbox has nothing to protect."""

from sandbox.bus.amqp.sections import Message
from sandbox.bus.amqp.types import Int
from sandbox.bus.requests.reply import reply_to


class TokenNode:
    """The node `$cbs` (AMQP claims-based security, working draft)."""

    name = "$cbs"

    def answer(self, request: Message, now: float) -> Message:
        """202 for a token, 400 for anything else."""
        if request.named_application_properties().get("operation") == "put-token":
            return reply_to(request, {"status-code": Int(202), "status-description": "Accepted"})
        return reply_to(request, {"status-code": Int(400), "status-description": "Only put-token is known here."})

    def busy(self, request: Message) -> Message:
        """503."""
        return reply_to(request, {"status-code": Int(503), "status-description": "Busy: a fault asked for it."})
