// The page around an app's frame: it answers what App Bridge asks for inside, and asks the merchant. It listens
// before the frame is there, or what is asked first would be lost.
const theFrame = () => document.querySelector('iframe[data-app-origin]');

const ask = async (path, body) => {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(theFrame().dataset.frameUrl + path, body === undefined ? undefined : options);
  const read = await answer.json();
  if (!answer.ok) throw new Error(read.error ?? `Status ${answer.status}`);
  return read;
};

// Resolves to whether the merchant agreed.
const agreed = (scopes) => {
  const dialog = document.querySelector('#scopes');
  dialog
    .querySelector('ul')
    .replaceChildren(...scopes.map((scope) => Object.assign(document.createElement('li'), { textContent: scope })));
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'grant'), { once: true });
  });
};

const toast = ({ id, message, isError, duration }) => {
  const shown = Object.assign(document.createElement('p'), { id: `toast-${id}`, textContent: message });
  shown.dataset.tone = isError ? 'critical' : 'info';
  document.querySelector('#toasts').append(shown);
  setTimeout(() => shown.remove(), duration);
};

const methods = {
  idToken: async () => (await ask('/id-token', null)).idToken,
  extensions: () => ask('/extensions'),
  'scopes.query': () => ask('/scopes'),
  'scopes.request': async (scopes) => {
    const before = await ask('/scopes');
    const odd = scopes.filter((scope) => ![...before.optional, ...before.required].includes(scope));
    if (odd.length) throw new Error(`Scopes that the app does not declare: ${odd.join(', ')}`);
    const missing = scopes.filter((scope) => !before.granted.includes(scope));
    if (!missing.length) return { result: 'granted-all', detail: before };
    if (!(await agreed(missing))) return { result: 'declined-all', detail: before };
    return { result: 'granted-all', detail: await ask('/scopes/grant', missing) };
  },
  'scopes.revoke': async (scopes) => ({ detail: await ask('/scopes/revoke', scopes) }),
  'toast.show': async (value) => toast(value),
  'toast.hide': async (id) => document.getElementById(`toast-${id}`)?.remove(),
  loading: async (on) => document.querySelector('#loading').toggleAttribute('hidden', !on),
};

window.addEventListener('message', async ({ source, origin, data }) => {
  const frame = theFrame();
  const appOrigin = frame?.dataset.appOrigin;
  if (source !== frame?.contentWindow || origin !== appOrigin || data?.to !== 'admin') return;
  const answer = { to: 'app', id: data.id };
  try {
    if (!Object.hasOwn(methods, data.call)) throw new Error(`Unknown call ${data.call}`);
    answer.result = await methods[data.call](data.value);
  } catch (error) {
    answer.error = error.message;
  }
  frame.contentWindow.postMessage(answer, appOrigin);
});
