// Saves the answers of a test while they are given, and tells the remaining time. All words come from the form's data-*
// attributes or from the server; without this script the buttons of the form do the same.
const SAVE_AFTER_MS = 1000;
const RETRY_MS = [2000, 5000, 10000, 30000];
const TIMEOUT_MS = 15000;

const form = document.querySelector("#attempt-form");
const text = form.dataset;
const line = document.querySelector("#save-state");
const storageKey = `puentes-attempt-${text.attempt}`;

const unsaved = new Set(); // positions of the questions changed since the last save
let saving = false;
let failures = 0;
let timer = null;
let isOver = false; // handed in, or too late: nothing more is sent
let isLeaving = false;

const getAnswer = (position) =>
  [...form.querySelectorAll(`[name="q${position}"]:checked`)].map((input) => input.value).join(",");
const getBefore = (position) => form.elements[`before${position}`];

function show(state, message, link) {
  line.dataset.state = state;
  line.replaceChildren(message);
  if (!link) return;
  const anchor = document.createElement("a");
  [anchor.href, anchor.textContent] = link;
  line.append(" ", anchor);
}

// What is not saved also survives a closed window. Storage may be full or forbidden: then this page still has it.
function keep() {
  try {
    if (unsaved.size) {
      const answers = Object.fromEntries([...unsaved].map((position) => [position, getAnswer(position)]));
      localStorage.setItem(storageKey, JSON.stringify(answers));
    } else {
      localStorage.removeItem(storageKey);
    }
  } catch { /* see above */ }
}

function restore() {
  let answers = {};
  try {
    answers = JSON.parse(localStorage.getItem(storageKey)) ?? {};
  } catch { /* nothing readable was kept */ }
  for (const [position, answer] of Object.entries(answers)) {
    if (!getBefore(position) || answer === getBefore(position).value) continue;
    const chosen = answer.split(",");
    for (const input of form.querySelectorAll(`[name="q${position}"]`)) input.checked = chosen.includes(input.value);
    unsaved.add(position);
  }
  // The browser itself may have put answers back, after going back to this page.
  for (const { dataset: { question } } of form.querySelectorAll("[data-question]")) {
    if (getAnswer(question) !== getBefore(question).value) unsaved.add(question);
  }
  keep();
  if (unsaved.size) {
    show("unsaved", text.textRestored);
    schedule(0);
  }
}

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

async function save() {
  if (saving || isOver || !unsaved.size) return;
  clearTimeout(timer);
  saving = true;
  show("saving", text.textSaving);
  const sent = new Map([...unsaved].map((position) => [position, getAnswer(position)]));
  let delay = null;
  try {
    const response = await fetch(text.saveUrl, {
      method: "POST", body: new FormData(form), redirect: "manual", headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    delay = await read(response, sent);
  } catch {
    delay = fail(text.textOffline);
  }
  saving = false;
  keep();
  if (delay !== null) schedule(delay);
}

// The milliseconds after which to save again, or null.
async function read(response, sent) {
  if (response.type === "opaqueredirect" || [401, 403, 404].includes(response.status)) {
    show("unsaved", text.textSignedOut, [text.loginUrl, text.textSignIn]);
    return null;
  }
  if (response.status >= 500 || response.status === 429) return fail(text.textFailed);
  const reply = await response.json();
  if (response.ok) {
    failures = 0;
    for (const [position, answer] of sent) {
      getBefore(position).value = answer;
      if (getAnswer(position) === answer) unsaved.delete(position);
    }
    if (reply.remaining != null) setDeadline(reply.remaining);
    show("saved", reply.message);
    return unsaved.size ? SAVE_AFTER_MS : null;
  }
  if (response.status === 409) {
    isOver = true;
    unsaved.clear();
  }
  show("unsaved", reply.message, reply.url && [reply.url, text.textSeeResult]);
  return null;
}

function fail(message) {
  show("unsaved", message);
  failures += 1;
  return RETRY_MS[Math.min(failures, RETRY_MS.length) - 1];
}

form.addEventListener("change", (event) => {
  const question = event.target.closest("[data-question]");
  if (!question || isOver) return;
  unsaved.add(question.dataset.question);
  keep();
  schedule(SAVE_AFTER_MS);
});

form.addEventListener("submit", (event) => {
  if (navigator.onLine) {
    isLeaving = true;
    return;
  }
  event.preventDefault();
  show("unsaved", text.textOffline);
});

addEventListener("online", () => schedule(0));
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
addEventListener("pagehide", () => {
  if (!unsaved.size || isLeaving || isOver) return;
  fetch(text.saveUrl, { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true }).catch(() => {});
});
addEventListener("pageshow", (event) => { if (event.persisted) isLeaving = false; });
addEventListener("beforeunload", (event) => { if (unsaved.size && !isLeaving && !isOver) event.preventDefault(); });

// --- Remaining time ---

const clock = document.querySelector("#time-left");
const notice = document.querySelector("#time-notice");
const ANNOUNCE_AT = [300, 60];
let deadline = null;
let secondsShown = Infinity;

function setDeadline(remaining) {
  deadline = Date.now() + remaining * 1000;
}

function describe(seconds) {
  const [unit, value] = seconds > 60 ? ["minute", Math.ceil(seconds / 60)] : ["second", seconds];
  const words = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" });
  return text.textTimeLeft.replace("{time}", words.format(value));
}

function tick() {
  const seconds = Math.max(0, Math.ceil((deadline - Date.now()) / 1000));
  const shown = seconds > 60 ? Math.ceil(seconds / 60) * 60 : Math.ceil(seconds / 10) * 10;
  if (shown !== secondsShown) clock.textContent = describe(shown);
  if (ANNOUNCE_AT.some((limit) => seconds <= limit && limit < secondsShown)) notice.textContent = describe(shown);
  secondsShown = Math.min(shown, secondsShown);
  if (seconds > 0) {
    setTimeout(tick, 1000);
  } else {
    handIn();
  }
}

function handIn() {
  if (isOver) return;
  if (!navigator.onLine) {
    addEventListener("online", handIn, { once: true });
    return;
  }
  notice.textContent = clock.textContent = text.textTimeOver;
  const action = Object.assign(document.createElement("input"), { type: "hidden", name: "action", value: "submit" });
  form.append(action);
  isOver = isLeaving = true;
  form.submit();
}

restore();
if (text.remaining) {
  setDeadline(Number(text.remaining));
  tick();
}
