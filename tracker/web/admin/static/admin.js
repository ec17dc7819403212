// The merchant's page: runs the checks, tries a look-up, saves the settings. It works with App Bridge and Polaris,
// and, for as long as the token it was opened with holds, without them.

const RETRY = 'X-Shopify-Retry-Invalid-Session-Request';
const TONES = { done: 'success', todo: 'warning', optional: 'info', unknown: 'neutral', checking: 'neutral' };
const PLAIN = ['input', 'select'];
const BLOCKS = ['track-order', 'track-order-button'];

const words = JSON.parse(document.getElementById('words').dataset.words);
const openedWith = new URLSearchParams(location.search).get('id_token') ?? '';
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function make(name, properties = {}, ...children) {
	const element = Object.assign(document.createElement(name), properties);
	element.append(...children);
	return element;
}

// --- Asking the service ---

// Longer than any check takes. Nobody is left before a page that says "Checking" for ever.
const PATIENCE = 30_000;
const inTime = (asked) =>
	Promise.race([asked, new Promise((_, fail) => setTimeout(fail, PATIENCE, new Error('no answer in time')))]);

const token = async () => (window.shopify?.idToken ? inTime(window.shopify.idToken()) : openedWith);

async function post(path, body) {
	const send = async () =>
		fetch(path, {
			method: 'POST',
			signal: AbortSignal.timeout(PATIENCE),
			headers: {
				Accept: 'application/json',
				Authorization: `Bearer ${await token()}`,
				...(body && { 'Content-Type': 'application/json' }),
			},
			body: body && JSON.stringify(body),
		});
	let response = await send();
	if (response.status === 401 && response.headers.get(RETRY) === '1' && window.shopify?.idToken) {
		response = await send();
	}
	const answer = await response.json();
	if (!response.ok) throw Object.assign(new Error(answer.code), { answer });
	return answer;
}

// --- What is said ---

function say(where, text, tone = '') {
	const live = document.querySelector(`[data-live="${where}"]`);
	live.dataset.tone = tone;
	live.textContent = text;
}

// --- The guide ---

function tell(step, { state, text, link, extras = [] }) {
	const element = document.getElementById(`step-${step}`);
	element.dataset.state = state;
	const badge = element.querySelector('.state');
	badge.setAttribute('tone', TONES[state]);
	badge.textContent = words[`state.${state}`];
	element.querySelector('.sentence').textContent = text;
	const anchor = element.querySelector('.deep-link');
	if (anchor) {
		if (link) Object.assign(anchor, { href: link.href, textContent: link.text });
		// The way to the theme editor is known before anything is checked, so its step brings no link.
		anchor.hidden = link === undefined ? state === 'done' || !anchor.textContent : !link;
	}
	const list = element.querySelector('.extras');
	list.hidden = extras.length === 0;
	list.replaceChildren(...extras.map(({ scope, text: good }) => make('li', {}, good, ...asking(scope, good))));
}

// App Bridge can ask the merchant for a scope; nobody else can.
function asking(scope, good) {
	if (!window.shopify?.scopes?.request) return [];
	const name = customElements.get('s-button') ? 's-button' : 'button';
	const button = make(name, { type: 'button', textContent: words['steps.scopes.ask'] });
	button.setAttribute(name === 'button' ? 'aria-label' : 'accessibilityLabel', `${words['steps.scopes.ask']}: ${good}`);
	button.addEventListener('click', async () => {
		await window.shopify.scopes.request([scope]).catch(() => {});
		await run(check);
	});
	return [button];
}

async function blockStep() {
	const unknown = { state: 'unknown', text: words['steps.block.unknown'] };
	if (!window.shopify?.app?.extensions) return unknown;
	try {
		const extensions = await inTime(window.shopify.app.extensions());
		const there = extensions
			.flatMap(({ type, activations }) => (type === 'theme_app_extension' ? activations : []))
			.some(({ handle, activations }) => BLOCKS.includes(handle) && activations.length > 0);
		const state = there ? 'done' : 'todo';
		return { state, text: words[`steps.block.${state}`] };
	} catch {
		return unknown;
	}
}

// Said for all to see once there is nothing left to do; else for who does not see the steps change.
function sum(text) {
	const open = all('.step').filter(({ dataset }) => !['done', 'optional'].includes(dataset.state));
	if (open.length) say('guide', text, 'quiet');
	else say('guide', words['guide.ready'], 'success');
}

async function check() {
	for (const { dataset, id } of all('.step')) {
		if (dataset.step !== 'trial') tell(id.replace('step-', ''), { state: 'checking', text: words.checking });
	}
	say('guide', words.checking, 'quiet');
	const block = blockStep().then((step) => tell('block', step));
	try {
		const { steps } = await post('/admin/checks');
		for (const step of steps) tell(step.id, step);
		await block;
		sum(words['guide.checked']);
	} catch {
		await block;
		for (const { dataset } of all('.step[data-state="checking"]')) {
			tell(dataset.step, { state: 'unknown', text: words.not_checked });
		}
		say('guide', words.not_checked, 'critical');
	}
}

