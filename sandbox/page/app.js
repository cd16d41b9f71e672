/**
 * The page, put together: the store on one side, the parts of the page on the other.
 *
 * After every change each part is asked to bring itself up to date; a part
 * touches the DOM only where something it shows has changed.
 *
 * Hooks for tests (data-testid): message, messages, thread, composer,
 * thread-composer, member-<id>, channel-<id>, channel-home, modal, modal-x,
 * modal-close, modal-submit, modal-error, error-<block_id>, confirm,
 * confirm-yes, confirm-no, notices, notice, notice-toast, bell, connection, home,
 * panel, panel-time, panel-on, panel-said, panel-faults, panel-moves,
 * move-<by>, switches, switch-<kind>-<id>, menu, scrim, message-reply,
 * message-more, shortcuts, thread-close, panel-journal, journal,
 * journal-filter, journal-close, exchange, preparation, preparation-bar,
 * preparation-day.
 */

import { el, region, replace } from "./dom.js";
import { post } from "./api.js";
import { renderSurface } from "./blocks.js";
import { composer } from "./composer.js";
import { createFold } from "./fold.js";
import { header, headerPrint } from "./header.js";
import { createJournal } from "./journal.js";
import { createMessageList } from "./messages.js";
import { createModals } from "./modal.js";
import { createNotices } from "./notices.js";
import { createPanel } from "./panel.js";
import { createPreparation } from "./preparation.js";
import { sidebar } from "./sidebar.js";
import { steady } from "./steady.js";
import { Store, currentChannel, messagesIn } from "./store.js";
import { homeSurface } from "./surface.js";
import { createThread } from "./thread.js";
import { words } from "./words.js";

const byId = (id) => document.getElementById(id);
const render = steady(draw);
const store = new Store(() => render());
const body = byId("place-body");
const regions = {
  sidebar: region(byId("sidebar")),
  header: region(byId("place-header")),
  footer: region(byId("place-footer")),
  home: null,
};
const preparation = createPreparation(byId("preparation"), [byId("panel"), byId("workspace")], store);
const fold = createFold(byId("sidebar"), [byId("place"), byId("thread")]);
const notices = createNotices(byId("drawer"), () => render());
const panel = createPanel(byId("panel"), store, createJournal(byId("journal"), store));
const modals = createModals(byId("modals"), store);
const thread = createThread(byId("thread"), store);
const list = createMessageList(store, { scroller: () => body, testid: "messages" });
const welcome = el("div", { class: "welcome" });
let visited = null;

body.tabIndex = 0;
document.addEventListener("click", followPermalink);
document.addEventListener("visibilitychange", () => render());
store.start();

function draw() {
  const { snapshot } = store;
  nameParts();
  preparation.update();
  panel.update();
  regions.sidebar(sidebarPrint(), () => sidebar(store));
  if (snapshot) {
    const channel = currentChannel(store);
    notices.update(snapshot);
    if (channel) showChannel(channel);
    else showHome();
    thread.update(contextPrint());
    markRead(channel);
    document.title = `${channel?.name ?? words("Home")} · Nordlicht Agency (sandbox)`;
  } else showNothing();
  modals.update();
  regions.header(headerPrint(store, notices), () => header(store, notices, fold));
}

/** What a screen reader calls the parts that stand in index.html. */
function nameParts() {
  byId("panel").setAttribute("aria-label", words("Sandbox: time and faults"));
  byId("sidebar").setAttribute("aria-label", words("Workspace"));
  byId("place").setAttribute("aria-label", words("Conversation"));
  byId("thread").setAttribute("aria-label", words("Thread"));
  byId("journal").setAttribute("aria-label", words("What just happened"));
}

/** Links to messages of this sandbox stay in this page. */
function followPermalink(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || link.origin !== location.origin || event.ctrlKey || event.metaKey) return;
  if (store.visitPermalink(link)) event.preventDefault();
}

/** Between two members: nothing of the first may be left to click on. */
function showNothing() {
  replace(body);
  visited = null;
  regions.footer("nothing", () => null);
}

function showChannel(channel) {
  if (list.node.parentNode !== body) replace(body, welcome, list.node);
  const messages = messagesIn(store, channel.id).filter((message) => !message.thread_ts || message.thread_ts === message.ts);
  list.update(channel.id, messages, { label: words("Messages"), context: contextPrint(), place: `${store.member}/${channel.id}` });
  greet(channel, messages.length === 0);
  visited = null;
  const to = channel.kind === "channel" ? `#${channel.name}` : channel.name;
  const props = { channel: channel.id, placeholder: words("Message {place}", { place: to }), testid: "composer" };
  regions.footer(`${store.member}/${channel.id}`, () => composer(store, props));
}

/** An empty channel says what could be done in it. */
function greet(channel, empty) {
  const [command] = store.snapshot.commands;
  const inChannel = channel.kind === "channel";
  welcome.hidden = !empty;
  replace(
    welcome,
    el("h2", {}, inChannel ? `# ${channel.name}` : channel.name),
    el("p", {}, inChannel ? words("No one has written anything here yet.") : words("What the app tells you privately appears here.")),
    command && inChannel && el("p", {}, words("Try the app. Type this below and press Enter:"), " ", el("code", {}, `${command.command} Acme GmbH`)),
  );
}

/** App Home; opening it is an event of its own for the app. */
function showHome() {
  if (visited !== store.member) {
    visited = store.member;
    const node = el("div", { class: "home", data: { testid: "home" } });
    replace(body, node);
    regions.home = region(node);
    post("home", { member: store.member });
  }
  const { home } = store.snapshot;
  const surface = homeSurface(store);
  regions.home(JSON.stringify([home, contextPrint()]), () => (home
    ? renderSurface(home.blocks ?? [], surface)
    : el("p", { class: "empty" }, words("The app hasn't published a Home tab for you yet."))));
  regions.footer("home", () => null);
}

function markRead(channel) {
  if (channel?.unread > 0 && !document.hidden) post("read", { member: store.member, channel: channel.id });
}

/** What any message may depend on besides itself. */
function contextPrint() {
  const { members, channels, shortcuts } = store.snapshot;
  return JSON.stringify([store.member, members, channels.map(({ id, name }) => [id, name]), shortcuts]);
}

function sidebarPrint() {
  const { members, channels } = store.snapshot ?? {};
  return JSON.stringify([store.member, store.channel, members, channels]);
}
