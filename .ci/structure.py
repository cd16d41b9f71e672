"""Check that the code stays easy to find one's way in, and print the figures: `make check`.

The limits, and the exceptions with their reasons, are in pyproject.toml, under
`tool.walkaway.structure`. Import-linter checks who imports whom; this checks that its contracts
are there and leave no module out.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from contracts import Contract, by_container, read
from measures import Measures, Module, measure, percent, percentile

ROOT: Final = Path(__file__).parents[1]
WORST: Final = 8
"""How many files a sentence names of those that a share or a percentile comes from."""
_TITLES: Final = (
    "code lines",
    "module lines, median / p90 / max",
    "function lines, median / p90 / max",
    "public docstrings",
    "import lines",
    "own imports of a module, median / p90",
    "largest folder",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a package must keep to; what is left out is measured only."""

    entries: int | None = None
    """Files and folders in each folder."""
    import_percent: float | None = None
    """Import lines, of all lines that are neither blank nor a comment."""
    own_imports: int | None = None
    """Other modules of the package that nine in ten of its modules import."""
    function_lines: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What pyproject.toml says about the structure."""

    limits: Mapping[str, Limits]
    """By package."""
    exceptions: Mapping[str, str]
    """Folders that may hold more entries, and why."""
    layered: tuple[str, ...]
    """Packages whose modules a contract must put into layers."""
    contracts: tuple[Contract, ...]

    @classmethod
    def of(cls, project: Mapping[str, Any]) -> "Rules":
        """Read the rules; a limit that nobody knows is an error."""
        stated = project["tool"]["walkaway"]["structure"]
        return cls(
            {package: Limits(**limits) for package, limits in stated["limits"].items()},
            stated.get("exceptions", {}),
            tuple(stated.get("layered", ())),
            tuple(read(project)),
        )


def main() -> None:
    """Print the figures, then what is wrong with them; end with 1 if anything is."""
    wrong = check(ROOT)
    if wrong:
        sys.exit("\n" + "\n".join(wrong))


def check(root: Path) -> list[str]:
    """Print the figures of the repository, and return a sentence for each rule that is broken."""
    rules = Rules.of(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")))
    measured = [measure(root, package) for package in rules.limits]
    print(table(measured))
    return list(violations(measured, rules))


def table(measured: Iterable[Measures]) -> str:
    """Return all figures, a column for each package."""
    columns = [("", *_TITLES), *((each.package, *_figures(each)) for each in measured)]
    widths = [max(map(len, column)) for column in columns]
    return "\n".join(
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    )


def violations(measured: Sequence[Measures], rules: Rules) -> Iterator[str]:
    """Say in a sentence what breaks a rule, where, and how to mend it."""
    yield from _crowded_folders(measured, rules)
    for each in measured:
        limits = rules.limits[each.package]
        yield from _too_many_import_lines(each, limits.import_percent)
        yield from _too_many_own_imports(each, limits.own_imports)
        yield from _too_long_functions(each, limits.function_lines)
    yield from _open_contracts(rules)


def _figures(measured: Measures) -> tuple[str, ...]:
    """The cells of one column, in the order of the titles."""
    modules = measured.modules
    own = [len(module.own_imports) for module in modules]
    public = sum(module.public for module in modules)
    explained = sum(module.explained for module in modules)
    largest = max(measured.entries, key=measured.entries.__getitem__, default="")
    return (
        f"{sum(module.code for module in modules):,}",
        _spread([module.lines for module in modules]),
        _spread([function.lines for function in measured.functions]),
        f"{percent(explained, public):.0f} %",
        f"{measured.import_percent:.1f} %",
        f"{percentile(own, 0.5)} / {percentile(own, 0.9)}",
        f"{measured.entries.get(largest, 0)} in {largest}",
    )


def _spread(values: list[int]) -> str:
    return " / ".join(str(percentile(values, share)) for share in (0.5, 0.9, 1))


def _crowded_folders(measured: Sequence[Measures], rules: Rules) -> Iterator[str]:
    entries: dict[str, int] = {}
    crowded: set[str] = set()
    for each in measured:
        entries |= each.entries
        limit = rules.limits[each.package].entries
        for folder, count in each.entries.items():
            if limit is not None and count > limit:
                crowded.add(folder)
                if folder not in rules.exceptions:
                    yield (
                        f"{folder}: {count} entries, where at most {limit} are allowed. Move what "
                        "belongs together into a folder of its own, or name the exception and "
                        "its reason in pyproject.toml."
                    )
    yield from _useless_exceptions(rules.exceptions, entries, crowded)


def _useless_exceptions(
    exceptions: Mapping[str, str], entries: Mapping[str, int], crowded: set[str]
) -> Iterator[str]:
    for folder, reason in exceptions.items():
        if folder not in entries:
            yield f"pyproject.toml: {folder} is excepted, but there is no such folder. Remove it."
        elif folder not in crowded:
            yield (
                f"pyproject.toml: {folder} is excepted, but its {entries[folder]} entries break "
                "no limit. Remove the exception."
            )
        elif not reason.strip():
            yield f"pyproject.toml: {folder} is excepted without a reason. Say why."


def _too_many_import_lines(measured: Measures, limit: float | None) -> Iterator[str]:
    share = measured.import_percent
    if limit is not None and share > limit:
        yield (
            f"{measured.package}: {share:.1f} % of the lines are imports, where at most "
            f"{limit:g} % are allowed. Merge modules that are read together. The most import "
            f"lines are in {_worst(measured.modules, _import_lines)}."
        )


def _too_many_own_imports(measured: Measures, limit: int | None) -> Iterator[str]:
    most = percentile(map(_own_imports, measured.modules), 0.9)
    if limit is not None and most > limit:
        above = [module for module in measured.modules if _own_imports(module) > limit]
        yield (
            f"{measured.package}: nine in ten modules have up to {most} own imports, where at "
            f"most {limit} are allowed. {len(above)} of {len(measured.modules)} modules have "
            "more: merge what they import, or split them. The most are in "
            f"{_worst(above, _own_imports)}."
        )


def _too_long_functions(measured: Measures, limit: int | None) -> Iterator[str]:
    for function in measured.functions:
        if limit is not None and function.lines > limit:
            yield (
                f"{function.path}:{function.line}: `{function.name}` has {function.lines} lines, "
                f"where at most {limit} are allowed. Turn its parts into functions of their own."
            )


def _open_contracts(rules: Rules) -> Iterator[str]:
    ordered = by_container(rules.contracts)
    for package in rules.layered:
        if package not in ordered:
            yield f"pyproject.toml: no contract has the layers of {package}. Add one."
    for contract in rules.contracts:
        if contract.layers and not contract.is_exhaustive:
            yield (
                f"pyproject.toml: the contract “{contract.name}” is not exhaustive, so a new "
                "module stands outside its layers. Add `exhaustive = true`."
            )


def _import_lines(module: Module) -> int:
    return module.import_lines


def _own_imports(module: Module) -> int:
    return len(module.own_imports)


def _worst(modules: Iterable[Module], count: Callable[[Module], int]) -> str:
    most = sorted(modules, key=count, reverse=True)[:WORST]
    return ", ".join(f"{module.path} ({count(module)})" for module in most)


if __name__ == "__main__":
    main()
