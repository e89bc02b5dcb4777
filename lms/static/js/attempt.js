// Saves the answers of a test while they are given, and tells the remaining time. All words come from the form's data-*
// attributes or from the server; without this script the buttons of the form do the same. It knows no kind of question:
// the answer to question 3 is whatever the form would send under the names «q3» and «q3-…».
const SAVE_AFTER_MS = 1000; // after the last key
const SAVE_AT_LEAST_MS = 5000; // while somebody goes on typing
const RETRY_MS = [2000, 5000, 10000, 30000];
const TIMEOUT_MS = 15000;

const form = document.querySelector("#attempt-form");
const text = form.dataset;
const line = document.querySelector("#save-state");
const storagePrefix = `puentes-attempt-${text.attempt}-`;

// {position: {before, fields, left}} of what is not saved yet, in the order in which it was answered: the fingerprint of
// the answer that the page was shown with, [[name, value], …], and whether it was sent while the page was left.
const unsaved = new Map();
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
  const { before = getBefore(position), resent = false } = unsaved.get(position) ?? {};
  unsaved.delete(position); // to its end: they are sent in the order in which they were given
  unsaved.set(position, { before, resent, fields: getFields(position) });
  unsavedSince ??= Date.now();
  keep(position);
}

function restore() {
  const untouched = form.cloneNode(true);
  untouched.reset();
  for (const { dataset: { question } } of form.querySelectorAll("[data-question]")) {
    saved.set(question, getFields(question, untouched));
  }
  for (const [position, answer] of readKept()) {
    const before = getBefore(position);
    // What was sent while the page was left has arrived if something was saved since.
    const isSaved = before === undefined || (answer.left && answer.before !== before)
      || isSame(answer.fields, saved.get(position));
    if (!isSaved) {
      unsaved.set(position, { before: answer.before, resent: answer.resent, fields: answer.fields });
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

function makeBody() {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [position, { before, resent, fields }] of unsaved) {
    body.append(`before${position}`, before);
    if (resent) body.append(`resent${position}`, "1");
    for (const [name, value] of fields) body.append(name, value);
  }
  return body;
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
    // It may have arrived although its reply did not: what is sent next counts even where it is as it was before.
    for (const position of sent.keys()) {
      unsaved.get(position).resent = true;
      keep(position);
    }
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
  for (const [position, answer] of sent) settle(position, answer, reply.before[position] ?? "");
  if (reply.remaining != null) setDeadline(reply.remaining);
  show(response.ok ? "saved" : "unsaved", reply.message);
  return unsaved.size ? 0 : null;
}

// An answer that the server has taken, or refused by name: it is not sent again until it changes.
function settle(position, answer, before) {
  setBefore(position, before);
  saved.set(position, answer.fields);
  const now = unsaved.get(position);
  if (!now || isSame(now.fields, answer.fields)) {
    forget(position);
  } else {
    now.before = before;
    now.resent = false;
    keep(position);
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
  if (!saving && !failures) show("unsaved", text.textUnsaved);
  schedule(Math.max(0, Math.min(SAVE_AFTER_MS, unsavedSince + SAVE_AT_LEAST_MS - Date.now())));
}

form.addEventListener("input", change);
form.addEventListener("change", change);

form.addEventListener("submit", async (event) => {
  if (saving) {
    // What is being saved may be older than what is sent here, and the form does not know yet with what to compare it.
    event.preventDefault();
    await saving;
    if (!isLeaving) form.requestSubmit(event.submitter);
    return;
  }
  if (navigator.onLine) {
    leave();
    return;
  }
  event.preventDefault();
  show("unsaved", text.textOffline);
});

// What is sent while the page is left can no longer be heard of; the next page finds out whether it arrived.
function leave() {
  isLeaving = true;
  for (const [position, answer] of unsaved) {
    answer.left = true;
    keep(position);
  }
}

addEventListener("online", () => schedule(0));
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
addEventListener("pagehide", () => {
  if (!unsaved.size || isLeaving || isOver) return;
  fetch(text.saveUrl, { method: "POST", body: makeBody(), redirect: "manual", keepalive: true }).catch(() => {});
  leave();
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

async function handIn() {
  if (isOver) return;
  if (!navigator.onLine) {
    addEventListener("online", handIn, { once: true });
    return;
  }
  notice.textContent = clock.textContent = text.textTimeOver;
  await save(); // also what was answered on other pages of this attempt
  if (isOver) return;
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
