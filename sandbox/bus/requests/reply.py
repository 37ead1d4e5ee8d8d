"""What became of a request goes in; the message that says so comes out."""

from typing import Any

from sandbox.bus.amqp.sections import Message, application_properties_section, properties_section, value_section


def reply_to(request: Message, status: dict[str, Any], body: Any = None) -> Message:
    """An answer that names the request by its id, of the same type: clients compare that too."""
    return Message(
        properties=properties_section(correlation_id=request.message_id),
        application_properties=application_properties_section(status),
        body=value_section(body),
    )
