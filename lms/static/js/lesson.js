// Remembers where somebody is in a lesson: the block, how far they came, the second of the video. The lesson itself
// works without it; going to the remembered place is a plain link to the block.
const SAVE_EVERY_MS = 5000;
const READING_LINE = 0.4; // a block is reached when its top is above this part of the window

const lesson = document.querySelector("[data-position-url]");
const blocks = [...lesson.querySelectorAll("[data-block]")];
const token = document.querySelector("#position [name=csrfmiddlewaretoken]").value;

let place = null; // {block, percent, second}: the newest
let sent = null; // what was sent last, as text
let timer = null;
let lastSentAt = 0;

function send() {
  clearTimeout(timer);
  timer = null;
  const text = JSON.stringify(place);
  if (!place || text === sent) return;
  const body = new FormData();
  for (const [name, value] of Object.entries(place)) body.append(name, value);
  body.append("csrfmiddlewaretoken", token);
  sent = text;
  lastSentAt = Date.now();
  fetch(lesson.dataset.positionUrl, { method: "POST", body, keepalive: true, redirect: "manual" })
    .then((response) => { if (!response.ok) sent = null; })
    .catch(() => { sent = null; });
}

function remember(change) {
  place = { block: "", percent: 0, second: "", ...place, ...change };
  timer ??= setTimeout(send, Math.max(0, lastSentAt + SAVE_EVERY_MS - Date.now()));
}

const reached = new Set();
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting, boundingClientRect, rootBounds } of entries) {
    const isAbove = isIntersecting || boundingClientRect.top < (rootBounds?.bottom ?? 0);
    reached[isAbove ? "add" : "delete"](target);
  }
  if (!hasMoved) return;
  const at = blocks.findLastIndex((block) => reached.has(block));
  if (at >= 0) remember({ block: blocks[at].dataset.block, percent: Math.round(((at + 1) * 100) / blocks.length) });
}, { rootMargin: `0px 0px -${(1 - READING_LINE) * 100}% 0px` });

// Opening a lesson at its top must not overwrite the place where it was left.
let hasMoved = false;
addEventListener("scroll", () => { hasMoved = true; }, { once: true, passive: true });
for (const block of blocks) observer.observe(block);

const videos = [...lesson.querySelectorAll("video")];
const { savedBlock, savedSecond } = lesson.dataset;
const startAt = Number(savedSecond);
const left = videos.find((video) => video.closest("[data-block]").dataset.block === savedBlock) ?? videos[0];
if (left && startAt > 0) {
  const seek = () => { if (startAt < left.duration - 3) left.currentTime = startAt; };
  if (left.readyState >= HTMLMediaElement.HAVE_METADATA) seek();
  else left.addEventListener("loadedmetadata", seek, { once: true });
}
for (const video of videos) {
  const { block } = video.closest("[data-block]").dataset;
  const note = () => remember({ block, second: Math.floor(video.currentTime) });
  for (const event of ["timeupdate", "pause"]) video.addEventListener(event, () => { if (video.played.length) note(); });
}

addEventListener("pagehide", send);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });

// What is folded is printed too.
addEventListener("beforeprint", () => { for (const fold of lesson.querySelectorAll("details")) fold.open = true; });
