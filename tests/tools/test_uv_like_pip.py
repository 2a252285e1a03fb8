"""pip's settings told to uv."""

from __future__ import annotations

import pytest

from tools.uv_like_pip import parse_pip_config, translate

MIRROR = "https://mirror.example.com/simple"


def test_environment_wins_over_files() -> None:
    """Of several places that set the same, the one that pip obeys is taken."""
    lines = [f":env:.index-url='{MIRROR}'", "global.index-url='https://old.example.com'"]
    assert parse_pip_config(lines) == {"index-url": MIRROR}


def test_index_and_certificate_are_passed_on() -> None:
    """The index and the certificate file of pip are those of uv."""
    assert translate({"index-url": MIRROR, "cert": "/etc/ca.pem"}, {}) == {
        "UV_DEFAULT_INDEX": MIRROR,
        "SSL_CERT_FILE": "/etc/ca.pem",
    }


@pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_what_uv_was_told_stays(variable: str) -> None:
    """A setting made for uv is not replaced by pip's."""
    assert translate({"index-url": MIRROR}, {variable: "https://uv.example.com"}) == {}


def test_wheel_folder_counts_only_without_an_index() -> None:
    """A folder of wheels is used alone when pip has no index, and not at all otherwise."""
    folder = {"find-links": "/wheels /more"}
    assert translate(folder, {}) == {}
    assert translate({**folder, "no-index": "true"}, {}) == {
        "UV_NO_INDEX": "true",
        "UV_FIND_LINKS": "/wheels,/more",
    }


def test_no_settings_mean_no_variables() -> None:
    """On a machine where pip was told nothing, uv is told nothing."""
    assert translate(parse_pip_config([""]), {}) == {}
