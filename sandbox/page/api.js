/**
 * The ways to the sandbox's server: streams, what is fetched, and the posts.
 *
 * What comes back is none of this module's business.
 */

import { words } from "./words.js";

const RETRY_MS = 1000;
export const TAB = Math.random().toString(36).slice(2);

/** Follow a stream of messages until `stop()`; reconnects by itself, then asks as `again()` says. */
export function follow(path, query, { onMessage, onLink = () => {}, again = () => query }) {
  let asked = query;
  let socket;
  let timer;
  let stopped = false;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}${path}?${new URLSearchParams(asked)}`);
    socket.onopen = () => {
      asked = again();
      if (!stopped) onLink(true);
    };
    socket.onmessage = (event) => stopped || onMessage(JSON.parse(event.data));
    socket.onclose = () => {
      if (stopped) return;
      onLink(false);
      timer = setTimeout(open, RETRY_MS);
    };
  }

  open();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}

/** Get JSON; always resolves, in the worst case to `{error: sentence}`. */
export async function fetched(path) {
  try {
    const response = await fetch(path);
    if (response.ok) return await response.json();
    return { error: response.status === 404 ? words("This is no longer kept.") : unexpected(response) };
  } catch {
    return { error: unreachable() };
  }
}

/** Post to `/page/<what>`; always resolves, in the worst case to `{error: sentence}`. */
export async function post(what, body) {
  try {
    const response = await fetch(`/page/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, tab: TAB }),
    });
    if (response.ok) return await response.json();
    return { error: (await sentenceOf(response)) ?? unexpected(response) };
  } catch {
    return { error: unreachable() };
  }
}

/** Upload a picked file; resolves to Slack's object of it, or to `{error: sentence}`. */
export async function upload(member, file) {
  const query = new URLSearchParams({ member, name: file.name });
  try {
    const response = await fetch(`/page/upload?${query}`, { method: "POST", body: file });
    if (response.ok) return await response.json();
    return { error: (await sentenceOf(response)) ?? words("The file was refused with status {status}.", { status: response.status }) };
  } catch {
    return { error: unreachable() };
  }
}

function unexpected({ status }) {
  return words("The sandbox answered with status {status}.", { status });
}

function unreachable() {
  return words("The sandbox can't be reached. Is it still running?");
}

async function sentenceOf(response) {
  try {
    return (await response.json()).error;
  } catch {
    return null;
  }
}
