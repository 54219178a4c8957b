// While the runs of a county are computed, look every second how far they are; when they are done, show them in place. The
// page stays where the reader is.

const EVERY_MS = 1000;
const STATES = "main > p.caption, #simulated p"; // what says how far they are
const states = [...document.querySelectorAll(STATES)];
states.at(-1).setAttribute("role", "status");

function say(texts) {
  states.forEach((one, at) => { if (one.textContent !== texts[at]) one.textContent = texts[at]; });
}

async function look() {
  let text;
  try { text = await (await fetch(location.href)).text(); } catch {
    say(states.map(() => "The explorer does not answer; load the page again once it runs."));
    return;
  }
  const found = new DOMParser().parseFromString(text, "text/html");
  if (!found.querySelector("script")) {
    document.querySelector("main").replaceWith(found.querySelector("main"));
    return;
  }
  say([...found.querySelectorAll(STATES)].map((one) => one.textContent));
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
