"""The embedded PostgreSQL and Redis: private, durable, and startable after any death."""

import os
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from dollarclub.entry.local import procfs
from dollarclub.entry.local.layout import LONGEST_SOCKET_FOLDER, Layout, UnsafeFolder, socket_folder
from dollarclub.entry.local.postgres import EmbeddedPostgres
from dollarclub.entry.local.redis import EmbeddedRedis


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres", password="it's a p@ss/word", fast=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    redis_server = EmbeddedRedis(tmp_path / "redis", password="p@ss/wörd")
    redis_server.start()
    yield redis_server
    redis_server.stop()


def ask(url: str, statement: str) -> object:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def kill_all(pids: list[int]) -> None:
    procfs.send(pids, signal.SIGKILL)


def test_postgres_takes_the_password_and_nothing_else(postgres: EmbeddedPostgres) -> None:
    assert ask(postgres.url, "SELECT current_database()") == "dollarclub"
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(postgres.url_of("postgres").replace("word@", "other@", 1))
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(f"postgresql://dollarclub@/dollarclub?host={postgres.sockets}")


def test_postgres_listens_on_no_network_address(postgres: EmbeddedPostgres) -> None:
    assert ask(postgres.url, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(postgres.sockets.stat().st_mode) == 0o700


def test_postgres_keeps_its_data_over_a_restart(postgres: EmbeddedPostgres) -> None:
    ask(postgres.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    postgres.stop()
    postgres.start()
    assert ask(postgres.url, "SELECT answer FROM kept") == 42


def test_postgres_starts_at_once_after_a_kill_with_a_busy_backend(postgres: EmbeddedPostgres) -> None:
    busy = psycopg2.connect(postgres.url)
    with busy.cursor() as cursor:
        cursor.execute("CREATE TABLE t AS SELECT 1 AS n")
    postmaster = int((postgres.cluster / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    postgres.start()
    assert ask(postgres.url, "SELECT 1") == 1


def test_postgres_ignores_a_lock_file_whose_pid_now_belongs_to_somebody_else(
    postgres: EmbeddedPostgres,
) -> None:
    kept = (postgres.cluster / "postmaster.pid").read_text().splitlines()
    postgres.stop()
    kept[0] = str(os.getpid())
    (postgres.cluster / "postmaster.pid").write_text("\n".join(kept) + "\n")
    postgres.start()
    assert ask(postgres.url, "SELECT 1") == 1


def test_postgres_accepts_a_new_password_when_the_old_one_was_lost(postgres: EmbeddedPostgres) -> None:
    postgres.stop()
    renewed = EmbeddedPostgres(postgres.folder, password="another", fast=True)
    renewed.start()
    try:
        assert ask(renewed.url, "SELECT 1") == 1
    finally:
        renewed.stop()


def test_an_interrupted_creation_is_simply_repeated(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", password="x", fast=True)
    (tmp_path / "pg" / "cluster.partial" / "base").mkdir(parents=True)
    server.start()
    try:
        assert server.is_ready()
    finally:
        server.stop()


def test_a_very_long_folder_still_gets_a_socket(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("long" * 40), password="x", fast=True)
    server.start()
    try:
        assert ask(server.url, "SELECT 1") == 1
        assert len(os.fsencode(server.sockets)) <= LONGEST_SOCKET_FOLDER
    finally:
        server.stop()
        server.sockets.rmdir()


def test_redis_takes_the_password_and_evicts_nothing(server: EmbeddedRedis) -> None:
    client = redis.Redis.from_url(server.url)
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    client.close()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(server.socket))
        stranger.sendall(b"PING\r\n")
        assert stranger.recv(100).startswith(b"-NOAUTH")


def test_redis_keeps_its_data_over_an_orderly_stop_and_starts_after_a_kill(server: EmbeddedRedis) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", "yes")
    server.stop()
    server.start()
    kill_all(server.processes())
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.get("kept") == b"yes"


def test_redis_starts_over_when_its_snapshot_is_damaged(server: EmbeddedRedis) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", "x" * 1000)
    server.stop()
    snapshot = server.folder / "dump.rdb"
    snapshot.write_bytes(snapshot.read_bytes()[:40])
    server.start()
    assert server.is_ready()
    assert snapshot.with_suffix(".damaged").exists()


def test_the_data_folder_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    layout = Layout(tmp_path / "data")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (layout.data_dir, layout.logs, layout.run)] == [0o700] * 3


def test_a_runtime_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeFolder):
        socket_folder(tmp_path / "link")
