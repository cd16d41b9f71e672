"""What a person entered in a view: the state Slack sends, and what its client refuses itself.

`Touched` is {block_id: {action_id: raw state value}} of only those inputs that the person
really changed. Everything else is derived from the blocks.
"""

from typing import Any

from sandbox.elements import ENTRIES, Entry, Json, options_of, placed_elements
from sandbox.files import extension
from sandbox.problems import CannotDo
from sandbox.words import Sentence

Touched = dict[str, dict[str, Json]]
Values = dict[str, dict[str, Json]]

REQUIRED = Sentence("Please complete this required field.")


def state_values(blocks: list[Json], touched: Touched, *, forgets_initial: bool) -> Values:
    """Build `state.values` as Slack sends it.

    After an update Slack sends null for a prefilled input that nobody touched, although the
    person sees the value; `forgets_initial` says that the view was updated.
    """
    values: Values = {}
    for block, element, entry in _stateful(blocks):
        raw = _entered(block, element, entry, touched, use_initial=not forgets_initial)
        values.setdefault(block["block_id"], {})[element["action_id"]] = raw
    return values


def complaints(blocks: list[Json], touched: Touched) -> dict[str, Sentence]:
    """Name what Slack's own client would not let through, by block_id.

    It goes by what the person sees, so a prefilled value counts even after an update.
    """
    found: dict[str, Sentence] = {}
    for block, element, entry in _stateful(blocks):
        if block["type"] != "input":
            continue
        raw = _entered(block, element, entry, touched, use_initial=True)
        if sentence := _complaint(block, element, raw[entry.value]):
            found[block["block_id"]] = sentence
    return found


def merged(earlier: Touched, later: Touched | None) -> Touched:
    """Lay later entries over earlier ones."""
    result = {block_id: dict(actions) for block_id, actions in earlier.items()}
    for block_id, actions in (later or {}).items():
        result.setdefault(block_id, {}).update(actions)
    return result


def surviving(touched: Touched, old: list[Json], new: list[Json]) -> Touched:
    """Keep what was typed where block_id, action_id and type outlive an update."""
    before = {(b["block_id"], e["action_id"]): e["type"] for b, e, _ in _stateful(old)}
    kept: Touched = {}
    for block, element, _ in _stateful(new):
        block_id, action_id = block["block_id"], element["action_id"]
        raw = touched.get(block_id, {}).get(action_id)
        if raw is not None and before.get((block_id, action_id)) == element["type"]:
            kept.setdefault(block_id, {})[action_id] = raw
    return kept


def fill(view: Json, entries: dict[str, Any]) -> Touched:
    """Turn simple values by block_id into what a person's entries look like to Slack.

    An option is named by its value, a date as 2026-11-02, a member by id, several by a list,
    files by what `Member.pick` returned; None clears the field. Raises CannotDo for a block or an
    option that is not there.
    """
    inputs = {b["block_id"]: (e, entry) for b, e, entry in _stateful(view["blocks"])}
    touched: Touched = {}
    for block_id, value in entries.items():
        if block_id not in inputs:
            raise CannotDo(f"no input {block_id!r} in this view; it has {sorted(inputs)}")
        element, entry = inputs[block_id]
        touched[block_id] = {element["action_id"]: raw_entry(element, entry, value)}
    return touched


def raw_entry(element: Json, entry: Entry, value: Any) -> Json:
    """Shape one simple value for one element."""
    raw: Any = value
    if value is None:
        raw = entry.empty()
    elif entry.value == "selected_options":
        raw = [chosen_option(element, wanted) for wanted in value]
    elif entry.value == "selected_option":
        raw = chosen_option(element, value)
    elif entry.value == "value":
        raw = str(value) or None
    return {"type": element["type"], entry.value: raw}


def chosen_option(element: Json, value: str) -> Json:
    """Find an option by its value."""
    options = {option["value"]: option for option in options_of(element)}
    if value not in options:
        raise CannotDo(f"no option {value!r} in {element['action_id']!r}; it has {list(options)}")
    chosen = options[value]
    return {key: chosen[key] for key in ("text", "value", "description") if key in chosen}


def _stateful(blocks: list[Json]) -> list[tuple[Json, Json, Entry]]:
    placed = placed_elements(blocks)
    return [(b, e, ENTRIES[e["type"]]) for b, e in placed if e["type"] in ENTRIES]


def _entered(
    block: Json, element: Json, entry: Entry, touched: Touched, *, use_initial: bool
) -> Json:
    raw = touched.get(block["block_id"], {}).get(element["action_id"])
    if raw is not None:
        return {"type": element["type"], entry.value: raw.get(entry.value) or entry.empty()}
    initial = element.get(entry.initial) if use_initial else None
    return {"type": element["type"], entry.value: entry.empty() if initial is None else initial}


def _complaint(block: Json, element: Json, value: Any) -> Sentence | None:
    if value in (None, "", []):
        return None if block.get("optional") else REQUIRED
    if element["type"] == "number_input":
        return _number_complaint(element, str(value))
    if element["type"] in ("plain_text_input", "url_text_input", "email_text_input"):
        return _length_complaint(element, len(str(value)))
    if element["type"] == "file_input":
        return _file_complaint(element, value)
    return None


def _length_complaint(element: Json, length: int) -> Sentence | None:
    if length > (longest := element.get("max_length", 3000)):
        return Sentence("Please enter at most {most} characters.", most=longest)
    if length < (shortest := element.get("min_length", 0)):
        return Sentence("Please enter at least {least} characters.", least=shortest)
    return None


def _file_complaint(element: Json, files: list[Json]) -> Sentence | None:
    if len(files) > (most := element.get("max_files", 10)):
        return Sentence("Please choose at most {most}.", most=most)
    known = element.get("filetypes")
    odd = [file["name"] for file in files if known and extension(file["name"]) not in known]
    if not odd or not known:
        return None
    return Sentence("{name} is not one of these: {types}.", name=odd[0], types=", ".join(known))


def _number_complaint(element: Json, value: str) -> Sentence | None:
    try:
        number = float(value)
    except ValueError:
        return Sentence("Please enter a number.")
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return Sentence("Please enter a whole number.")
    if (least := element.get("min_value")) is not None and number < float(least):
        return Sentence("Please enter {least} or more.", least=least)
    if (most := element.get("max_value")) is not None and number > float(most):
        return Sentence("Please enter {most} or less.", most=most)
    return None
