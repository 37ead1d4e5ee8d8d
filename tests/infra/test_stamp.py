"""The page that is deployed has its tenant, its commit, and nothing that does not belong to it."""

import json
from pathlib import Path

import pytest

from infra.tools.stamp import MARK, ROOT, StampError, stamp

TENANT = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<p>Hunter</p>")
    (folder / "staticwebapp.config.json").write_text(json.dumps({"issuer": f"https://login.example/{MARK}/v2.0"}))
    return folder


def test_the_tree_as_it_is_can_be_stamped(tmp_path: Path) -> None:
    stamp(ROOT / "static-ui", tmp_path / "dist", tenant=TENANT.upper(), commit="0123abc")
    config = json.loads((tmp_path / "dist/staticwebapp.config.json").read_text())
    issuer = config["auth"]["identityProviders"]["azureActiveDirectory"]["registration"]["openIdIssuer"]
    assert issuer == f"https://login.microsoftonline.com/{TENANT}/v2.0"
    assert json.loads((tmp_path / "dist/release.json").read_text()) == {"commit": "0123abc"}
    assert (tmp_path / "dist/index.html").read_bytes() == (ROOT / "static-ui/index.html").read_bytes()
    assert not list((tmp_path / "dist").rglob("tsconfig.json"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.md", "text", "does not belong"),
        ("app.js~", "text", "does not belong"),
        ("app.js", f"const tenant = '{MARK}';", "still holds"),
        ("staticwebapp.config.json", "{}", "0 times"),
        ("staticwebapp.config.json", f'["{MARK}", "{MARK}"]', "2 times"),
    ],
)
def test_leftovers_are_refused_and_nothing_is_left_to_deploy(page: Path, name: str, content: str, said: str) -> None:
    (page / name).write_text(content)
    with pytest.raises(StampError, match=said):
        stamp(page, page.parent / "dist", tenant=TENANT, commit="0123abc")
    assert not (page.parent / "dist").exists()


@pytest.mark.parametrize(("tenant", "commit"), [("contoso", "0123abc"), (TENANT, "main")])
def test_what_is_no_tenant_or_no_commit_is_refused(page: Path, tenant: str, commit: str) -> None:
    with pytest.raises(StampError):
        stamp(page, page.parent / "dist", tenant=tenant, commit=commit)


def test_an_earlier_copy_leaves_nothing_behind(page: Path) -> None:
    target = page.parent / "dist"
    target.mkdir()
    (target / "old.js").write_text("old")
    stamp(page, target, tenant=TENANT, commit="0123abc")
    assert sorted(file.name for file in target.iterdir()) == ["index.html", "release.json", "staticwebapp.config.json"]
