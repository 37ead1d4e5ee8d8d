"""Bytes from one client go in; bytes for it go out. Holds its sessions; a client that breaks rules loses only this."""

import asyncio
import logging

from sandbox.bus.amqp.frames import (
    AMQP_HEADER,
    HEARTBEAT,
    SASL,
    SASL_HEADER,
    Frame,
    FrameReader,
    ProtocolHeader,
    encode_frame,
)
from sandbox.bus.amqp.performatives import (
    Begin,
    Close,
    End,
    Error,
    Open,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
)
from sandbox.bus.amqp.types import AmqpError, Array, Symbol
from sandbox.bus.broker import Broker
from sandbox.bus.endpoint.session import HANDLE_MAX, WINDOW, Session

logger = logging.getLogger(__name__)

MAX_FRAME_SIZE = 65_536  # the service's
_SMALLEST_FRAME_SIZE = 512  # part 2, 2.8.5
_MECHANISMS = Array(Symbol(name) for name in ("MSSBCBS", "PLAIN", "ANONYMOUS", "EXTERNAL"))


class Connection(asyncio.Protocol):
    """One TCP connection. `open_connections` holds those that are up."""

    def __init__(self, broker: Broker, open_connections: "set[Connection]") -> None:
        self.broker = broker
        self.max_frame_size = _SMALLEST_FRAME_SIZE
        self._open_connections = open_connections
        self._reader = FrameReader(max_frame_size=MAX_FRAME_SIZE)
        self._sessions: dict[int, Session] = {}
        self._heartbeat: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open_connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        try:
            for item in self._reader.feed(data):
                if not self.is_open:
                    return
                if isinstance(item, ProtocolHeader):
                    self._on_header(item)
                else:
                    self._on_frame(item)
        except AmqpError as error:
            logger.info("bus.connection refused condition=%s", error.condition)
            self._close(Error(error.condition, error.description))

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._open_connections.discard(self)
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    @property
    def is_open(self) -> bool:
        """False once the connection is lost or about to be."""
        return self._transport is not None and not self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Sends bytes, unless the connection is gone."""
        if self._transport is not None and self.is_open:
            self._transport.write(data)

    def drop(self) -> None:
        """Ends the connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    def _on_header(self, header: ProtocolHeader) -> None:
        if header.bytes == SASL_HEADER:
            self.write(SASL_HEADER + encode_frame(0, SaslMechanisms(_MECHANISMS), type=SASL))
        elif header.bytes == AMQP_HEADER:
            self.write(AMQP_HEADER)
        else:  # part 2, 2.2: say what we speak, and hang up
            self.write(SASL_HEADER)
            self._close(None)

    def _on_frame(self, frame: Frame) -> None:
        performative = frame.performative
        if frame.type == SASL:
            if isinstance(performative, SaslInit):
                self.write(encode_frame(0, SaslOutcome(0), type=SASL))
        elif isinstance(performative, Open):
            self._on_open(performative)
        elif isinstance(performative, Begin):
            self._on_begin(frame.channel, performative)
        elif isinstance(performative, End):
            if session := self._sessions.pop(frame.channel, None):
                session.close()
                self.write(encode_frame(frame.channel, End()))
        elif isinstance(performative, Close):
            self._close(None)
        elif performative is not None and (session := self._sessions.get(frame.channel)):
            session.on_frame(performative, frame.payload)  # frames for a session that has ended are ignored

    def _on_open(self, opened: Open) -> None:
        self.max_frame_size = max(_SMALLEST_FRAME_SIZE, min(opened.max_frame_size or MAX_FRAME_SIZE, 2**20))
        self.write(encode_frame(0, Open("hunter-sandbox-bus", max_frame_size=MAX_FRAME_SIZE, channel_max=65_535)))
        if opened.idle_time_out:
            self._beat(opened.idle_time_out / 2000)

    def _beat(self, seconds: float) -> None:
        """Sends an empty frame now and then to a client that hangs up on silence (part 2, 2.4.5)."""
        if not self.is_open:
            return
        self.write(HEARTBEAT)
        self._heartbeat = asyncio.get_running_loop().call_later(seconds, self._beat, seconds)

    def _on_begin(self, channel: int, begin: Begin) -> None:
        if replaced := self._sessions.get(channel):
            replaced.close()
        self._sessions[channel] = Session(self, channel, begin)
        answer = Begin(
            remote_channel=channel,
            next_outgoing_id=0,
            incoming_window=WINDOW,
            outgoing_window=WINDOW,
            handle_max=HANDLE_MAX,
        )
        self.write(encode_frame(channel, answer))

    def _close(self, error: Error | None) -> None:
        self.write(encode_frame(0, Close(error)))
        if self._transport is not None:
            self._transport.close()
