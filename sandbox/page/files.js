/** Files: picking them in a modal, and those that hang on a message. */

import { upload } from "./api.js";
import { el, replace } from "./dom.js";
import { changeValue, currentValue, hooks } from "./values.js";
import { words } from "./words.js";

/** A file chooser; each file goes to the server at once, as in Slack, and can be taken out again. */
export function fileField(element, place) {
  const chooser = el("input", {
    ...hooks(element, place),
    class: "field",
    type: "file",
    multiple: (element.max_files ?? 10) > 1,
    accept: element.filetypes?.map((type) => `.${type}`).join(","),
    on: { change: () => take([...chooser.files]) },
  });
  const list = el("ul", { class: "files" });
  const trouble = el("div", { class: "field-error", role: "alert", hidden: true });
  const chosen = () => currentValue(element, place) ?? [];

  async function take(files) {
    chooser.value = "";
    const answers = await Promise.all(files.map((file) => upload(place.surface.store.member, file)));
    say(answers.find((answer) => answer.error)?.error);
    set([...chosen(), ...answers.filter((answer) => !answer.error)]);
  }

  function set(files) {
    changeValue(element, place, files);
    draw();
  }

  function say(sentence) {
    trouble.textContent = sentence ?? "";
    trouble.hidden = !sentence;
  }

  function draw() {
    replace(list, chosen().map((file) => el("li", {}, fileName(file), el("button", {
      type: "button",
      class: "button small",
      "aria-label": words("Remove {name}", { name: file.name }),
      on: { click: () => set(chosen().filter((other) => other.id !== file.id)) },
    }, "×"))));
  }

  draw();
  return el("div", { class: "field-frame" }, chooser, list, trouble);
}

/** The files of a message, to be downloaded by whoever reads it. */
export function messageFiles(files, store) {
  return el("ul", { class: "files" }, files.map((file) => el("li", {}, el("a", {
    href: `/page/file/${encodeURIComponent(file.id)}?member=${encodeURIComponent(store.member)}`,
    download: file.name,
    data: { testid: "file" },
  }, fileName(file)))));
}

function fileName(file) {
  return el("span", { class: "file-name", dir: "auto" }, `📄 ${file.title || file.name}`);
}
