"""A mock server that this machine cannot run is left out of the benchmark with the reason, never with a figure."""

from pathlib import Path

import pytest

from bench import peers
from bench.peers import PEERS, Peer, PeerMissingError


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_package_that_is_not_installed(peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how to install it."""
    monkeypatch.setattr(peers, "_MODULES", tmp_path)

    with (
        pytest.raises(PeerMissingError, match=f"{peer.package} is not installed: `make bench`"),
        peer.answering("/page", b"{}", tmp_path / "room"),
    ):
        pass
    assert peers.versions() == "none"


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_program_that_is_not_there(peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which one."""
    manifest = tmp_path / peer.package / "package.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"version": "1.2.3"}')
    monkeypatch.setattr(peers, "_MODULES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with (
        pytest.raises(PeerMissingError, match=f"there is no {peer.program} on the PATH"),
        peer.answering("/page", b"{}", tmp_path / "room"),
    ):
        pass
    assert peer.title == f"{peer.name} 1.2.3"
