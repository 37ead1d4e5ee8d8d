"""What the host and the Python worker refuse to load, and that one bad function takes the whole app down."""

from collections.abc import Callable
from typing import Any, List  # noqa: UP035 - the worker takes typing.List but not list[...]

import azure.functions as func
import pytest

from sandbox.host.host_json import HostJsonError, read_host_json
from sandbox.host.index import IndexingError, import_app, index


def app_with(call: Callable[..., Any], *, name: str = "step", route: str | None = None) -> func.FunctionApp:
    app = func.FunctionApp()
    if route:
        app.function_name(name)(app.route(route=route)(call))
    else:
        trigger = app.service_bus_queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="ServiceBus")
        app.function_name(name)(trigger(call))
    return app


def good(message: func.ServiceBusMessage) -> None: ...
def with_context(message: func.ServiceBusMessage, context: func.Context) -> None: ...
def unannotated(message): ...
def many(message: List[func.ServiceBusMessage]) -> None: ...  # noqa: UP006
def wrong_parameter(msg: func.ServiceBusMessage) -> None: ...
def extra_parameter(message: func.ServiceBusMessage, more: str) -> None: ...
def wrong_annotation(message: func.HttpRequest) -> None: ...
def new_generic(message: list[func.ServiceBusMessage]) -> None: ...
def wrong_context(message: func.ServiceBusMessage, context: str) -> None: ...
def answers_dict(req: func.HttpRequest) -> dict[str, str]: ...
def answers_text(req: func.HttpRequest) -> str: ...


@pytest.mark.parametrize("call", [good, with_context, unannotated, many])
def test_function_is_loaded(call: Callable[..., Any]) -> None:
    functions = index(app_with(call), {"QUEUE": "referrals"})
    assert [(one.name, one.trigger["queueName"], one.disabled) for one in functions] == [("step", "referrals", False)]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (wrong_parameter, "declared in Python but not in"),
        (extra_parameter, "declared in Python but not in"),
        (wrong_annotation, "does not match its Python"),
        (new_generic, "invalid non-type annotation"),
        (wrong_context, "context"),
    ],
)
def test_function_whose_signature_does_not_fit_is_refused(call: Callable[..., Any], reason: str) -> None:
    with pytest.raises(IndexingError, match=reason):
        index(app_with(call), {"QUEUE": "referrals"})


def test_answer_type_is_checked() -> None:
    assert index(app_with(answers_text, route="x"), {})
    with pytest.raises(IndexingError, match="return annotation"):
        index(app_with(answers_dict, route="x"), {})


@pytest.mark.parametrize("name", ["1st", "host", "Host", "with space", "a" * 129])
def test_function_name_is_checked(name: str) -> None:
    with pytest.raises(IndexingError, match="function name"):
        index(app_with(good, name=name), {"QUEUE": "referrals"})


def test_names_that_differ_by_case_are_one_name() -> None:
    app = app_with(good)
    app.function_name("STEP")(app.route(route="x")(answers_text))
    with pytest.raises(IndexingError, match="one name"):
        index(app, {"QUEUE": "referrals"})


def test_setting_that_a_binding_names_must_exist() -> None:
    with pytest.raises(IndexingError, match="'%QUEUE%' does not resolve"):
        index(app_with(good), {})


def test_setting_switches_a_function_off() -> None:
    functions = index(app_with(good), {"QUEUE": "q", "AzureWebJobs.step.Disabled": "true"})
    assert functions[0].disabled


def test_app_that_cannot_be_imported_says_why(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(IndexingError, match=r"function_app\.py is missing"):
        import_app(tmp_path)
    (tmp_path / "function_app.py").write_text("import nothing_of_this_name")
    monkeypatch.delitem(__import__("sys").modules, "function_app", raising=False)
    with pytest.raises(IndexingError, match="nothing_of_this_name"):
        import_app(tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "missing"),
        ("{", "not JSON"),
        ("{}", "version"),
        ('{"version": "2.0", "functionTimeout": "5m"}', "hh:mm:ss"),
    ],
)
def test_host_json_must_be_right(tmp_path: Any, text: str | None, reason: str) -> None:
    if text is not None:
        (tmp_path / "host.json").write_text(text)
    with pytest.raises(HostJsonError, match=reason):
        read_host_json(tmp_path, {})


def test_old_settings_of_extension_4_are_ignored_and_overrides_count(tmp_path: Any) -> None:
    old = '{"version": "2.0", "extensions": {"serviceBus": {"messageHandlerOptions": {"maxConcurrentCalls": 1}}}}'
    (tmp_path / "host.json").write_text(old)
    assert read_host_json(tmp_path, {}).max_concurrent_calls > 1
    override = {"AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls": "1"}
    assert read_host_json(tmp_path, override).max_concurrent_calls == 1
