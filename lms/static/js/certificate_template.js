/* Shows, a moment after each change in the editor of a certificate template, what it would print. Without this the
   button “Preview” does the same with a new page. */

const WAIT = 700; // milliseconds without a change
const form = document.querySelector('form[data-preview-url]');
const pages = document.getElementById('preview-pages');
const message = document.getElementById('preview-message');
let timer;
let running;

function show(answer) {
  message.textContent = answer.message || '';
  if (!answer.pages) return;
  pages.replaceChildren(...answer.pages.map((source, index) => {
    const page = document.createElement('img');
    page.className = 'puentes-paper';
    page.alt = `${pages.dataset.alt} ${index + 1}`;
    page.src = source;
    return page;
  }));
}

function setOld(isOld) {
  for (const page of pages.children) page.classList.toggle('puentes-paper--old', isOld);
}

async function draw() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  pages.setAttribute('aria-busy', 'true');
  setOld(true);
  try {
    const response = await fetch(form.dataset.previewUrl, { method: 'POST', body: new FormData(form), signal: mine.signal });
    if (response.ok) show(await response.json());
  } catch (error) {
    if (error.name !== 'AbortError') message.textContent = '';
  } finally {
    if (running === mine) {
      pages.removeAttribute('aria-busy');
      setOld(false);
    }
  }
}

if (form) {
  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT);
  };
  form.addEventListener('input', plan);
  form.addEventListener('change', plan);
  form.addEventListener('submit', (event) => {
    if (event.submitter?.name !== 'preview') return;
    event.preventDefault();
    clearTimeout(timer);
    draw();
  });
}
