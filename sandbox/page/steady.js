/**
 * Redrawing that no click falls through.
 *
 * A button that is redrawn between the press and the release gets no click from
 * the browser. So while something is pressed, a redraw waits for the release.
 */

const CLICKED = "button, a, label, input[type=radio], input[type=checkbox]";

/** Wrap `render`: a call while something is pressed is made up for, once, when it is let go. */
export function steady(render) {
  let pressed = false;
  let missed = false;

  function release() {
    pressed = false;
    if (!missed) return;
    missed = false;
    render();
  }

  // The click follows the release at once; a task of its own comes after it. What the click itself
  // changes is drawn at once: it has reached its button by then.
  const released = () => setTimeout(release);
  window.addEventListener("pointerdown", (event) => {
    pressed = event.button === 0 && Boolean(event.target.closest?.(CLICKED));
  }, { capture: true });
  window.addEventListener("pointerup", released, { capture: true });
  window.addEventListener("pointercancel", released, { capture: true });
  window.addEventListener("click", () => { pressed = false; }, { capture: true });
  window.addEventListener("blur", released);

  return () => {
    if (pressed) missed = true;
    else render();
  };
}
