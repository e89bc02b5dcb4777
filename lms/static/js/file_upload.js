// Sends a chosen file at once; the name of the stored one becomes the answer. Without this script the form sends it.
const form = document.querySelector("#attempt-form");

for (const place of document.querySelectorAll("[data-file-upload]")) {
  const input = place.querySelector('input[type="file"]');
  const answer = place.querySelector('input[type="hidden"]');
  const state = place.querySelector("[data-file-state]");
  const link = place.querySelector("[data-file-name]");
  const { question } = place.closest("[data-question]").dataset;
  const url = new URL(`../files/${question}/`, new URL(form.dataset.saveUrl, location.href));
  const remove = place.querySelector('input[type="checkbox"]');

  const send = async (file) => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("file", file);
    const response = await fetch(url, {
      method: "POST", body: data, redirect: "manual", headers: { Accept: "application/json" },
    });
    if (!response.headers.get("Content-Type")?.includes("json")) throw new Error(response.status);
    return response.json();
  };

  const show = (reply) => {
    state.textContent = reply.message;
    if (!reply.file) return;
    answer.value = reply.file;
    [link.href, link.textContent, remove.checked] = [reply.url, reply.name, false];
    for (const each of place.querySelectorAll("[data-file-kept]")) each.hidden = false;
    answer.dispatchEvent(new Event("change", { bubbles: true }));
  };

  input.addEventListener("change", async (event) => {
    event.stopPropagation(); // the answer changes when the file has arrived
    const [file] = input.files;
    if (!file) return;
    state.textContent = place.dataset.textSending;
    input.disabled = true; // or what saves the answers would send the file too
    try {
      show(await send(file));
    } catch {
      state.textContent = place.dataset.textFailed;
    }
    input.disabled = false;
    input.value = "";
    input.focus();
  });
}
