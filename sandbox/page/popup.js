/** A box that a button opens; the button, Escape and a click elsewhere close it. */

/** Bind the two; `show(open)` makes the box appear or go. */
export function popup(button, node, show) {
  let open = false;

  function turn(wanted) {
    open = wanted;
    show(open);
    button.setAttribute("aria-expanded", String(open));
  }

  function closeByEscape(event) {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    turn(false);
    button.focus();
  }

  [node, button].forEach((part) => part.addEventListener("keydown", closeByEscape));
  button.addEventListener("click", () => turn(!open));
  document.addEventListener("pointerdown", ({ target }) => {
    if (open && !node.contains(target) && !button.contains(target)) turn(false);
  }, true);
  turn(false);
  return { close: () => turn(false) };
}
