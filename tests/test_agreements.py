"""What several files must agree on: who imports whom, the settings, the queues and tables, the codes."""

import ast
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from shared.causes import CAUSES, explain, particulars_of
from shared.clients.tables import TABLES
from shared.codes import FAILURES, PROBLEMS
from shared.messages import QUEUES
from shared.setting_list import examples
from shared.settings import read_settings

ROOT = Path(__file__).parent.parent
OURS = ("functions", "shared", "operate", "sandbox", "tests", "infra", "function_app")

MAY_IMPORT = {
    "function_app.py": ("functions", "shared.connections", "shared.settings"),
    "functions": ("shared",),
    "shared/rules": ("shared.rules", "shared.causes", "shared.errors", "shared.messages"),
    "shared/clients": ("shared.clients", "shared.rules", "shared.causes", "shared.errors", "shared.messages"),
    "shared/doors": ("shared",),
    "shared/runs": ("shared",),
    "shared/pushing": ("shared",),
    "shared/export": ("shared.doors", "shared.export", "shared.rules"),
    "shared/settings.py": ("shared.setting_list", "shared.setting_fields"),
    "shared/setting_list.py": ("shared.setting_fields", "shared.setting_types"),
    "shared/setting_types.py": ("shared.setting_fields",),
    "shared/setting_fields.py": (),
    "shared/errors.py": ("shared.causes",),
    "shared/causes.py": (),
    "shared/codes.py": (),
    "shared/messages.py": ("shared.errors",),
    "shared/connections.py": ("shared.settings", "shared.setting_list", "shared.clients", "shared.rules"),
    "operate": ("shared", "operate", "functions"),
}
"""Room or file, and the prefixes of our own modules that it may import."""

FORBIDDEN_OUTSIDE = {
    "functions": ("requests", "azure.servicebus", "azure.data", "azure.identity", "msal", "os"),
    "shared/rules": ("requests", "azure", "msal", "logging", "os", "socket", "dns"),
    "shared/doors": ("requests", "azure.servicebus", "azure.data", "azure.identity", "msal", "os"),
}


def _files(room: str) -> list[Path]:
    path = ROOT / room
    return [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))


def _imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _files(room)
        for name in _imports(path)
        if name.split(".")[0] in OURS and not name.startswith(MAY_IMPORT[room])
    ]
    assert wrong == []


@pytest.mark.parametrize("room", FORBIDDEN_OUTSIDE)
def test_a_room_leaves_the_outside_world_to_the_clients(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _files(room)
        for name in _imports(path)
        for forbidden in FORBIDDEN_OUTSIDE[room]
        if (name == forbidden or name.startswith(f"{forbidden}.")) and name != "azure.functions"
    ]
    assert wrong == []


def test_no_step_imports_another_step() -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path in _files("functions")
        for name in _imports(path)
        if name.startswith("functions")
    ]
    assert wrong == []


def test_neither_functions_nor_shared_knows_the_sandbox() -> None:
    mentions = [path.name for room in ("functions", "shared") for path in _files(room) if "sandbox" in _code_of(path)]
    assert mentions == []


def _code_of(path: Path) -> str:
    return ast.unparse(ast.parse(path.read_text(encoding="utf-8"))).lower().replace("'.sandbox/token-cache.json'", "")


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for room in ("functions", "shared", "operate")
        for path in _files(room)
        if "os.environ" in path.read_text(encoding="utf-8")
    ]
    assert sorted(readers) == ["operate/__main__.py", "shared/connections.py"]


def _example() -> dict[str, str]:
    values: dict[str, str] = json.loads((ROOT / "local.settings.example.json").read_text(encoding="utf-8"))["Values"]
    return values


def test_the_example_file_lists_every_setting_and_no_other() -> None:
    platform = {"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "PYTHON_THREADPOOL_THREAD_COUNT"}
    assert set(_example()) - platform == set(examples())


def test_the_example_file_works_as_it_stands() -> None:
    assert read_settings(_example()).environment == "Development"


def test_the_contract_names_these_queues_and_tables() -> None:
    assert QUEUES == ("referrals", "scans", "scores", "pushes", "runs")
    assert TABLES == ("leads", "raw", "evidence", "runs", "failures", "gates", "ledger", "state")


def test_every_code_that_the_product_raises_is_in_the_registry() -> None:
    unknown = []
    for room in ("functions", "shared"):
        for path in _files(room):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                place = 1 if name == "Problem" else 0
                if (
                    name not in ("TransientError", "PermanentError", "HunterError", "GateClosed", "Problem")
                    or len(node.args) <= place
                ):
                    continue
                code = node.args[place]
                known = PROBLEMS if name == "Problem" else FAILURES
                if isinstance(code, ast.Constant) and code.value not in known:
                    unknown.append(f"{path.name}: {code.value}")
    assert unknown == []


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for room in ("functions", "shared"):
        for path in _files(room):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield path.name, node


def test_every_cause_that_an_error_names_is_registered_and_given_its_particulars() -> None:
    wrong = []
    for file, node in _calls():
        given = {one.arg: one.value for one in node.keywords}
        why = given.get("why")
        if not str(getattr(node.func, "id", "")).endswith("Error") or not isinstance(why, ast.Constant):
            continue
        if why.value not in CAUSES or (None not in given and not particulars_of(why.value) <= given.keys()):
            wrong.append(f"{file}: {why.value}")
    assert wrong == []


def test_every_registered_cause_is_named_somewhere() -> None:
    paths = [path for room in ("functions", "shared", "operate") for path in _files(room) if path.name != "causes.py"]
    code = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert [why for why in CAUSES if f'"{why}"' not in code] == []


def test_a_cause_is_a_sentence_that_names_field_problem_and_fix() -> None:
    assert explain("id_too_long", {"field": "id", "most": 9}) == {
        "problem": "it is longer than 9 characters",
        "fix": "give the id that Partner Center gave",
        "text": "id: it is longer than 9 characters; give the id that Partner Center gave.",
    }
    assert explain("pc_answered", {"status": 500})["text"] == "Partner Center answered 500."


@pytest.mark.parametrize("room", ["shared", "shared/rules", "shared/clients", "sandbox"])
def test_the_map_in_a_rooms_docstring_names_every_file_and_nothing_else(room: str) -> None:
    """Each line of a map is a subject, two spaces or more, and the names that belong to it."""
    text = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    names = [name for line in text.splitlines() if "  " in line for name in line.split("  ", 1)[1].split()]
    things = {path.stem for path in (ROOT / room).iterdir() if path.suffix == ".py" or path.is_dir()}
    things -= {"__init__", "__main__", "__pycache__", "node_modules"}
    unnamed = [one for one in sorted(things) if not any(fnmatchcase(one, name) for name in names)]
    assert unnamed == [], f"put them on the map in {room}/__init__.py"
    assert [name for name in names if not any(fnmatchcase(one, name) for one in things)] == []
