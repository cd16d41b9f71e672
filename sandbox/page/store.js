/**
 * What the page knows: who is looking, at what, and the newest snapshot.
 *
 * Member, place and thread live in the address, so that a reload and several
 * tabs work; everything else comes from the server.
 */

import { follow } from "./api.js";

export const HOME = "home";

/** Make the store; `render(store)` is called after each change. */
export function createStore(render) {
  const store = {
    ...askedFor(location),
    snapshot: null,
    reachable: false,
    arrivals: new EventTarget(),
  };
  let stream;

  function changed() {
    if (store.snapshot) settle(store);
    remember(store);
    render(store);
  }

  function listen() {
    stream?.stop();
    stream = follow(store.member, {
      onSnapshot(snapshot) {
        store.snapshot = snapshot;
        changed();
        store.arrivals.dispatchEvent(new Event("snapshot"));
      },
      onLink(reachable) {
        store.reachable = reachable;
        changed();
      },
    });
  }

  return Object.assign(store, {
    start: listen,
    become(member) {
      if (member === store.member) return;
      const kind = kindOf(store);
      Object.assign(store, { member, snapshot: null, thread: null, kind });
      listen();
      changed();
    },
    visit(channel) {
      Object.assign(store, { channel, thread: null, found: null });
      changed();
    },
    /** Follow a permalink, `/archives/<channel>/p<ts>`; false if it is none. */
    follow(url) {
      const { channel, thread, found } = askedFor(url);
      if (!found) return false;
      Object.assign(store, { channel, thread, found });
      changed();
      return true;
    },
    openThread(ts) {
      store.thread = ts;
      changed();
    },
    /** Resolves at the next snapshot, or after `patience` milliseconds without one. */
    nextSnapshot(patience) {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, patience);
        const done = () => {
          clearTimeout(timer);
          resolve();
        };
        store.arrivals.addEventListener("snapshot", done, { once: true });
      });
    },
  });
}

/** What an address asks for; a permalink names a message, to be found in its channel or thread. */
function askedFor(url) {
  const query = new URLSearchParams(url.search);
  const [, channel, seconds, fraction] = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname) ?? [];
  return {
    member: query.get("member") ?? "U0JONAS",
    channel: channel ?? query.get("channel"),
    thread: query.get("thread_ts") ?? query.get("thread"),
    found: channel ? `${seconds}.${fraction}` : null,
  };
}

/** The channel on display, or undefined on App Home. */
export function currentChannel(store) {
  return store.snapshot?.channels.find((channel) => channel.id === store.channel);
}

/** The app's own conversation with this member, if there is one yet. */
export function directMessage(store) {
  return store.snapshot?.channels.find((channel) => channel.kind === "dm");
}

export function messagesIn(store, channelId) {
  return store.snapshot?.messages[channelId] ?? [];
}

export function memberById(store, id) {
  return store.snapshot?.members.find((member) => member.id === id);
}

function kindOf(store) {
  return currentChannel(store)?.kind;
}

/** Move to a place that this member can see: their own DM, or the first channel. */
function settle(store) {
  if (store.channel === HOME || currentChannel(store)) return;
  const wanted = store.kind === "dm" ? directMessage(store) : null;
  store.channel = (wanted ?? store.snapshot.channels[0])?.id ?? HOME;
  store.thread = null;
}

function remember(store) {
  const address = new URLSearchParams({ member: store.member });
  if (store.channel) address.set("channel", store.channel);
  if (store.thread) address.set("thread", store.thread);
  history.replaceState(null, "", `/?${address}`);
}
