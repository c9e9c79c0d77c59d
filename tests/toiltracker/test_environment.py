"""A setting that cannot be used is refused with one sentence that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toiltracker.installation import PROJECT
from toiltracker import environment
from toiltracker.broker import LONGEST_SOCKET_PATH, celery_address, private_socket

KEY = "a-key-of-at-least-thirty-two-characters"
UNUSABLE = [
    ({"PORT": "http"}, "PORT must be a whole number from 1 to 65535, not “http”."),
    ({"PORT": "65536"}, "PORT must be a whole number from 1 to 65535, not “65536”."),
    ({"DEBUG": "maybe"}, "DEBUG must be 1 or 0, not “maybe”."),
    ({"MAX_UPLOAD": "much"}, "MAX_UPLOAD must be a size such as 50M or 1G, not “much”."),
    (
        {"BASE_URL": "toil.example.com"},
        "BASE_URL must be an address such as https://toil.example.com without a path, not “toil.example.com”.",
    ),
    (
        {"DATABASE_URL": "mysql://db/toil", "SECRET_KEY": KEY},
        "DATABASE_URL must be a PostgreSQL address such as postgres://user:password@host:5432/toiltracker.",
    ),
    (
        {"DATABASE_URL": "postgres://db", "SECRET_KEY": KEY},
        "DATABASE_URL must name a database, as in postgres://user:password@host:5432/toiltracker.",
    ),
    (
        {"DATABASE_URL": "postgres://db/toil"},
        "SECRET_KEY is required with DATABASE_URL, and must be the same on every machine.",
    ),
    ({"SECRET_KEY": "short"}, "SECRET_KEY must be at least 32 characters long."),
    (
        {"REDIS_URL": "localhost:6379"},
        "REDIS_URL must be an address such as redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/socket.",
    ),
    (
        {"EMAIL_URL": "mail.example.com"},
        "EMAIL_URL must be a mail server's address such as smtp+tls://user:password@mail.example.com:587.",
    ),
    (
        {"EMAIL_FROM": "toil at example.com"},
        "EMAIL_FROM must be one address such as Toil Tracker <toil@example.com>, not “toil at example.com”.",
    ),
    (
        {"OUTGOING_NETWORKS": "10.0.0.0/8, intranet"},
        "OUTGOING_NETWORKS must be networks such as 10.0.0.0/8,192.0.2.7, and “intranet” is none.",
    ),
    (
        {"EMAIL_FROM": "Toil <a@b.org>, c@d.org"},
        "EMAIL_FROM must be one address such as Toil Tracker <toil@example.com>, not “Toil <a@b.org>, c@d.org”.",
    ),
    (
        {"DATA_DIR": "/proc/toiltracker"},
        "DATA_DIR must be a folder that can be made, but /proc/toiltracker cannot: No such file or directory.",
    ),
]


def settings_with(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a program of their own."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    code = "from toiltracker import settings; print(settings.BASE_URL, settings.DEMO, settings.ALLOWED_HOSTS)"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={**kept, "DATA_DIR": str(folder), **given},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("given", "sentence"), UNUSABLE, ids=[" ".join(given) for given, _ in UNUSABLE])
def test_an_unusable_value_ends_the_program_with_one_sentence(tmp_path: Path, given: dict[str, str], sentence: str):
    ended = settings_with(tmp_path, **given)

    assert ended.returncode == 1
    assert ended.stderr == sentence + "\n"
    assert ended.stdout == ""


def test_without_any_setting_it_serves_this_machine_alone_with_sample_data(tmp_path: Path):
    ended = settings_with(tmp_path)

    assert ended.stdout == "http://127.0.0.1:8000 True ['localhost', '127.0.0.1', '[::1]']\n"


def test_there_is_no_sample_data_where_others_can_reach_it(tmp_path: Path):
    ended = settings_with(tmp_path, HOST="0.0.0.0", BASE_URL="https://toil.example.com/")

    assert ended.stdout.startswith("https://toil.example.com False ")
    assert "'toil.example.com'" in ended.stdout


def test_the_secret_key_is_made_once(tmp_path: Path):
    first = environment.secret_key("NO_SUCH_SETTING", tmp_path, is_required=False)
    second = environment.secret_key("NO_SUCH_SETTING", tmp_path, is_required=False)

    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret_key"]


@pytest.mark.parametrize(("given", "size"), [("7", 7), ("50M", 50 * 1024**2), ("1 GB", 1024**3), ("2k", 2048)])
def test_sizes_have_units(monkeypatch: pytest.MonkeyPatch, given: str, size: int):
    monkeypatch.setenv("MAX_UPLOAD", given)

    assert environment.size("MAX_UPLOAD", "1M") == size


def test_a_mail_server_has_its_usual_port(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+ssl://me:p%40ss@mail.example.com")

    server = environment.mail("EMAIL_URL")

    assert server is not None
    assert (server["EMAIL_HOST"], server["EMAIL_PORT"], server["EMAIL_USE_SSL"]) == ("mail.example.com", 465, True)
    assert (server["EMAIL_HOST_USER"], server["EMAIL_HOST_PASSWORD"]) == ("me", "p@ss")


def test_a_socket_whose_path_is_too_long_for_the_kernel_is_put_elsewhere(tmp_path: Path):
    deep = tmp_path / ("d" * LONGEST_SOCKET_PATH)

    short, long = private_socket(Path("/srv/toil")), private_socket(deep)

    assert short == Path("/srv/toil/valkey.sock")
    assert len(str(long)) <= LONGEST_SOCKET_PATH
    assert long == private_socket(deep) != private_socket(tmp_path / ("e" * LONGEST_SOCKET_PATH))


@pytest.mark.parametrize(
    ("redis", "celery"),
    [
        ("redis://cache:6379/2", "redis://cache:6379/2"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
    ],
)
def test_celery_gets_the_same_server_in_its_own_words(redis: str, celery: str):
    assert celery_address(redis) == celery
