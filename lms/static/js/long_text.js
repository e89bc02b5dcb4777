// Counts the words of long texts while they are written.
for (const place of document.querySelectorAll(".long-text")) {
  const text = place.querySelector("textarea");
  const line = place.querySelector("[data-words]");
  const count = () => {
    const words = text.value.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    line.textContent = line.dataset.textWords.replace("{words}", words);
  };
  text.addEventListener("input", count);
  count();
}
