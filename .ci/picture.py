"""Draw the import contracts of pyproject.toml into docs/architecture.md: `make picture`.

The picture is a Mermaid diagram, which GitHub shows. The layers of a package are rows of
boxes, and the layers inside a box are its lines. The other contracts follow as a list of names.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from contracts import Contract, Layer, by_container, read

ROOT: Final = Path(__file__).parents[1]
DOCUMENT: Final = ROOT / "docs" / "architecture.md"
_SETTINGS: Final = (
    '%%{init: {"flowchart": {"wrappingWidth": 600, "nodeSpacing": 25, "rankSpacing": 25}}}%%'
)
"""A layer stays on one line however many modules it has, and the picture on one page."""
_BETWEEN: Final = re.compile(r"(?<=<!-- picture -->\n).*?(?=<!-- end of picture -->)", re.DOTALL)


def main() -> None:
    """Put the picture of today's contracts into the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(replaced(text, picture(stated())), encoding="utf-8")


def stated() -> list[Contract]:
    """Return the contracts that pyproject.toml states."""
    return read(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")))


def replaced(document: str, drawn: str) -> str:
    """Return the document with this between the marks, where something else stood."""
    text, found = _BETWEEN.subn(lambda _: f"\n{drawn}\n\n", document)
    if found != 1:
        raise ValueError("the document needs the marks of one picture")
    return text


def picture(contracts: Sequence[Contract]) -> str:
    """Return Markdown that shows what the contracts hold."""
    ordered = by_container(contracts)
    inside = {module for package in ordered for module in _members(package, ordered)}
    outermost = [package for package in ordered if package not in inside]
    lines = [line for package in outermost for line in _diagram(package, ordered)]
    others = [f"- {contract.name}." for contract in contracts if not contract.containers]
    if others:
        lines += ["`make check` also holds:", "", *others]
    return "\n".join(lines).strip()


def _members(package: str, ordered: Mapping[str, Contract]) -> Iterator[str]:
    for layer in ordered[package].layers:
        yield from (f"{package}.{module}" for module in layer.modules)


def _diagram(package: str, ordered: Mapping[str, Contract]) -> Iterator[str]:
    """A row for each layer, and an arrow from each row to the next."""
    yield from (f"In `{package}`:", "", "```mermaid", _SETTINGS, "flowchart TB")
    rows = []
    for number, layer in enumerate(ordered[package].layers, 1):
        boxes = [_box(package, module, ordered) for module in layer.modules]
        if len(boxes) == 1:
            rows.append(_id(package, layer.modules[0]))
            yield f"    {boxes[0]}"
        else:
            rows.append(_id(package, f"row{number}"))
            title = "these may import each other" if layer.may_meet else " "
            yield f'    subgraph {rows[-1]}["{title}"]'
            yield "        direction TB"
            yield from (f"        {box}" for box in boxes)
            yield "    end"
    yield f"    {' --> '.join(rows)}"
    yield from ("```", "")


def _box(package: str, module: str, ordered: Mapping[str, Contract]) -> str:
    inside = f"{package}.{module}"
    layers = ordered[inside].layers if inside in ordered else ()
    lines = [f"<b>{_shown(module)}</b>", *(_line(inside, layer, ordered) for layer in layers)]
    return f'{_id(package, module)}["{"<br/>".join(lines)}"]'


def _line(package: str, layer: Layer, ordered: Mapping[str, Contract]) -> str:
    """One layer; modules that have layers in turn show them in parentheses, from the top."""
    between = " ↔ " if layer.may_meet else " · "
    return between.join(_module(package, module, ordered) for module in layer.modules)


def _module(package: str, module: str, ordered: Mapping[str, Contract]) -> str:
    inside = f"{package}.{module}"
    if inside not in ordered:
        return _shown(module)
    layers = (_line(inside, layer, ordered) for layer in ordered[inside].layers)
    return f"{_shown(module)} ({' > '.join(layers)})"


def _id(package: str, module: str) -> str:
    return f"{package}.{module}".replace(".", "_")


def _shown(module: str) -> str:
    """Keep Mermaid from reading the underscores of a name as bold type."""
    return module.replace("__", "#95;#95;")


if __name__ == "__main__":
    main()
