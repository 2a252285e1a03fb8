"""Settings as the two packages declare them, written into `meltano.yml` and the READMEs.

A setting is declared once, in its package. Everything else is made from what `--about` says,
between two marker lines:

    # settings of tap-epicor-kinetic: written by make settings
    ...
    # end of settings

(in Markdown the same words inside `<!-- -->`). With `settings of target-looker-staging for
looker-staging` another plugin of meltano.yml gets them, from the same variables.
`python -m tools.settings` writes; with `--check` it only tells.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ("tap-epicor-kinetic", "target-looker-staging")
FILES = ("meltano.yml", "README.md", *(f"{plugin}/README.md" for plugin in PLUGINS))

# Meltano's own names for kinds of settings. Its only kind for numbers with a fraction, `decimal`,
# makes Meltano 4.4 fail when the value comes from the environment: under Meltano such a setting
# takes whole numbers.
_KINDS = {
    "array": "array",
    "boolean": "boolean",
    "integer": "integer",
    "number": "integer",
    "object": "object",
}
_BLOCK = re.compile(
    r"(?P<begin>^[ ]*(?:#|<!--) settings of (?P<plugin>[a-z-]+)(?P<guest> for [a-z-]+)?"
    r": written by make settings(?: -->)?\n).*?"
    r"(?P<end>^[ ]*(?:#|<!--) end of settings(?: -->)?$)",
    re.DOTALL | re.MULTILINE,
)


@cache
def read_about(plugin: str) -> Mapping[str, Any]:
    """Return what the installed `plugin` says of itself.

    Raises:
        subprocess.CalledProcessError: If the plugin cannot even print that.
    """
    command = [str(Path(sys.executable).with_name(plugin)), "--about", "--format=json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(answer.stdout))


def list_meltano_settings(about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the settings of a plugin in the form of Meltano's `settings:` list, one level deep."""
    return [
        _describe(name, schema) for name, schema in about["settings"].get("properties", {}).items()
    ]


def render_markdown(plugin: str, about: Mapping[str, Any]) -> str:
    """Return a Markdown table: setting, default, meaning; a required one is marked."""
    required = set(about["settings"].get("required", ()))
    prefix = plugin.replace("-", "_").upper()
    lines = [
        f"In the environment a setting is `{prefix}_` and its name in capitals.",
        "",
        "| Setting | Default | Meaning |",
        "|:--|:--|:--|",
    ]
    for name, schema in about["settings"].get("properties", {}).items():
        notes = [
            note
            for note, wanted in (
                ("**Required.**", name in required),
                ("*Secret; may be encrypted (`enc:…`).*", _is_secret(schema)),
            )
            if wanted
        ]
        meaning = " ".join([_one_line(schema.get("description") or schema["title"]), *notes])
        lines.append(f"| `{name}` | {_render_default(schema)} | {meaning} |")
    return "\n".join(lines) + "\n"


def rewrite(text: str, plugin_settings: Mapping[str, Mapping[str, Any]]) -> str:
    """Return `text` with each marked block made anew."""

    def fill(match: re.Match[str]) -> str:
        plugin = match["plugin"]
        about = plugin_settings[plugin]
        if match["begin"].lstrip().startswith("<!--"):
            return f"{match['begin']}\n{render_markdown(plugin, about)}\n{match['end']}"
        margin = match["begin"][: -len(match["begin"].lstrip())]
        listed: dict[str, Any] = {"settings": list_meltano_settings(about)}
        if match["guest"]:
            listed = {"settings": _share(plugin, listed["settings"])}
        else:
            listed = {"capabilities": sorted(about["capabilities"]), **listed}
        block = yaml.safe_dump(listed, allow_unicode=True, sort_keys=False, width=116)
        return match["begin"] + indent(block, margin) + match["end"]

    return _BLOCK.sub(fill, text)


def find_stale(*, write: bool = False) -> list[str]:
    """Return the files whose blocks differ from what the packages say; `write` mends them."""
    abouts = {plugin: read_about(plugin) for plugin in PLUGINS}
    stale = []
    for name in FILES:
        path = ROOT / name
        if not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        wanted = rewrite(text, abouts)
        if wanted != text:
            stale.append(name)
            if write:
                path.write_text(wanted, encoding="utf-8")
    return stale


def _share(plugin: str, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a plugin's settings for another one, from and under that plugin's own variables.

    What they mean stands with the plugin.
    """
    prefix = plugin.replace("-", "_").upper()
    return [
        {
            "name": each["name"],
            "env": f"{prefix}_{each['name'].upper()}",
            **{key: each[key] for key in ("kind", "options", "sensitive", "value") if key in each},
        }
        for each in listed
    ]


def _describe(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    setting: dict[str, Any] = {
        "name": name,
        "label": schema.get("title") or name.replace("_", " ").capitalize(),
        "kind": _kind(schema),
    }
    if setting["kind"] == "options":
        setting["options"] = [
            {"label": str(value).replace("_", " ").capitalize(), "value": value}
            for value in schema["enum"]
            if value is not None
        ]
    if _is_secret(schema):
        setting["sensitive"] = True
    if schema.get("default") is not None:
        setting["value"] = schema["default"]
    setting["description"] = _one_line(schema.get("description") or setting["label"])
    return setting


def _kind(schema: Mapping[str, Any]) -> str:
    if schema.get("enum"):
        return "options"
    if schema.get("format") in {"date", "date-time"}:
        return "date_iso8601"
    types = schema.get("type", "string")
    for name in [types] if isinstance(types, str) else types:
        if name in _KINDS:
            return _KINDS[name]
    return "string"


def _is_secret(schema: Mapping[str, Any]) -> bool:
    return bool(schema.get("secret") or schema.get("writeOnly"))


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _render_default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    if default is None:
        return ""
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the marked blocks; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail if something is stale"
    )
    check = parser.parse_args(arguments).check
    stale = find_stale(write=not check)
    for name in stale:
        print(f"{name}: {'not as the packages say; run make settings' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