async function trial() {
	const list = document.querySelector('#step-trial .parts');
	list.hidden = true;
	say('guide', words['steps.trial.trying'], 'quiet');
	try {
		const step = await post('/admin/trial');
		tell('trial', step);
		const lines = step.parts.map(({ text, works, why, milliseconds }) =>
			make(
				'li',
				{},
				`${works ? '✓' : '✗'} ${text} (${milliseconds} ms)`,
				...(why ? [make('span', { className: 'part-why', textContent: `: ${why}` })] : []),
			),
		);
		list.replaceChildren(...lines, ...(step.story ? [make('li', { textContent: step.story })] : []));
		list.hidden = false;
		sum(step.text);
	} catch {
		tell('trial', { state: 'unknown', text: words.not_checked });
		say('guide', words.not_checked, 'critical');
	}
}

// --- The settings ---

// Each field is there twice; the plain one is used where Polaris is not there.
const fieldsOf = (name) => {
	const found = all(`form [name="${name}"]`);
	const polished = found.filter(({ localName }) => customElements.get(localName));
	return polished.length ? polished : found.filter(({ localName }) => PLAIN.includes(localName));
};

function fault(name, text) {
	const [field] = fieldsOf(name);
	if (!PLAIN.includes(field.localName)) field.error = text;
	else {
		field.setAttribute('aria-invalid', String(Boolean(text)));
		document.getElementById(`plain-${name}-error`).textContent = text;
	}
	return field;
}

// What is no whole number is sent as it is, to be refused by the service in one place.
function whole(name) {
	const typed = String(fieldsOf(name)[0].value).trim();
	return /^\d{1,8}$/.test(typed) ? Number(typed) : typed || null;
}

const text = (name) => String(fieldsOf(name)[0].value).trim() || null;

// What is wrong with one of these fields is told beside it.
async function send(where, path, named, body) {
	named.forEach((name) => fault(name, ''));
	say(where, words[`${where}.saving`]);
	try {
		const answer = await post(path, body);
		say(where, words[`${where}.saved`]);
		window.shopify?.toast?.show(words[`${where}.saved`]);
		return answer;
	} catch ({ answer }) {
		const faults = named.filter((name) => answer?.errors?.[name]);
		const [first] = faults.map((name) => fault(name, words[`errors.${name}`]));
		say(where, words[faults.length ? `${where}.check` : `${where}.failed`], 'critical');
		first?.focus();
		return null;
	}
}

const save = () =>
	send('settings', '/admin/settings', ['stalled_days', 'contact_url', 'lookup_limit'], {
		stalled_days: whole('stalled_days'),
		contact_url: text('contact_url'),
		lookup_limit: whole('lookup_limit'),
		hidden: fieldsOf('shown').flatMap(({ checked, value }) => (checked ? [] : [value])),
	});

// --- Carrier news ---

const accounts = document.querySelector('.accounts');

const CHOICES = ['daily_quota', 'ask_about'];
let kept = [];

function show(told) {
	kept = told;
	accounts.replaceChildren(...told.map(account));
	accounts.hidden = told.length === 0;
}

// Who changes one thing of an account leaves the others as they are.
function prefill() {
	const chosen = kept.find(({ source }) => source === text('source'));
	if (chosen) for (const name of CHOICES) for (const field of all(`#news-form [name="${name}"]`)) field.value = chosen[name];
}

function account({ source, name, state, label, text: how, quota, asked, path }) {
	const badge = make('s-badge', { className: 'state', textContent: label });
	badge.setAttribute('tone', TONES[state]);
	const head = make('div', { className: 'step-head' }, make('h3', { textContent: name }), badge);
	const told = make('p', { className: 'sentence', textContent: `${how} ${quota} ${asked}` });
	const address = path
		? [make('p', { textContent: words['news.address'] }), make('code', { textContent: location.origin + path })]
		: [];
	const polished = Boolean(customElements.get('s-button'));
	const button = make(polished ? 's-button' : 'button', { type: 'button', textContent: words['news.remove'] });
	button.setAttribute(polished ? 'accessibilityLabel' : 'aria-label', words['news.remove_name'].replace('{name}', name));
	button.addEventListener('click', () => run(() => remove(source)));
	return make('li', {}, head, told, ...address, button);
}

async function saveAccount() {
	const answer = await send('news', '/admin/account', ['source', 'key', 'push_secret', ...CHOICES], {
		source: text('source'),
		key: text('key'),
		push_secret: text('push_secret'),
		daily_quota: whole('daily_quota'),
		ask_about: text('ask_about'),
	});
	if (!answer) return;
	show(answer.accounts);
	for (const name of ['key', 'push_secret']) fieldsOf(name)[0].value = '';
}

async function remove(source) {
	try {
		show((await post('/admin/account/remove', { source })).accounts);
		say('news', words['news.removed']);
		// The button that was pressed is gone.
		fieldsOf('source')[0].focus();
	} catch {
		say('news', words['news.failed'], 'critical');
	}
}

// One of a kind at a time. A button that is switched off meanwhile would lose the focus.
const running = new Set();
async function run(action) {
	if (running.has(action)) return;
	running.add(action);
	await action();
	running.delete(action);
}

const actions = { check, trial, save, saveAccount };
document.addEventListener('click', ({ target }) => {
	const button = target.closest('[data-action]');
	if (button) run(actions[button.dataset.action]);
});
for (const [form, action] of [
	['settings-form', save],
	['news-form', saveAccount],
]) {
	document.getElementById(form)?.addEventListener('submit', (event) => {
		event.preventDefault();
		run(action);
	});
}
if (accounts) {
	show(JSON.parse(accounts.dataset.accounts));
	prefill();
	document.getElementById('news-form').addEventListener('change', ({ target }) => target.name === 'source' && prefill());
}
run(check);
