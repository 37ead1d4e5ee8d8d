"""Makes azure-core prepare the parts of a transaction, and look through those of its answer, one after another.

By itself it starts a pool of threads for each of those lists, a dozen threads per transaction, to write a few header
lines. In a busy process every new thread waits for the interpreter's lock, and a third of the road's time went into
that (docs/why.md). What is done stays the same, only in order. `tests/clients/test_tables.py` notices when a newer
azure-core no longer listens.
"""

from typing import Any


def in_order() -> None:
    """For this process; a second time changes nothing."""
    from azure.core.pipeline import Pipeline
    from azure.core.rest import _http_response_impl

    Pipeline._prepare_multipart_mixed_request = staticmethod(_prepare)  # type: ignore[method-assign]
    _http_response_impl._parts_helper = _parts  # type: ignore[attr-defined]


def _prepare(request: Any) -> None:
    """Each part through the policies that were given for parts; a change set's own parts first."""
    from azure.core.pipeline import PipelineContext, PipelineRequest

    if not request.multipart_mixed_info:
        return
    parts, policies, _, options = request.multipart_mixed_info
    for part in parts:
        _prepare(part)
        prepared = PipelineRequest(part, PipelineContext(None, **options))
        for policy in policies:
            policy.on_request(prepared)


def _parts(response: Any) -> Any:
    """The parts of an answer, after the same policies."""
    from azure.core.pipeline import PipelineContext, PipelineRequest, PipelineResponse

    parts = response._get_raw_parts()
    for part in parts:
        context: PipelineContext = PipelineContext(None)
        request = PipelineRequest(part.request, context)
        for policy in (response.request.multipart_mixed_info or ((), ()))[1]:
            policy.on_response(request, PipelineResponse(part.request, part, context))
    return parts
