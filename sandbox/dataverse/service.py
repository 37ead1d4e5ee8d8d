"""One request as one user goes in; the organisation does it in a transaction; one answer comes out, or a refusal."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.dataverse.actions import UNBOUND, bound, unbound
from sandbox.dataverse.batch import Batch
from sandbox.dataverse.customising import customise
from sandbox.dataverse.entity_sets import EntitySets
from sandbox.dataverse.errors import BAD_REQUEST, NO_SUCH_SEGMENT, NOT_IMPLEMENTED, Refusal
from sandbox.dataverse.exchange import Answer, Request, SpoiledPart, refused
from sandbox.dataverse.keys import advance
from sandbox.dataverse.metadata import Metadata
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.resource import api_path, segments
from sandbox.dataverse.rows import Link
from sandbox.dataverse.wish import wish_of
from sandbox.dataverse.write import Writer

PartFault = Callable[[Request], Answer | None]


@dataclass(slots=True)
class Service:
    """The Web API of one organisation.

    `key_delay` is how long an alternate key's index takes to build; `stale` how long metadata reads without
    `Consistency: Strong` do not see a new column (both in seconds); `part_fault` may spoil a part of a batch.
    """

    org: Organisation
    key_delay: float = 0.0
    stale: float = 0.0
    part_fault: PartFault = lambda _request: None

    def answer(self, request: Request, user: str) -> Answer:
        """Does a request of that systemuser; a refusal undoes what it began."""
        advance(self.org)
        try:
            path, _ = self._divided(request, {})
            if path == "$batch" and request.method == "POST":
                return Batch(self.org, lambda part, references: self._part(part, user, references)).answer(request)
            with self.org.rows.transaction():
                return self._do(request, user, {})
        except Refusal as refusal:
            return refused(refusal)

    def is_customisation(self, request: Request) -> bool:
        """True for metadata writes, of which only one may run at a time."""
        path = api_path(request.url) or ""
        return request.method != "GET" and path.startswith(("EntityDefinitions", "Publish", "RelationshipDefinitions"))

    def _part(self, request: Request, user: str, references: dict[str, Link]) -> Answer:
        spoiled = self.part_fault(request)
        if spoiled is None:
            return self._do(request, user, references)
        raise SpoiledPart(spoiled)

    def _do(self, request: Request, user: str, references: dict[str, Link]) -> Answer:
        path, query = self._divided(request, references)
        steps = segments(path)
        if not steps:
            names = [{"name": name, "kind": "EntitySet", "url": name} for name in self.org.schema.sets]
            return Answer(200, {"@odata.context": f"{self.org.api}$metadata", "value": names})
        first = steps[0].name
        unchecked = request.headers.get("mscrm.suppressduplicatedetection", "true").lower() != "false"
        writer = Writer(self.org, user, references, check_duplicates=not unchecked)
        if first == "EntityDefinitions":
            if request.method != "GET":
                return customise(self.org, request, steps, key_delay=self.key_delay)
            strong = request.headers.get("consistency", "").lower() == "strong"
            seen_until = self.org.now() - (0.0 if strong else self.stale)
            return Answer(200, Metadata(self.org, seen_until).get(steps, wish_of(query, request.prefer)))
        if first in UNBOUND:
            return unbound(writer, request, steps[0], query, key_delay=self.key_delay)
        if first in ("$metadata", "RelationshipDefinitions", "GlobalOptionSetDefinitions"):
            raise Refusal(NOT_IMPLEMENTED, f"This sandbox has no '{first}'.")
        if first not in self.org.schema.sets:
            raise Refusal(NO_SUCH_SEGMENT, f"Resource not found for the segment '{first}'.")
        return bound(writer, request, steps) or EntitySets(self.org, writer).answer(request, steps, query)

    def _divided(self, request: Request, references: dict[str, Link]) -> tuple[str, str]:
        path, _, query = request.url.partition("?")
        relative = api_path(path)
        if relative is None and not path.startswith(("/", "http:", "https:")):
            relative = path  # relative to the batch's own address
        if relative is None:
            raise Refusal(NO_SUCH_SEGMENT, f"Resource not found for '{path}'.")
        if relative.startswith("$") and relative[1:2].isdigit():
            name, slash, rest = relative.partition("/")
            if name not in references:
                raise Refusal(BAD_REQUEST, f"Content-ID Reference: '{name}' does not exist in the batch context.")
            link = references[name]
            relative = f"{self.org.schema.tables[link.table].entity_set}({link.id}){slash}{rest}"
        return relative, query
