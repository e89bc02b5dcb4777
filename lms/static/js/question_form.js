/* Marks, in the form of a question, each text that is missing in a language or older than its source. What is older is
   in the page (#older-texts): [language, source, translation] of each; a text that is changed is no longer older. */

const panel = document.getElementById('question-texts');
const older = JSON.parse(document.getElementById('older-texts')?.textContent || '[]');

function getLanguage(field) {
  return field.name.slice(field.name.lastIndexOf('-') + 1);
}

function setFlag(field, text) {
  const id = `${field.id}-flag`;
  let flag = document.getElementById(id);
  if (!text) {
    flag?.remove();
    field.classList.remove('localized-text__flagged');
    if (flag) field.removeAttribute('aria-describedby');
    return;
  }
  if (!flag) {
    flag = document.createElement('p');
    flag.id = id;
    flag.className = 'localized-text__flag';
    field.after(flag);
  }
  if (flag.textContent !== text) flag.textContent = text;
  field.classList.add('localized-text__flagged');
  field.setAttribute('aria-describedby', id);
}

function check(group) {
  const fields = [...group.querySelectorAll('textarea')];
  const source = fields.find((field) => field.value.trim());
  for (const field of fields) {
    let text = '';
    if (source && !field.value.trim()) {
      text = panel.dataset.missing;
    } else if (source && older.some(([language, from, translation]) => (
      language === getLanguage(field) && from === source.value && translation === field.value))) {
      text = panel.dataset.older;
    }
    setFlag(field, text);
  }
}

function checkAll() {
  for (const group of document.querySelectorAll('.localized-text:not(.localized-text--one-for-all)')) check(group);
}

// The field that Wagtail makes for tags has no name of its own.
function nameTags() {
  const field = document.querySelector('.tagit-new input:not([aria-label])');
  if (field) field.setAttribute('aria-label', document.querySelector('label[for="id_tags"]')?.textContent.trim() || 'Tags');
}

if (panel) {
  document.addEventListener('input', (event) => {
    const group = event.target.closest('.localized-text:not(.localized-text--one-for-all)');
    if (group) check(group);
  });
  // Options and kinds are added by Wagtail's own script, at the start too.
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => (
      node.nodeType === Node.ELEMENT_NODE && !node.matches('.localized-text__flag'))))) {
      checkAll();
      nameTags();
    }
  }).observe(document.body, {childList: true, subtree: true});
  checkAll();
  nameTags();
}
