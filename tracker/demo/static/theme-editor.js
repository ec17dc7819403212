// The theme editor's page: what is typed is tried at once, and the preview beside it is told what happens.
// Without this file "Save" does the same, and the preview shows it then.
const PAUSE = 200;

const frame = document.querySelector('iframe');
const pages = document.querySelector('#shown-page');
const blocks = [...document.querySelectorAll('[data-block]')];
const address = () => `${frame.dataset.storefront}${pages.value}?design_mode=true`;
const tell = (message) => frame.contentWindow.postMessage(message, new URL(frame.src).origin);
const opened = () => blocks.find((each) => each.open);

function show(page) {
  pages.value = page;
  frame.src = address();
}

function select(details) {
  const { block, page } = details.dataset;
  // The page tells when it has loaded.
  if (page && page !== pages.value) show(page);
  else tell({ act: 'select', block });
}

async function tryOut(form) {
  const body = new FormData(form);
  body.set('act', 'try');
  const answer = await fetch(form.action, { method: 'POST', body });
  const fault = form.querySelector('[data-fault]');
  fault.hidden = answer.ok;
  fault.textContent = answer.ok ? '' : await answer.text();
  if (answer.ok) tell({ act: 'load', block: form.closest('[data-block]').dataset.block });
}

for (const details of blocks) {
  details.addEventListener('toggle', () => {
    if (details.open) select(details);
    else tell({ act: 'deselect', block: details.dataset.block });
  });
}

for (const form of document.querySelectorAll('form[data-settings]')) {
  let waiting = 0;
  form.addEventListener('input', ({ target }) => {
    const { type, value, nextElementSibling, previousElementSibling, dataset } = target;
    if (type === 'range') nextElementSibling.value = `${value} ${dataset.unit}`;
    if (type === 'color') previousElementSibling.value = value;
    clearTimeout(waiting);
    waiting = setTimeout(tryOut, PAUSE, form);
  });
}

pages.addEventListener('change', () => show(pages.value));
addEventListener('message', ({ source, data }) => {
  if (source !== frame.contentWindow) return;
  pages.value = data.loaded;
  if (opened()) tell({ act: 'select', block: opened().dataset.block });
});
