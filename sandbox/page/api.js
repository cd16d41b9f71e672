/**
 * The two ways to the sandbox's server: the stream of snapshots and the posts.
 *
 * What a snapshot means is none of this module's business.
 */

import { words } from "./words.js";

const RETRY_MS = 1000;

/** Follow a member's snapshots until `stop()`; reconnects by itself. `fresh`: this page has not done so before. */
export function follow(member, { fresh, onSnapshot, onLink }) {
  let socket;
  let timer;
  let stopped = false;

  function open() {
    socket = new WebSocket(streamOf("events", { member, ...(fresh ? { fresh } : {}) }));
    socket.onopen = () => {
      fresh = false;
      if (!stopped) onLink(true);
    };
    socket.onmessage = (event) => stopped || onSnapshot(JSON.parse(event.data));
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

function streamOf(what, query) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/page/${what}?${new URLSearchParams(query)}`;
}

/** Post to `/page/<what>`; always resolves, in the worst case to `{error: sentence}`. */
export async function post(what, body) {
  try {
    const response = await fetch(`/page/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return await response.json();
    return { error: (await sentenceOf(response)) ?? words("The sandbox answered with status {status}.", { status: response.status }) };
  } catch {
    return { error: words("The sandbox can't be reached. Is it still running?") };
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
    return { error: words("The sandbox can't be reached. Is it still running?") };
  }
}

async function sentenceOf(response) {
  try {
    return (await response.json()).error;
  } catch {
    return null;
  }
}
