// The demo list: a click puts an order's number and e-mail into the block's form and sends it.
const blockForm = () => {
  for (const form of document.forms) {
    if (form.elements.namedItem('order') && form.elements.namedItem('email')) return form;
  }
  return null;
};

const type = (input, value) => {
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-demo-order]');
  const form = button && blockForm();
  if (!form) return;
  type(form.elements.namedItem('order'), button.dataset.demoOrder);
  type(form.elements.namedItem('email'), button.dataset.demoEmail);
  const panel = document.querySelector('.demo-panel iframe');
  if (panel) panel.src = `/demo?embedded=1&order=${button.dataset.demoId}`;
  form.scrollIntoView({ block: 'start' });
  form.requestSubmit();
});
