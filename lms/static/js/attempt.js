// Saves the answers of a test while they are given, and tells the remaining time. All words come from the form's data-*
// attributes or from the server; without this script the buttons of the form do the same. It knows no kind of question:
// the answer to question 3 is whatever the form would send under the names «q3» and «q3-…».
const SAVE_AFTER_MS = 1000; // after the last key
const SAVE_AT_LEAST_MS = 5000; // while somebody goes on typing
const RETRY_MS = [2000, 5000, 10000, 30000];
const TIMEOUT_MS = 15000;
const MOST_LEAVING_BYTES = 60_000; // browsers refuse more than 64 KiB from a page that is being left

const form = document.querySelector("#attempt-form");
const text = form.dataset;
const line = document.querySelector("#save-state");
const storagePrefix = `puentes-attempt-${text.attempt}-`;

// {position: {before, fields, sender, turn}} of what is not saved yet: the fingerprint of the answer that the page was
// shown with, [[name, value], …], and the stamp of this change (assessments.stamps). By its stamp the server takes each
// change once and none over a later one, so it does no harm to send a change again, or in two requests at once.
const unsaved = new Map();
const sender = Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");
let turns = 0;
const saved = new Map(); // {position: fields} as the server has them
let unsavedSince = null;
let saving = null;
let failures = 0;
let timer = null;
let isOver = false; // handed in, or too late: nothing more is sent
let isLeaving = false;

function getFields(position, from = form) {
  const name = `q${position}`;
  return [...new FormData(from)].filter(([each, value]) => typeof value === "string"
    && (each === name || (each.startsWith(`${name}-`) && each !== `${name}-go`)));
}

function setFields(position, fields) {
  const left = [...fields];
  const take = (name, value) => {
    const index = left.findIndex((each) => each[0] === name && (value === undefined || each[1] === value));
    return index < 0 ? undefined : left.splice(index, 1)[0][1];
  };
  const inputs = [...form.elements].filter(({ name }) => name === `q${position}` || name.startsWith(`q${position}-`));
  for (const input of inputs) {
    if (input.type === "checkbox" || input.type === "radio") input.checked = take(input.name, input.value) !== undefined;
    else if (input.type === "select-multiple") {
      for (const option of input.options) option.selected = take(input.name, option.value) !== undefined;
    } else if (!["file", "submit", "button"].includes(input.type)) input.value = take(input.name) ?? "";
  }
  // Scripts that show a question in another way hear of it.
  inputs[0]?.dispatchEvent(new Event("change", { bubbles: true }));
}

const getBefore = (position) => form.elements[`before${position}`]?.value
  ?? form.querySelector(`[data-step="${position}"]`)?.dataset.before;

function setBefore(position, before) {
  const input = form.elements[`before${position}`];
  if (input) input.value = before;
  const step = form.querySelector(`[data-step="${position}"]`);
  if (step) step.dataset.before = before;
}

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function show(state, message, link) {
  line.dataset.state = state;
  if (line.textContent !== message || link) line.replaceChildren(message);
  if (!link) return;
  const anchor = document.createElement("a");
  [anchor.href, anchor.textContent] = link;
  line.append(" ", anchor);
}

// What is not saved also survives a closed window. Storage may be full or forbidden: then this page still has it. Each
// question has a place of its own, so that two windows do not overwrite each other.
function keep(position) {
  try {
    const answer = unsaved.get(position);
    if (answer) localStorage.setItem(storagePrefix + position, JSON.stringify(answer));
    else localStorage.removeItem(storagePrefix + position);
  } catch { /* see above */ }
}

function readKept() {
  const kept = [];
  try {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(storagePrefix))) {
      kept.push([key.slice(storagePrefix.length), JSON.parse(localStorage.getItem(key))]);
    }
  } catch { /* nothing readable was kept */ }
  return kept;
}

function note(position) {
  // What another page has left here unsaved goes on as its next change.
  const { before, ...last } = unsaved.get(position) ?? { before: getBefore(position), sender, turn: 0 };
  turns = Math.max(turns, last.turn) + 1;
  unsaved.delete(position); // to its end: they are sent in the order in which they were given
  unsaved.set(position, { before, fields: getFields(position), sender: last.sender, turn: turns });
  unsavedSince ??= Date.now();
  keep(position);
}

// Has the server had this change, or a later one, when it made this page?
function isTaken(position, { sender: by, turn }) {
  const stamps = (JSON.parse(text.taken)[position] ?? "").split(" ").map((stamp) => stamp.split("."));
  return stamps.some(([each, last]) => each === by && turn <= Number(last));
}

function restore() {
  const untouched = form.cloneNode(true);
  untouched.reset();
  for (const { dataset: { question } } of form.querySelectorAll("[data-question]")) {
    saved.set(question, getFields(question, untouched));
  }
  for (const [position, answer] of readKept()) {
    if (getBefore(position) !== undefined && !isTaken(position, answer)) {
      unsaved.set(position, answer);
      if (saved.has(position)) setFields(position, answer.fields);
    }
    keep(position);
  }
  // The browser itself may have put answers back, after going back to this page.
  for (const [position, fields] of saved) {
    if (!unsaved.has(position) && !isSame(getFields(position), fields)) note(position);
  }
  if (unsaved.size) {
    show("unsaved", text.textRestored);
    schedule(0);
  }
}

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = null;
    save();
  }, delay);
}

