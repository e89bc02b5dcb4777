// Marking one answer: the points of the chosen levels, saved phrases, and saving from the comment by keyboard.
const form = document.querySelector("[data-marking]");
const comment = form.elements.comment;
const sum = form.querySelector("[data-sum]");

function tell() {
  let [earned, most] = [0, 0];
  for (const criterion of form.querySelectorAll("[data-weight]")) {
    const levels = [...criterion.querySelectorAll("input")];
    const chosen = levels.find((level) => level.checked);
    if (!chosen) {
      sum.textContent = "";
      return;
    }
    earned += criterion.dataset.weight * chosen.dataset.points;
    most += criterion.dataset.weight * Math.max(...levels.map((level) => level.dataset.points));
  }
  const points = (earned / most) * form.dataset.points;
  sum.textContent = form.dataset.textPoints
    .replace("{points}", points.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 }))
    .replace("{most}", Number(form.dataset.points).toLocaleString(document.documentElement.lang));
}

if (sum) {
  form.addEventListener("change", tell);
  tell();
}

for (const button of form.querySelectorAll("[data-phrase]")) {
  button.addEventListener("click", () => {
    const separator = comment.value && !/\s$/u.test(comment.value) ? "\n" : "";
    comment.setRangeText(separator + button.dataset.phrase, comment.value.length, comment.value.length, "end");
    comment.focus();
  });
}

comment.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector('[name="action"][value="next"]'));
});
