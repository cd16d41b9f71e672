/** Images. The sandbox never leaves loopback, so a remote image is shown as its description. */

import { el } from "./dom.js";
import { textNode } from "./mrkdwn.js";

const LOCAL = /^(data:image\/|\/)/;

/** An image block or element: the picture if it is local, else its alt text in a frame. */
export function image(block, surface) {
  const url = block.image_url ?? "";
  const alt = block.alt_text ?? "";
  const picture = LOCAL.test(url)
    ? el("img", { src: url, alt })
    : el("span", { class: "image-frame", role: "img", "aria-label": alt, title: url }, `🖼 ${alt}`);
  if (!block.title) return el("span", { class: "image" }, picture);
  const caption = el("figcaption", { dir: "auto" }, textNode(block.title, surface.store));
  return el("figure", { class: "image" }, caption, picture);
}