function addUnsaved(body, position) {
  const answer = unsaved.get(position);
  body.set(`before${position}`, answer.before);
  body.set(`turn${position}`, `${answer.sender}.${answer.turn}`);
  for (const [name] of answer.fields) body.delete(name);
  for (const [name, value] of answer.fields) body.append(name, value);
}

function makeBody(positions = unsaved.keys()) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const position of positions) addUnsaved(body, position);
  return body;
}

// About: each field has a head of its own.
function countBytes({ fields }) {
  return fields.reduce((sum, [name, value]) => sum + new TextEncoder().encode(name + value).length + 150, 500);
}

// One after the other: what changes meanwhile is sent by the next.
async function save() {
  if (isOver || !unsaved.size) return;
  if (!saving) saving = send().finally(() => { saving = null; });
  await saving;
}

async function send() {
  clearTimeout(timer);
  timer = null;
  show("saving", text.textSaving);
  const sent = new Map(unsaved);
  unsavedSince = null;
  let delay;
  try {
    const response = await fetch(text.saveUrl, {
      method: "POST", body: makeBody(), redirect: "manual", headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    delay = await read(response, sent);
  } catch {
    delay = fail(text.textOffline);
  }
  if (delay !== null && timer === null) schedule(delay);
}

// The milliseconds after which to save again, or null.
async function read(response, sent) {
  if (response.type === "opaqueredirect" || [401, 403, 404].includes(response.status)) {
    show("unsaved", text.textSignedOut, [text.loginUrl, text.textSignIn]);
    return null;
  }
  if (response.status >= 500 || response.status === 429) return fail(text.textFailed);
  const reply = await response.json();
  if (response.status === 409) {
    isOver = true;
    for (const position of [...unsaved.keys()]) forget(position);
    show("unsaved", reply.message, reply.url && [reply.url, text.textSeeResult]);
    return null;
  }
  failures = 0;
  for (const [position, answer] of sent) {
    settle(position, answer, reply.before[position] ?? "");
    showState(position, reply.states[position]);
  }
  if (reply.remaining != null) setDeadline(reply.remaining);
  show(response.ok ? "saved" : "unsaved", reply.message);
  return unsaved.size ? 0 : null;
}

// An answer that the server has taken, or refused by name: it is not sent again until it changes.
function settle(position, answer, before) {
  setBefore(position, before);
  saved.set(position, answer.fields);
  const now = unsaved.get(position);
  if (!now || now.turn === answer.turn) {
    forget(position);
  } else {
    now.before = before;
    keep(position);
  }
}

// In the overview of a test that shows one question at a time.
function showState(position, state) {
  const button = form.querySelector(`[data-step="${position}"] button`);
  const parts = button ? [...button.querySelectorAll("[data-state]")] : [];
  for (const part of parts) {
    part.hidden = part.dataset.state !== state;
    button.classList.toggle(`question-number--${part.dataset.state}`, !part.hidden);
  }
}

function forget(position) {
  unsaved.delete(position);
  keep(position);
}

function fail(message) {
  show("unsaved", message);
  failures += 1;
  return RETRY_MS[Math.min(failures, RETRY_MS.length) - 1];
}

function change(event) {
  const question = event.target.closest("[data-question]")?.dataset.question;
  if (question === undefined || event.target.type === "file" || isOver) return;
  if (isSame(unsaved.get(question)?.fields ?? saved.get(question), getFields(question))) return;
  note(question);
  isLeaving = false; // whoever goes on answering has not left
  if (!saving && !failures) show("unsaved", text.textUnsaved);
  schedule(Math.max(0, Math.min(SAVE_AFTER_MS, unsavedSince + SAVE_AT_LEAST_MS - Date.now())));
}

form.addEventListener("input", change);
form.addEventListener("change", change);

// What the form sends is later than whatever is on its way, also where its button says something more.
form.addEventListener("submit", (event) => {
  if (!navigator.onLine) {
    event.preventDefault();
    show("unsaved", text.textOffline);
    return;
  }
  prepareToSend();
});

function prepareToSend() {
  for (const position of [...unsaved.keys()].filter((each) => saved.has(each))) note(position);
  isLeaving = true;
}

// The form takes along what is not saved yet of other pages of this attempt. What leaves with it can no longer be heard
// of: it stays in the storage until a page tells that it was taken.
form.addEventListener("formdata", ({ formData }) => {
  if (!isLeaving) return;
  for (const [position, answer] of unsaved) {
    if (saved.has(position)) formData.set(`turn${position}`, `${answer.sender}.${answer.turn}`);
    else addUnsaved(formData, position);
  }
});

addEventListener("online", () => schedule(0));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && !isLeaving) save();
});
addEventListener("pagehide", () => {
  if (isLeaving || isOver) return;
  isLeaving = true;
  // The rest, if there is more than this, waits in the storage for the next page of this attempt.
  let bytes = 0;
  const positions = [...unsaved].filter(([, answer]) => {
    const size = countBytes(answer);
    if (bytes + size > MOST_LEAVING_BYTES) return false;
    bytes += size;
    return true;
  }).map(([position]) => position);
  if (!positions.length) return;
  fetch(text.saveUrl, { method: "POST", body: makeBody(positions), redirect: "manual", keepalive: true })
    .catch(() => {});
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("beforeunload", (event) => {
  const isWithFile = [...form.querySelectorAll('[type="file"]')].some(({ files }) => files.length);
  if ((unsaved.size || isWithFile) && !isLeaving && !isOver) event.preventDefault();
});

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
  prepareToSend();
  isOver = true;
  form.submit();
}

restore();
if (text.remaining) {
  setDeadline(Number(text.remaining));
  tick();
}
