"""A JSON list of calls on stdin and a function app's folder → what `azure-functions-runtime` makes of them, as JSON.

Runs under Python 3.13 in `.venv-313`, in a process of its own per app: the library keeps its state in globals.
The host's messages are plain classes here: the library takes their classes as an argument and asks for no protobuf.
"""

import asyncio
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class Message(SimpleNamespace):
    """Stands for any message of the host's protocol; what was not set reads as None."""

    def __getattr__(self, name: str) -> Any:
        return None


class TypedData(SimpleNamespace):
    """One value and its kind, as protobuf's `oneof` tells it."""

    def WhichOneof(self, _group: str) -> str | None:
        return next(iter(vars(self)), None)


class ParameterBinding(TypedData):
    """A named input or output."""

    def WhichOneof(self, _group: str) -> str:
        return "data"


class StatusResult(Message):
    """Whether a request went well."""

    Failure, Success = 0, 1


class BindingInfo(Message):
    """A binding, and the enumerations that the library compares with."""

    in_, out, inout = 0, 1, 2
    undefined, string, binary, stream = 0, 1, 2, 3

    class Direction:
        """By number."""

    class DataType:
        """By number."""


class RpcHttpCookie(Message):
    """A cookie beside the headers."""

    SameSite = SimpleNamespace(**{"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3})


PROTOS = SimpleNamespace(
    TypedData=TypedData,
    ParameterBinding=ParameterBinding,
    StatusResult=StatusResult,
    BindingInfo=BindingInfo,
    RpcHttpCookie=RpcHttpCookie,
    **dict.fromkeys(
        (
            "FunctionLoadResponse", "FunctionMetadataResponse", "InvocationResponse", "NullableBool", "NullableDouble",
            "NullableString", "NullableTimestamp", "RpcException", "RpcFunctionMetadata", "RpcHttp",
            "RpcRetryOptions", "WorkerInitResponse", "WorkerMetadata",
        ),
        Message,
    ),
)  # fmt: skip


def http(*, method: str, url: str, headers: dict[str, str], route: dict[str, str], body: str) -> TypedData:
    """An HTTP request as the host sends it to the worker."""
    data = TypedData(bytes=body.encode())
    return TypedData(http=Message(method=method, url=url, headers=headers, params=route, query={}, body=data))


def typed(values: dict[str, Any]) -> dict[str, TypedData]:
    """Trigger metadata: text as text, all else as JSON."""
    return {
        name: TypedData(string=value) if isinstance(value, str) else TypedData(json=json.dumps(value))
        for name, value in values.items()
    }


def read(value: Any) -> Any:
    """A returned value in JSON's words."""
    if value is None:
        return None
    kind = value.WhichOneof("data")
    if kind == "http":
        body = read(value.http.body)
        return {"status": int(value.http.status_code), "headers": value.http.headers, "body": body}
    content = getattr(value, kind)
    return content.decode() if isinstance(content, bytes) else content


async def call(functions: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Invoke one function."""
    from azure_functions_runtime import invocation_request

    function = functions[asked["function"]]
    name = next(name for name, binding in function.bindings.items() if binding.type.endswith("Trigger"))
    if "http" in asked:
        data = http(**asked["http"])
    elif "body" in asked:
        data = TypedData(bytes=asked["body"].encode()) if asked["binary"] else TypedData(string=asked["body"])
    else:
        data = TypedData(json=json.dumps({"Schedule": {}, "ScheduleStatus": None, "IsPastDue": False}))
    request = Message(
        invocation_id="1",
        function_id=function.function_id,
        input_data=[ParameterBinding(name=name, data=data)],
        trigger_metadata=typed(asked.get("metadata", {})),
        trace_context=Message(),
        retry_context=Message(),
    )
    answer = await invocation_request(Message(request=Message(invocation_request=request)))
    if answer.result.status == StatusResult.Failure:
        return {"failed": answer.result.exception.message}
    return {"returned": read(answer.return_value)}


async def main(folder: Path) -> dict[str, Any]:
    """Index the app, then make the calls."""
    from azure_functions_runtime import functions_metadata_request, worker_init_request

    sys.path.insert(0, str(folder))
    init = Message(capabilities={}, function_app_directory=str(folder))
    properties = {"host": "127.0.0.1", "protos": PROTOS}
    started = await worker_init_request(Message(request=Message(worker_init_request=init), properties=properties))
    if started.result.status == StatusResult.Failure:
        return {"refused": started.result.exception.message}
    metadata = await functions_metadata_request(Message())
    functions = {one.name: one for one in metadata.function_metadata_results}
    return {
        "functions": sorted(functions),
        "answers": [await call(functions, asked) for asked in json.loads(sys.stdin.read() or "[]")],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]).resolve()))))
