// What the browser does for the page, and the server cannot: it keeps addresses, follows links without loading the page
// again, remembers scenarios, and copies text. Nothing is fetched.

const KEPT = { saved: localStorage, tried: sessionStorage };
const PREFIX = "enforcement-sim-explorer-";

function remembered(name) {
  try { return JSON.parse(KEPT[name].getItem(PREFIX + name) || "[]"); } catch { return []; }
}

function remember(name, entries) {
  try { KEPT[name].setItem(PREFIX + name, JSON.stringify(entries)); } catch { /* a full or forbidden store forgets */ }
}

function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // a page that is not served from this machine
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  return Promise.resolve();
}

function within(root, selector) {
  const here = root.querySelector(selector);
  if (here) return here;
  for (const one of root.querySelectorAll("*")) {
    const inside = one.shadowRoot && within(one.shadowRoot, selector);
    if (inside) return inside;
  }
  return null;
}

// What an explanation opens is far from its link: it is scrolled to, and has the keyboard's focus.
function reveal(find, tries = 100) {
  const found = find();
  if (found && found.checkVisibility()) {
    found.style.scrollMarginTop = "5rem";
    found.scrollIntoView({ block: "start" });
    found.focus({ preventScroll: true });
  } else if (tries) setTimeout(() => reveal(find, tries - 1), 100);
}

function whyTab() {
  const tab = within(document, '[role="tab"][aria-selected="true"]');
  return tab && tab.textContent.trim().toLowerCase() === "why" ? tab : null;
}

// Parts of the page that the browser still builds would miss what the server draws into them: a message waits for them.
function say(view, model, message, tries = 300) {
  const document = view.model.document;
  if (tries && document && !document.is_idle) setTimeout(() => say(view, model, message, tries - 1), 100);
  else model.send_msg(message);
}

function pressed(view, model, event) {
  const path = event.composedPath().filter((one) => one instanceof HTMLElement);
  const button = path.find((one) => one.dataset.say || one.dataset.copy);
  if (button) {
    if (button.dataset.say) {
      const message = JSON.parse(button.dataset.say);
      say(view, model, message);
      if (message.reveal) reveal(() => within(document, message.reveal));
    } else {
      const text = button.dataset.copy.startsWith("?") ? location.origin + location.pathname + button.dataset.copy : button.dataset.copy;
      copy(text).then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Not copied: the browser forbids it"; });
    }
    return;
  }
  const link = path.find((one) => one instanceof HTMLAnchorElement);
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
  if (link && plain && !link.target && (link.getAttribute("href") || "").startsWith("?")) {
    event.preventDefault();
    say(view, model, { kind: "open", query: link.getAttribute("href") });
    if (link.classList.contains("why")) reveal(whyTab);
  }
}

export function render({ model, view }) {
  const show = () => {
    const { query, instead } = model.address;
    if (query === undefined || location.search === query) return;
    history[instead ? "replaceState" : "pushState"]({}, "", location.pathname + query);
  };
  const tell = () => say(view, model, { kind: "remembered", saved: remembered("saved"), tried: remembered("tried") });
  model.on("address", show);
  for (const name of Object.keys(KEPT)) model.on(name, () => remember(name, model[name]));
  window.onpopstate = () => say(view, model, { kind: "open", query: location.search, popped: true });
  window.addEventListener("storage", tell);
  document.addEventListener("click", (event) => pressed(view, model, event));
  if (model.address.query !== undefined) history.replaceState({}, "", location.pathname + model.address.query);
  tell();
  const nothing = document.createElement("span");
  nothing.hidden = true;
  return nothing;
}
