/** What modals and confirm dialogs share: the dimmed layer, the kept focus, what lies beneath. */

/** Tab stays inside the dialog; everything below it is out of reach. */
export function trapTab(event, dialog) {
  if (event.key !== "Tab") return;
  const stops = focusable(dialog);
  if (stops.length === 0) return;
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge && document.activeElement !== dialog) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}

export function focusable(root) {
  const all = root.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']");
  return [...all].filter((node) => !node.disabled && !node.closest("[hidden]"));
}

/** Let the page beneath rest while a modal or a dialog is open. */
export function coverBeneath() {
  const asking = document.querySelector(".confirm-backdrop") !== null;
  const modal = document.querySelector(".modal-backdrop") !== null;
  document.getElementById("workspace").inert = asking || modal;
  document.getElementById("modals").inert = asking;
}
