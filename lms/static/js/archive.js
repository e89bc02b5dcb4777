// How far a file of certificates is: asked for every two seconds, less often while the platform does not answer.
const box = document.querySelector("[data-progress-url]");
const sentence = box.querySelector("[data-sentence]");
const bar = box.querySelector("progress");
let pause = 2000;

const look = async () => {
  try {
    const response = await fetch(box.dataset.progressUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.status);
    const progress = await response.json();
    if (progress.state !== "working") return location.reload();
    bar.value = progress.percent;
    // Only what is new is written, so that a screen reader says only that.
    if (sentence.textContent !== progress.sentence) sentence.textContent = progress.sentence;
    pause = 2000;
  } catch {
    pause = Math.min(pause * 2, 60_000);
  }
  setTimeout(look, pause);
};

setTimeout(look, pause);
