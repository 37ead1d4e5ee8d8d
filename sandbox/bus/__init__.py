"""A Service Bus for one machine: AMQP 1.0 that the genuine SDKs talk to, with faults on request.

amqp/       the wire: types, frames, message sections          knows nobody
queues/     what a queue does with messages                    knows nobody
endpoint/   connection, sessions and links of one client       knows amqp, queues, requests
requests/   tokens and management requests                     knows amqp, queues
"""

from sandbox.bus.queues.message import QueueProperties
from sandbox.bus.server import RunningBus, serve

__all__ = ["QueueProperties", "RunningBus", "serve"]
