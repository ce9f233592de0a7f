"""A real WordPress on this machine, installed anew in a passing directory: the sources and PHP of the system, MariaDB.

Debian: `apt-get install --no-install-recommends wordpress wordpress-l10n wordpress-theme-twentytwentythree php-cli
php-mysql php-mbstring php-xml mariadb-server`. Nothing of the system is changed, and all of it listens to this machine.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

__all__ = ["OWNER", "PASSWORD", "WordPress", "missing", "wordpress"]

OWNER, PASSWORD = "owner", "owner-for-the-test-1"
_SOURCES = Path("/usr/share/wordpress")
_LANGUAGES = Path("/var/lib/wordpress/wp-content/languages")
_PROGRAMS = ("php", "mariadbd", "mariadb-install-db")
_PATIENCE = 90.0
"""Seconds for a start: an installation takes ten on a busy machine."""

_WORKERS = 4
"""Requests that PHP answers at once: a page of the editor makes several, and some make one of their own."""

_CONFIGURATION = """<?php
define('DB_NAME', 'blog'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('AUTH_KEY', 'a'); define('SECURE_AUTH_KEY', 'b'); define('LOGGED_IN_KEY', 'c'); define('NONCE_KEY', 'd');
define('AUTH_SALT', 'e'); define('SECURE_AUTH_SALT', 'f'); define('LOGGED_IN_SALT', 'g'); define('NONCE_SALT', 'h');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('WP_AUTO_UPDATE_CORE', false);
define('WP_HOME', '{address}'); define('WP_SITEURL', '{address}');
define('WPLANG', 'ja'); define('FS_METHOD', 'direct');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
_INSTALLATION = """
define('WP_INSTALLING', true);
require 'wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('PCのつぶやき', '{owner}', 'owner@blog.example', true, '', '{password}', 'ja');
update_option('permalink_structure', '/%postname%/'); flush_rewrite_rules();
"""


class WordPress:
    """A running blog at `address`, its files in `folder`."""

    def __init__(self, folder: Path, address: str) -> None:
        self.address = address
        self.folder = folder

    def php(self, code: str, *, load: bool = True) -> str:
        """Run PHP code within WordPress, as its owner, and return what it prints."""
        begin = f"require 'wp-load.php'; wp_set_current_user(get_user_by('login', '{OWNER}')->ID);" if load else ""
        done = subprocess.run(
            ["env", f"HTTP_HOST={self.address[7:]}", "php", "-d", "display_errors=stderr", "-r", begin + code],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        assert done.returncode == 0, done.stderr[-500:]
        return done.stdout

    def add(self, title: str, content: str, **fields: str) -> int:
        """Publish a post and return its number."""
        values = {"post_title": title, "post_content": content, "post_status": "publish", **fields}
        return int(self.php(f"echo wp_insert_post({_array(values)}, false);"))

    def edit(self, number: int, **fields: str) -> None:
        """Change fields of a post."""
        self.php(f"wp_update_post({_array({'ID': str(number), **fields})});")

    def trash(self, number: int) -> None:
        """Put a post into the trash."""
        self.php(f"wp_trash_post({number});")


def missing() -> str:
    """Return what of a WordPress this machine does not have, "" where everything is there."""
    names = [name for name in _PROGRAMS if shutil.which(name) is None]
    return ", ".join([*names, *([] if (_SOURCES / "wp-load.php").is_file() else ["wordpress"])])


@contextmanager
def wordpress(folder: Path) -> Iterator[WordPress]:
    """Install a blog in an empty directory and run it while the block runs."""
    with _database(folder) as place, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        site = folder / "site"
        shutil.copytree(_SOURCES, site, ignore=shutil.ignore_patterns("languages"))
        (site / "wp-content" / "languages").mkdir()
        for file in _LANGUAGES.glob("*ja.*"):
            shutil.copy(file, site / "wp-content" / "languages")
        blog = WordPress(site, f"http://127.0.0.1:{port}")
        (site / "wp-config.php").write_text(_CONFIGURATION.format(socket=place, address=blog.address), "utf-8")
        blog.php(_INSTALLATION.format(owner=OWNER, password=PASSWORD), load=False)
        command = ["php", "-d", "display_errors=stderr", "-S", f"127.0.0.1:{port}", "-t", str(site)]
        with _process(["env", f"PHP_CLI_SERVER_WORKERS={_WORKERS}", *command], folder) as process:
            _until(lambda: _answers(blog.address), process)
            yield blog


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    data, place = folder / "database", folder / "s"
    assert len(str(place)) < 100, "a socket's path must be short"
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
        timeout=_PATIENCE,
    )
    user = ["--user=root"] if os.getuid() == 0 else []
    command = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={place}", "--skip-networking", *user]
    with _process(command, folder) as process:
        _until(place.exists, process)
        code = f"$db = new mysqli('localhost', 'root', '', '', 0, '{place}'); $db->query('CREATE DATABASE blog');"
        subprocess.run(["php", "-r", code], check=True, timeout=_PATIENCE)
        yield place


@contextmanager
def _process(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (
        (folder / f"{Path(command[0]).name}.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True) as process,
    ):
        try:
            yield process
        finally:
            # PHP does not end its workers: the whole group is told.
            os.killpg(process.pid, signal.SIGTERM)


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if ready():
            return
        time.sleep(0.1)
    raise AssertionError(f"{process.args!r} did not start")


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/wp-login.php", timeout=30).is_success
    except httpx.HTTPError:
        return False


def _array(values: dict[str, str]) -> str:
    """Return a PHP array of strings."""
    quoted = (value.replace("\\", "\\\\").replace("'", "\\'") for value in values.values())
    return "[" + ", ".join(f"'{name}' => '{value}'" for name, value in zip(values, quoted, strict=True)) + "]"
