"""Arguments of `python -m sandbox`: what they ask for, and one sentence with exit code 2 when they are wrong."""

from pathlib import Path

import pytest

from sandbox.command_line import SERVICES, read_command_line


def test_everything_is_started_without_arguments() -> None:
    options = read_command_line([])
    assert options.services == set(SERVICES)
    assert (options.hosts, options.clock_offset, options.ports, options.json) == (1, 0, None, False)


def test_only_and_without_choose_services() -> None:
    assert read_command_line(["--only", "bus", "--only", "storage"]).services == {"bus", "storage"}
    assert read_command_line(["--without", "front"]).services == set(SERVICES) - {"front"}
    assert read_command_line(["--only", "bus", "--only", "dns", "--without", "dns"]).services == {"bus"}


def test_settings_are_set_and_unset() -> None:
    options = read_command_line(["--set", "A=b=c", "--set", "PARTNER_CENTER_ENABLED=", "--set", "A=d"])
    assert options.overrides == {"A": "d", "PARTNER_CENTER_ENABLED": ""}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--set", "NAME"], "is not NAME=VALUE"),
        (["--set", "=x"], "is not NAME=VALUE"),
        (["--only", "redis"], "invalid choice: 'redis'"),
        (["--hosts", "0"], "from 1 to 8"),
        (["--hosts", "two"], "from 1 to 8"),
        (["--ports", "70000"], "from 0 to 65000"),
        (["--lock-seconds", "0"], "from 0.5 to 300"),
        (["--clock-offset", "nan"], "is not a number"),
        (["--referrals", "missing.json"], "cannot be read"),
        (["--zone", "Makefile"], "is not JSON"),
        (["--app", "docs"], "holds no host.json"),
        (["--colour"], "unrecognized arguments"),
        (["--refer", "x"], "unrecognized arguments"),
        (["--only", "host", "--without", "host"], "nothing is left to start"),
    ],
)
def test_wrong_arguments_end_with_two_and_one_sentence(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_command_line(arguments)
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert reason in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "content", "reason"),
    [("--referrals", "{}", "not a JSON list"), ("--zone", "[]", "is no JSON object")],
)
def test_files_must_have_the_right_shape(
    option: str, content: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file.json"
    file.write_text(content)
    with pytest.raises(SystemExit):
        read_command_line([option, str(file)])
    assert reason in capsys.readouterr().err
