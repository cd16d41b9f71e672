/**
 * What the page knows: who is looking, at what, and the newest snapshot.
 *
 * Member, place and thread live in the address, so that a reload and several
 * tabs work; everything else comes from the server. A modal stands in the tab
 * that asked for it, and a reload closes it, as one of Slack does.
 */

import { follow, TAB } from "./api.js";
import { speak } from "./words.js";

export const HOME = "home";

const FIRST_MEMBER = "U0EMMA";

/** The store; `render(store)` is called after each change. */
export class Store {
  constructor(render) {
    this.render = render;
    this.snapshot = null;
    this.preparation = null;
    this.reachable = false;
    this.followed = new Set();
    this.arrivals = new EventTarget();
    Object.assign(this, askedFor(location));
  }

  /** Follow the member's snapshots; whom the sandbox does not know becomes the first member. */
  start() {
    const { member } = this;
    this.stream?.stop();
    const fresh = this.followed.has(member) ? {} : { fresh: true };
    this.stream = follow("/page/events", { member, tab: TAB, ...fresh }, {
      again: () => ({ member, tab: TAB }),
      onMessage: ({ preparation = null, ...snapshot }) => {
        this.preparation = preparation;
        this.snapshot = preparation ? null : snapshot;
        speak(preparation?.locale ?? memberById(this, member)?.locale);
        this.changed();
        this.arrivals.dispatchEvent(new Event("snapshot"));
      },
      onLink: (reachable) => {
        if (reachable) this.followed.add(member);
        const unknown = !reachable && !this.reachable && !this.snapshot && !this.preparation && member !== FIRST_MEMBER;
        this.reachable = reachable;
        if (unknown) this.become(FIRST_MEMBER);
        else this.changed();
      },
    });
  }

  become(member) {
    if (member === this.member) return;
    const kind = currentChannel(this)?.kind;
    speak(memberById(this, member)?.locale);
    Object.assign(this, { member, snapshot: null, thread: null, found: null, kind });
    this.start();
    this.changed();
  }

  visit(channel) {
    Object.assign(this, { channel, thread: null, found: null });
    this.changed();
  }

  /** Follow a permalink, `/archives/<channel>/p<ts>`; false if it is none. */
  visitPermalink(url) {
    const { channel, thread, found } = askedFor(url);
    if (!found) return false;
    Object.assign(this, { channel, thread, found });
    this.changed();
    return true;
  }

  openThread(ts) {
    this.thread = ts;
    this.changed();
  }

  /** Resolves at the next snapshot, or after `patience` milliseconds without one. */
  nextSnapshot(patience) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.arrivals.addEventListener("snapshot", done, { once: true });
    });
  }

  changed() {
    if (this.snapshot) settle(this);
    remember(this);
    this.render(this);
  }
}

/** What an address asks for; a permalink names a message, to be found in its channel or thread. */
function askedFor(url) {
  const query = new URLSearchParams(url.search);
  const [, channel, seconds, fraction] = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname) ?? [];
  return {
    member: query.get("member") ?? FIRST_MEMBER,
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
