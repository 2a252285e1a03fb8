"""Settings turned into Meltano's and Markdown's forms."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tools.settings import list_meltano_settings, render_markdown, rewrite


def about(**properties: dict[str, Any]) -> dict[str, Any]:
    """Return what `--about` would say of a plugin with these settings."""
    return {
        "capabilities": ["about"],
        "settings": {"properties": properties, "required": ["base_url"]},
    }


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        pytest.param({"type": ["string", "null"]}, "string", id="string"),
        pytest.param({"type": ["integer", "null"]}, "integer", id="integer"),
        pytest.param({"type": ["number", "null"]}, "integer", id="number"),
        pytest.param({"type": "boolean"}, "boolean", id="boolean"),
        pytest.param({"type": ["array", "null"]}, "array", id="array"),
        pytest.param({"type": ["object", "null"]}, "object", id="object"),
        pytest.param({"type": "string", "enum": ["a", "b"]}, "options", id="options"),
        pytest.param({"type": "string", "format": "date-time"}, "date_iso8601", id="date-time"),
    ],
)
def test_kind_is_meltanos_own(schema: dict[str, Any], kind: str) -> None:
    """Each JSON type of a setting has the kind under which Meltano parses it."""
    (setting,) = list_meltano_settings(about(it=schema))
    assert setting["kind"] == kind


def test_secret_is_sensitive() -> None:
    """A secret setting is masked by Meltano, and the table says that it is one."""
    told = about(password={"type": "string", "secret": True, "title": "Password"})
    (setting,) = list_meltano_settings(told)
    assert setting["sensitive"] is True
    assert "*Secret; may be encrypted" in render_markdown("tap-x", told)


def test_default_is_kept_even_if_false() -> None:
    """A default of false is a default; none at all leaves the value out."""
    with_default, without = list_meltano_settings(
        about(a={"type": "boolean", "default": False}, b={"type": "string"})
    )
    assert with_default["value"] is False
    assert "value" not in without


def test_table_is_one_row_per_setting() -> None:
    """A description with line breaks and bars stays in its cell."""
    text = render_markdown("tap-x", about(base_url={"description": "one\ntwo | three"}))
    assert text.splitlines()[-1] == "| `base_url` |  | one two \\| three **Required.** |"


def test_yaml_block_is_replaced_at_its_own_depth() -> None:
    """The written block keeps the indentation of its markers, and a second pass changes nothing."""
    text = (
        "plugins:\n  extractors:\n  - name: tap-x\n"
        "    # settings of tap-x: written by make settings\n"
        "    settings: [old]\n"
        "    # end of settings\n"
    )
    told = {"tap-x": about(port={"type": "integer", "default": 5432})}
    written = rewrite(text, told)
    (plugin,) = yaml.safe_load(written)["plugins"]["extractors"]
    assert plugin["settings"][0]["value"] == 5432
    assert rewrite(written, told) == written


def test_markdown_block_is_replaced() -> None:
    """A block in Markdown becomes a table between its markers, stable on a second pass."""
    text = (
        "before\n<!-- settings of tap-x: written by make settings -->\nold\n"
        "<!-- end of settings -->\nafter\n"
    )
    told = {"tap-x": about(port={"title": "Port"})}
    written = rewrite(text, told)
    assert "| `port` |" in written
    assert "old" not in written
    assert rewrite(written, told) == written


def test_another_plugin_gets_the_settings_under_the_same_variables() -> None:
    """A utility that runs a plugin's command is configured by the plugin's own variables."""
    text = "    # settings of tap-x for x-tools: written by make settings\n    # end of settings\n"
    told = {"tap-x": about(key={"type": "string", "secret": True, "description": "A key."})}
    written = yaml.safe_load(rewrite(text, told))
    assert written == {
        "settings": [{"name": "key", "env": "TAP_X_KEY", "kind": "string", "sensitive": True}]
    }
