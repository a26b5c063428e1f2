"""`wenhuo import`, `wenhuo users` and `wenhuo keys` as a person at a terminal meets them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import build
from app.commands.imports import MOST_ERRORS_SHOWN, FileKind
from app.launcher.errors import LauncherError
from crm.imports.service import KINDS

CUSTOMERS = "客户编码,客户名称,等级,备用\nC1,甬晟家居,A,x\nC2,[red]申启[/red],B,y\n"


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of its own, with a terminal wide enough for whole lines."""
    monkeypatch.setenv("WENHUO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WENHUO_DATABASE_URL", "")
    monkeypatch.setenv("WENHUO_MODE", "demo")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)


def wenhuo(*arguments: str, typed: str = "") -> Result:
    result = CliRunner().invoke(build(), list(arguments), input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def file_with(folder: Path, table: str) -> str:
    (folder / "file.csv").write_text(table, encoding="utf-8")
    return str(folder / "file.csv")


def test_the_command_knows_every_kind() -> None:
    assert [kind.value for kind in FileKind] == list(KINDS)


def test_an_import_tells_its_counts_and_the_columns_it_did_not_use(tmp_path: Path) -> None:
    first = wenhuo("import", "customers", file_with(tmp_path, CUSTOMERS))
    assert first.exit_code == 0
    assert "共 2 行  新增 2  更新 0  未变 0  错误 0" in first.output
    assert "没有用到的列：备用" in first.output
    second = wenhuo("import", "customers", file_with(tmp_path, CUSTOMERS.replace("甬晟家居", "甬晟")))
    assert "新增 0  更新 1  未变 1  错误 0" in second.output


def test_errors_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    rows = "".join(f"C{number},客户,[bold]X\n" for number in range(MOST_ERRORS_SHOWN + 7))
    refused = wenhuo("import", "customers", file_with(tmp_path, "客户编码,客户名称,等级\n" + rows + "G1,好,A\n"))
    assert refused.exit_code == 1
    assert "不认识，可以写：A、B、C、D" in refused.output
    assert "[bold]X" in refused.output
    assert refused.output.count("[bold]X") == MOST_ERRORS_SHOWN
    assert "还有 7 个错误没有列出" in refused.output
    assert "没有写入任何数据：57 行有错" in refused.output
    kept = wenhuo("import", "customers", str(tmp_path / "file.csv"), "--keep-good")
    assert kept.exit_code == 0
    assert "新增 1  更新 0  未变 0  错误 57" in kept.output


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_read_is_one_line_and_no_traceback(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.xlsx").write_bytes(content)
    with pytest.raises(LauncherError, match=r"^bad\.xlsx：[^\n]+$"):
        wenhuo("import", "rates", str(tmp_path / "bad.xlsx"))


def test_accounts_are_made_listed_and_get_new_passwords() -> None:
    added = wenhuo("users", "add", "lin", "林小雨", "--role", "supervisor", "--password-stdin", typed="correct horse\n")
    assert added.exit_code == 0
    listed = wenhuo("users", "list").output
    assert "林小雨" in listed
    assert "supervisor" in listed
    assert "correct horse" not in added.output + listed
    assert wenhuo("users", "password", "lin", typed="battery staple\nbattery staple\n").exit_code == 0
    for arguments, typed, reason in (
        (("add", "lin", "又一个"), "correct horse\n", "already"),
        (("add", "wu", "吴"), "short\n", "at least 8"),
        (("add", "wu", "吴", "--department", "nowhere"), "correct horse\n", "no department nowhere"),
        (("password", "nobody"), "correct horse\n", "no account nobody"),
    ):
        with pytest.raises(LauncherError, match=reason):
            wenhuo("users", *arguments, "--password-stdin", typed=typed)


def test_keys_are_shown_once_listed_by_name_and_revoked() -> None:
    key = wenhuo("keys", "create", "shop", "--trusted").output.strip()
    assert key.startswith("wk_")
    listed = wenhuo("keys", "list").output
    assert "shop" in listed
    assert key not in listed
    assert "no longer works" in wenhuo("keys", "revoke", "shop").output
    with pytest.raises(LauncherError, match="no valid key"):
        wenhuo("keys", "revoke", "shop")
    with pytest.raises(LauncherError, match="take another name"):
        wenhuo("keys", "create", "shop")
