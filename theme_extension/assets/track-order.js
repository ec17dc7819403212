/** <track-order>: asks for an order without leaving the page. Without this file the form posts as usual. */
const TIME_LIMIT = 12_000;
const SLOW = 4_000;
const FIELDS = /** @type {const} */ (['order', 'email']);
const EXTRAS = /** @type {const} */ (['customer', 'sample']);
/** Settings that the style sheet cannot read in every browser. */
const LOOKS = CSS.supports('color: attr(x type(<color>))') ? [] : ['accent', 'text', 'background', 'radius', 'width'];

function define() {
	if (customElements.get('track-order')) return;
	class TrackOrder extends HTMLElement {
		#gone = new AbortController();

		connectedCallback() {
			this.#gone = new AbortController();
			start(this, this.#gone.signal);
		}

		disconnectedCallback() {
			this.#gone.abort();
		}
	}
	customElements.define('track-order', TrackOrder);
}

/** @type {Make} */
function make(kind, ...children) {
	const content = /** @type {Node[]} */ (children.flat().filter(Boolean));
	if (!content.length) return /** @type {any} */ (null);
	const [tag, name] = kind.split('.');
	const element = document.createElement(tag);
	if (name) element.className = `track-order__${name}`;
	element.append(...content);
	return /** @type {any} */ (element);
}

/** @type {Start} */
function start(root, gone) {
	const form = root.querySelector('form');
	const submitter = form.querySelector('[type=submit]');
	const live = root.querySelector('[data-live]');
	const result = root.querySelector('[data-result]');
	const words = [...root.querySelector('[data-words]').content.children];
	const texts = new Map(words.map((word) => [word.value, word.textContent.trim()]));
	const widget = { root, form, result, say, part, make, button, announce, load, look, refresh, again, restart };
	let reloads = '';
	let waiting = false;
	let asking = new AbortController();
	let telling = new AbortController();
	/** @type {Question} */
	let question;
	/** @type {Able} */
	let more;
	/** @type {Update} */
	let retell;

	form.addEventListener('submit', submit, { signal: gone });
	form.noValidate = true;
	const number = new URLSearchParams(location.search).get('order');
	if (number) form.elements.order.value ||= number.slice(0, 64);
	for (const name of LOOKS) root.style.setProperty(`--track-order-${name}`, root.dataset[name] ?? '');
	for (const extra of EXTRAS.filter((name) => name in root.dataset)) {
		load('more')
			.then((able) => able[extra](able, gone))
			.catch(() => {});
	}
	gone.addEventListener('abort', () => {
		asking.abort('gone');
		telling.abort();
		wait();
	});

	/** @type {Say} */
	function say(key, values = {}) {
		return (texts.get(key) ?? '').replace(/\[(\w+)\]/g, (hole, name) => `${values[name] ?? hole}`);
	}

	/** @type {Part} */
	function part(name) {
		return words.find(({ dataset }) => dataset.part?.split(' ').includes(name))?.cloneNode(true);
	}

	/** @type {Load} */
	async function load(name) {
		try {
			return Object.assign(widget, await import(new URL(root.dataset[name], document.baseURI).href + reloads));
		} catch (fault) {
			reloads += '#';
			throw fault;
		}
	}

	/** @param {Event} event */
	function submit(event) {
		event.preventDefault();
		if (waiting) return;
		const typed = FIELDS.map((name) => form.elements[name].value);
		const faults = FIELDS.map((name, index) => {
			const sound = name === 'order' || /@.+\../.test(typed[index]);
			return [name, !typed[index].trim() ? ['required'] : sound ? [] : ['invalid']];
		});
		if (mark(Object.fromEntries(faults))) return;
		const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
		// Who sends the same again means it.
		const insists = `${body}` === `${question?.body}`;
		look({ address: form.action, body, typed: insists ? null : typed });
	}

	/** @type {Look} */
	async function look(asked) {
		if (waiting) return;
		question = asked;
		if (!form.hidden) {
			if (result.contains(document.activeElement)) submitter.focus();
			clear();
		}
		wait(true);
		const slow = setTimeout(() => announce(say('form.still_looking')), SLOW);
		const outcome = await ask();
		clearTimeout(slow);
		if (outcome.code === 'gone') return;
		wait();
		show(outcome);
	}

	async function refresh() {
		return waiting || !root.checkVisibility() ? {} : ask();
	}

	function again() {
		// What was typed may have been mended since.
		if (!form.hidden && question.address === form.action) form.requestSubmit();
		else look(question);
	}

	function ask() {
		asking.abort('gone');
		const { signal } = (asking = new AbortController());
		const limit = setTimeout(() => asking.abort('timed_out'), TIME_LIMIT);
		return new Promise((resolve) => {
			signal.addEventListener('abort', () => resolve({ code: signal.reason }));
			send(signal).then(resolve);
		}).finally(() => clearTimeout(limit));
	}

	/** @type {Send} */
	async function send(signal) {
		const { address, body, typed } = question;
		const headers = { Accept: 'application/json' };
		try {
			more = await load('more');
			const errors = typed && more.doubts(...typed);
			if (errors) return { code: 'doubtful', errors };
			const answer = fetch(address, { method: 'POST', headers, body, signal }).then(
				(response) => more.understand(response, root),
				/** @returns {Outcome | Promise<never>} */
				(fault) => (fault instanceof TypeError ? { code: 'offline' } : Promise.reject(fault)),
			);
			const both = Promise.all([answer, load('story')]);
			more.clock(root);
			const [{ story, ...outcome }, { tell }] = await both;
			return !story || (story.stale && form.hidden) ? outcome : { told: tell(story, more) };
		} catch {
			return { code: navigator.onLine ? 'upstream_unavailable' : 'offline' };
		}
	}

	function wait(begins = false) {
		waiting = begins;
		root.toggleAttribute('data-waiting', waiting);
		result.ariaBusy = submitter.ariaDisabled = `${waiting}`;
		announce(waiting ? say('form.looking') : '');
	}

	/** @type {Mark} */
	function mark(faults, doubtful) {
		const faulty = FIELDS.find((name) => faults[name]?.length);
		for (const name of FIELDS) {
			const [word, values] = faults[name] ?? [];
			const place = root.querySelector(`[data-error=${name}]`);
			place.textContent = word ? say(`field.${name}.${word}`, values) || say(`field.${name}.invalid`) : '';
			place.hidden = !word;
			form.elements[name].ariaInvalid = word && !doubtful ? 'true' : null;
		}
		if (!faulty) return false;
		clear();
		form.elements[faulty].focus();
		return true;
	}

	function announce(text = '') {
		live.replaceChildren(text);
	}

	function restart() {
		clear();
		form.elements.order.focus();
		form.elements.order.select();
	}

	function clear() {
		telling.abort();
		announce();
		result.replaceChildren();
		form.hidden = false;
	}

	/** @type {Show} */
	function show({ told, code, errors, time }) {
		if (!told && form.hidden && code !== 'order_not_found') {
			retell({ stale: true });
			announce(say('story.stale'));
			return;
		}
		if (errors && mark(errors, code === 'doubtful')) return;
		clear();
		const element = told?.element ?? refusal(code, time);
		const title = element.querySelector('h2');
		form.hidden = Boolean(told);
		title.tabIndex = -1;
		result.append(element);
		title.focus();
		if (!told) return;
		announce(told.headline);
		telling = new AbortController();
		retell = more.keepFresh(told, widget, telling.signal);
	}

	function refusal(code = '', time = '') {
		const element = part(`refusal.${code}`) ?? /** @type {HTMLElement} */ (part('refusal.upstream_unavailable'));
		const next = time && element.querySelector('[data-next]');
		if (next) next.textContent = say('refusal.rate_limited.next_in', { time });
		const retry = 'retry' in element.dataset && button('form.retry', again);
		element.append(make('div.actions', retry, more?.links(widget)) ?? '');
		return element;
	}

	/** @type {Button} */
	function button(key, action, values) {
		return Object.assign(document.createElement('button'), {
			type: 'button',
			className: 'track-order__button',
			textContent: say(key, values),
			onclick: action,
		});
	}
}

const busy = document.querySelector('track-order:is([data-customer], [data-editor])');
if (busy || LOOKS.length || location.search.includes('order=')) define();
else {
	for (const beginning of ['focusin', 'pointerdown', 'keydown', 'click', 'submit']) {
		addEventListener(beginning, define, { capture: true, once: true });
	}
}
