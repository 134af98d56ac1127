"""The files in deploy/: they name what there is, and the servers that read them accept them."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Settings
from tests.hooking import free_port

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SETTINGS = {name.upper() for name in Settings.model_fields}
OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
"""What PostgreSQL's image reads."""
PYTHONS = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
COMPOSED = ("compose.yaml", "compose.cluster.yaml")


def composed(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    return loaded


def services() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """File, name and facts of every service."""
    for name in COMPOSED:
        for service, facts in composed(name)["services"].items():
            yield name, service, facts


def instructions() -> list[tuple[str, str]]:
    """Name and rest of each line of the Dockerfile."""
    lines = re.sub(r"\\\n\s*", " ", (DEPLOY / "Dockerfile").read_text()).splitlines()
    found = [line.split(maxsplit=1) for line in lines if re.match(r"[A-Z]+ ", line)]
    return [(name, rest) for name, rest in found]


def test_every_name_in_an_environment_is_a_setting() -> None:
    for _, service, facts in services():
        wrong = set(facts.get("environment", {})) - SETTINGS
        assert wrong <= (OTHERS if service == "postgres" else set()), service
    for name in COMPOSED:
        asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / name).read_text()))
        assert asked <= SETTINGS | OTHERS
    for name, rest in instructions():
        if name == "ENV":
            assert set(re.findall(r"(?:^| )([A-Z_]+)=", rest)) <= SETTINGS | PYTHONS
    unit = (DEPLOY / "mandala.service").read_text()
    for line in re.findall(r"^Environment=(.*)$", unit, re.MULTILINE):
        assert set(re.findall(r"([A-Z_]+)=", line)) <= SETTINGS | PYTHONS


def test_the_image_gets_what_there_is_and_no_secret() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*", "what is not named stays out"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        rest.split()[0]
        for name, rest in instructions()
        if name == "COPY" and not rest.startswith("--from")
    }
    assert copied == let_in
    for path in copied:
        assert (ROOT / path).exists(), path
    assert any(fnmatch("data/state", rule) for rule in rules)


def test_the_image_runs_as_nobody_of_the_host_and_says_how_it_is() -> None:
    last = dict(instructions())
    assert last["USER"] == "10001:10001"
    assert "/healthz" in last["HEALTHCHECK"]
    assert "curl" not in last["HEALTHCHECK"]
    assert "--require-hashes" in (DEPLOY / "Dockerfile").read_text()
    assert last["ENTRYPOINT"] == '["python", "-m", "bot"]'


def test_bots_can_write_nowhere_but_where_they_keep_things() -> None:
    bots = [facts for _, name, facts in services() if name.startswith("bot")]
    assert len(bots) == 3
    for facts in bots:
        assert facts["read_only"] is True
        assert facts["cap_drop"] == ["ALL"]
        assert facts["user"] == "10001:10001"
        assert facts["security_opt"] == ["no-new-privileges:true"]
        assert [place.partition(":")[2] for place in facts["volumes"]] == ["/state"]
    one, two = bots[1:]
    assert one == two, "any of them takes any update"


def test_every_volume_network_and_service_that_is_named_is_there() -> None:
    for name in COMPOSED:
        whole = composed(name)
        for service, facts in whole["services"].items():
            assert set(facts.get("networks", ())) <= set(whole.get("networks", ()))
            assert set(facts.get("depends_on", ())) <= set(whole["services"])
            for place in facts.get("volumes", ()):
                source = place.partition(":")[0]
                known = source in whole["volumes"] or (source.startswith("./"))
                assert known, (service, source)
            if "build" in facts:
                assert (DEPLOY / facts["build"]["context"] / facts["build"]["dockerfile"]).exists()


def test_nothing_but_nginx_is_reached_from_outside() -> None:
    ports = {service: facts["ports"] for *_, service, facts in services() if "ports" in facts}
    assert ports == {"nginx": ["443:443"]}
    assert composed("compose.cluster.yaml")["networks"]["inside"] == {"internal": True}


def test_the_proxy_passes_on_what_the_compose_file_serves() -> None:
    proxied = (DEPLOY / "nginx.conf").read_text()
    bot = composed("compose.cluster.yaml")["services"]["bot1"]["environment"]
    assert f"server bot1:{bot['WEBHOOK_PORT']}" in proxied
    assert f"server bot2:{bot['WEB_PORT']}" in proxied


def test_nginx_accepts_its_file(tmp_path: Path) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    done = subprocess.run(
        ["nginx", "-t", "-q", "-p", tmp_path, "-c", local_nginx(tmp_path, {})],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_systemd_finds_the_unit_safe() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15"]
    done = subprocess.run(
        [*command, DEPLOY / "mandala.service"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:]


def local_nginx(folder: Path, ports: dict[str, int]) -> Path:
    """The file as it is, with ports of this machine for ``bot1:8080`` and the like, and 443."""
    words = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for name in ("bot1:8080", "bot2:8080", "bot1:8090", "bot2:8090"):
        words = words.replace(name, f"127.0.0.1:{ports.get(name, 9)}")
    words = words.replace("listen 443", f"listen 127.0.0.1:{ports.get('443') or free_port()}")
    for place in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi", "nginx.pid"):
        words = words.replace(f"/tmp/{place}", f"{folder}/{place}")  # noqa: S108
    words = words.replace("/etc/nginx/certs", str(folder))
    _certificate(folder)
    made = folder / "nginx.conf"
    made.write_text(words, encoding="utf-8")
    return made


def _certificate(folder: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bot.test")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1)
    ).sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
