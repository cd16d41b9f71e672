/** What stands over the page while the sandbox still plays the past. */

import { el, region, replace } from "./dom.js";
import { spoken, words } from "./words.js";

/** The cover; `update()` after every message. It goes with the message that holds a snapshot. */
export function createPreparation(container, beneath, store) {
  const bar = el("progress", { data: { testid: "preparation-bar" } });
  const said = el("p", { class: "preparation-day", data: { testid: "preparation-day" } });
  const draw = region(container);

  function turn(on) {
    container.hidden = !on;
    beneath.forEach((part) => { part.inert = on; });
  }

  return {
    update() {
      const { preparation } = store;
      if (Boolean(preparation) === container.hidden) turn(Boolean(preparation));
      if (!preparation) return;
      draw(spoken(), () => el(
        "div",
        { class: "preparation-box" },
        el("h1", {}, words("Playing through a year of prospects")),
        bar,
        said,
        el("p", {}, words("It takes about a minute. Then this page opens by itself.")),
      ));
      bar.setAttribute("aria-label", words("Playing through a year of prospects"));
      bar.max = preparation.of;
      bar.value = preparation.done;
      replace(said, saidOf(store));
    },
  };
}

function saidOf({ reachable, preparation: { done, of } }) {
  if (!reachable) return words("The sandbox can't be reached. Is it still running?");
  return done < of ? words("Day {day} of {days}", { day: done + 1, days: of }) : words("The app is starting …");
}
