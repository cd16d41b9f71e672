"""The import contracts that pyproject.toml states, read for what they say of layers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Layer:
    """Modules on one level, by the names that they have in their container."""

    modules: tuple[str, ...]
    may_meet: bool = False
    """Whether they may import each other (`:` in the contract, instead of `|`)."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One import contract; one that is not about layers has no layers."""

    name: str
    containers: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()
    """From the top, which may import everything below it, down to the foundation."""
    is_exhaustive: bool = False


def read(project: Mapping[str, Any]) -> list[Contract]:
    """Return the contracts in the order in which pyproject.toml states them."""
    return [_contract(stated) for stated in project["tool"]["importlinter"]["contracts"]]


def by_container(contracts: Iterable[Contract]) -> dict[str, Contract]:
    """Return the contract that orders the modules of each package."""
    return {package: contract for contract in contracts for package in contract.containers}


def _contract(stated: Mapping[str, Any]) -> Contract:
    if stated["type"] != "layers":
        return Contract(stated["name"])
    return Contract(
        stated["name"],
        tuple(stated.get("containers", ())),
        tuple(map(_layer, stated["layers"])),
        stated.get("exhaustive", False),
    )


def _layer(stated: str) -> Layer:
    """Read one level; a module in parentheses may be missing, which makes no difference here."""
    return Layer(tuple(re.findall(r"[\w.]+", stated)), may_meet=":" in stated)
