/** The switches of the sandbox: faults of Slack, archived channels, deactivated members. */

import { el, freshId, region, replace } from "./dom.js";
import { post } from "./api.js";
import { popup } from "./popup.js";
import { toast } from "./toasts.js";
import { spoken, words } from "./words.js";

const KINDS = {
  fault: () => words("Slack's faults"),
  channel: () => words("Archived channels"),
  member: () => words("Deactivated members"),
};

/** What is switched on, in one line; empty when all is well. */
export function whatIsOn(snapshot) {
  return (snapshot.switches ?? []).filter((each) => each.on).map(inWords).join(" · ");
}

/** The button and the box that it opens; `say` reads out what was switched. */
export function switchboard(store, say) {
  const id = freshId("switches");
  const node = el("div", { id, class: "switches", role: "group", data: { testid: "switches" } });
  const button = el("button", {
    type: "button", class: "panel-button", "aria-controls": id, data: { testid: "panel-faults", sign: "⚠" },
  });
  const draw = region(node);
  popup(button, node, (open) => { node.hidden = !open; });

  async function turn(one, on) {
    const answer = await post("switch", { member: store.member, kind: one.kind, id: one.id, on });
    if (answer.error) toast(words("Nothing was switched on or off."), answer.error);
    else say(on ? words("{what}: on.", { what: inWords(one) }) : words("{what}: off.", { what: inWords(one) }));
  }

  return {
    button,
    node,
    update({ switches = [] }) {
      const count = switches.filter((one) => one.on).length;
      replace(button, el("span", {}, count > 0 ? words("Faults: {count} on", { count }) : words("Faults")));
      button.classList.toggle("alarming", count > 0);
      node.setAttribute("aria-label", words("Faults"));
      draw(JSON.stringify([switches, spoken()]), () => Object.entries(KINDS).map(([kind, title]) => (
        group(title(), switches.filter((one) => one.kind === kind), turn)
      )));
    },
  };
}

function group(title, switches, turn) {
  return el("fieldset", {}, el("legend", {}, title), switches.map((one) => switchNode(one, turn)));
}

function switchNode(one, turn) {
  const key = `switch-${one.kind}-${one.id}`;
  const box = el("input", {
    type: "checkbox", role: "switch", data: { testid: key, key },
    on: { change: (event) => turn(one, event.target.checked) },
  });
  box.checked = one.on;
  return el(
    "label",
    { class: "switch" },
    box,
    el("span", {}, el("bdi", { class: "switch-label" }, one.label), one.kind === "fault" && el("span", { class: "switch-detail" }, one.detail)),
  );
}

function inWords(one) {
  return one.kind === "fault" ? one.label : `${one.label} ${one.detail}`;
}
