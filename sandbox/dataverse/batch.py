"""A `$batch` request goes in; its parts are done in order, and their answers come out as multipart/mixed.

Section 4.2 of the reference: a change set is undone as a whole and answered by one part; without continue-on-error the
first failure ends the batch and gives its status to the outer answer; what was done before stays done.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from sandbox.dataverse.batch_grammar import ChangeSet, Malformed, Part, read_batch
from sandbox.dataverse.errors import BAD_REQUEST, Refusal
from sandbox.dataverse.exchange import JSON_TYPE, Answer, Request, refused
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.rows import Link

Do = Callable[[Request, dict[str, Link]], Answer]


@dataclass(slots=True)
class Batch:
    """Does one batch. `do` answers a single request; a `Refusal` that it raises becomes the part's answer."""

    org: Organisation
    do: Do
    boundary: str = field(init=False)

    def __post_init__(self) -> None:
        self.boundary = f"batchresponse_{self.org.new_id()}"

    def answer(self, request: Request) -> Answer:
        """The multipart answer; a body that cannot be read at all is 400 with one error part."""
        try:
            found = read_batch(request.body, request.headers.get("content-type", ""))
        except Malformed as malformed:
            return self._whole(malformed.refusal.kind.status, [self._part(refused(malformed.refusal))])
        go_on = "odata.continue-on-error" in request.prefer
        status, parts = 200, []
        for one in found:
            outcome, text = self._change_set(one) if isinstance(one, ChangeSet) else self._single(one)
            parts.append(text)
            if outcome >= 400 and not go_on:
                status = outcome
                break
        return self._whole(status, parts)

    def _single(self, part: Part) -> tuple[int, bytes]:
        try:
            with self.org.rows.transaction():
                answer = self._done(part, {})
        except Refusal as refusal:
            answer = refused(refusal)
        return answer.status, self._part(answer, part.content_id)

    def _change_set(self, change_set: ChangeSet) -> tuple[int, bytes]:
        references: dict[str, Link] = {}
        boundary = f"changesetresponse_{self.org.new_id()}"
        try:
            with self.org.rows.transaction():
                answers = [(self._done(part, references), part.content_id) for part in change_set.parts]
        except Refusal as refusal:
            answer = refused(refusal)
            return answer.status, self._part(answer)
        inner = b"".join(f"--{boundary}\r\n".encode() + self._part(*each) for each in answers)
        head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode()
        return 200, head + inner + f"--{boundary}--\r\n".encode()

    def _done(self, part: Part, references: dict[str, Link]) -> Answer:
        if part.request.url.split("?")[0].endswith("/$batch"):
            raise Refusal(BAD_REQUEST, "A batch cannot contain another batch.")
        answer = self.do(part.request, references)
        if part.content_id is not None and answer.made is not None:
            references[f"${part.content_id}"] = answer.made
        return answer

    def _part(self, answer: Answer, content_id: str | None = None) -> bytes:
        body, lines = answer.body, ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
        if content_id is not None:
            lines.append(f"Content-ID: {content_id}")
        lines += ["", f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        if answer.content is not None:
            lines.append(f"Content-Type: {answer.content_type or JSON_TYPE}")
        lines += [f"{name}: {value}" for name, value in answer.headers.items() if name != "Content-Type"]
        lines += [f"REQ_ID: {self.org.new_id()}", "OData-Version: 4.0", "", ""]
        return "\r\n".join(lines).encode() + body + b"\r\n"

    def _whole(self, status: int, parts: list[bytes]) -> Answer:
        body = b"".join(f"--{self.boundary}\r\n".encode() + part for part in parts)
        shown = f'"{self.boundary}"' if self.org.dice.random() < 0.5 else self.boundary  # the service does either
        headers = {"Content-Type": f"multipart/mixed; boundary={shown}"}
        return Answer(status, body + f"--{self.boundary}--\r\n".encode(), headers)
