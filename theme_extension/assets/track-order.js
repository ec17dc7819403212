/**
 * <track-order>: asks for an order without leaving the page. Without this file the form posts as usual.
 * The markup it expects is described in snippets/track-order-form.liquid.
 */
const TIME_LIMIT = 12_000;
const SLOW = 4_000;
const FIELDS = ['order', 'email'];
const TRY_AGAIN = ['upstream_unavailable', 'offline', 'timed_out'];
/** Settings that reach the style sheet. */
const LOOKS = ['accent', 'text', 'background', 'radius', 'width'];

/** The texts of a <template>, by key: say(key, values) fills their [holes]; '' for an unknown key. */
function readWords(template) {
	let texts;
	return (key, values = {}) => {
		texts ??= new Map(
			Array.from(template.content.querySelectorAll('data'), (word) => [word.value, word.textContent.trim()]),
		);
		return (texts.get(key) ?? '').replace(/\[(\w+)\]/g, (hole, name) => values[name] ?? hole);
	};
}

/** An element with a class and content: strings become text, never markup. Null where there is no content. */
function make(tag, name, ...children) {
	const content = children.flat().filter(Boolean);
	if (!content.length) return null;
	const element = document.createElement(tag);
	if (name) element.className = `track-order__${name}`;
	element.append(...content);
	return element;
}

/** The other files are lent the element itself: what is not private is theirs to use. */
class TrackOrder extends HTMLElement {
	make = make;
	say;
	#form;
	#live;
	#result;
	#listening;
	#asking;
	#question;
	#sent;
	#more;
	#telling;
	#reloads = '';

	connectedCallback() {
		this.#form = this.querySelector('form');
		this.#live = this.querySelector('[data-live]');
		this.#result = this.querySelector('[data-result]');
		this.say = readWords(this.querySelector('[data-words]'));
		this.lang ||= 'en';
		this.#listening = new AbortController();
		const { signal } = this.#listening;
		this.#form.addEventListener('submit', (event) => this.#submit(event), { signal });
		// Our own words and marks replace the browser's bubbles, which few screen readers repeat.
		this.#form.noValidate = true;
		const number = new URLSearchParams(location.search).get('order')?.slice(0, 64);
		if (number) this.#field('order').value ||= number;
		for (const name of LOOKS) {
			if (this.dataset[name]) this.style.setProperty(`--track-order-${name}`, this.dataset[name]);
		}
		for (const extra of ['customer', 'sample']) {
			if (extra in this.dataset)
				this.load('more').then(
					(more) => more[extra](this, signal),
					() => {},
				);
		}
	}

	disconnectedCallback() {
		this.#listening.abort();
		this.#asking?.abort('gone');
		this.#telling?.abort();
		this.#wait(false);
		this.#form.noValidate = false;
		this.removeAttribute('style');
	}

	#field(name) {
		return this.#form.elements.namedItem(name);
	}

	/** One of the other files, which a page that nobody uses does not need. */
	async load(name) {
		try {
			return await import(new URL(this.dataset[name], document.baseURI).href + this.#reloads);
		} catch (fault) {
			// Browsers remember a failure by its address, so the next try has another one.
			this.#reloads += '#';
			throw fault;
		}
	}

	#submit(event) {
		event.preventDefault();
		if (this.#waiting) return;
		const missing = FIELDS.filter((name) => !this.#field(name).value.trim());
		if (this.#mark(Object.fromEntries(missing.map((name) => [name, ['required']])))) return;
		// Who sends the same again means it.
		const typed = FIELDS.map((name) => this.#field(name).value);
		const insists = this.#sent === typed.join();
		this.#sent = typed.join();
		const body = new URLSearchParams(new FormData(this.#form));
		this.look({ address: this.#form.action, body, typed: insists ? null : typed });
	}

	async look(question) {
		if (this.#waiting) return;
		this.#question = question;
		this.#wait(true);
		const slow = setTimeout(() => this.announce(this.say('form.still_looking')), SLOW);
		const outcome = await this.#ask();
		clearTimeout(slow);
		if (outcome.code === 'gone') return;
		this.#wait(false);
		this.#show(outcome);
	}

	/** The last question once more, in silence; not while somebody waits for an answer or nobody can see it. */
	async refresh() {
		return this.#waiting || !this.getClientRects().length ? {} : this.#ask();
	}

	again() {
		// What was typed may have been mended since.
		if (this.#question.address === this.#form.action) this.#form.requestSubmit();
		else this.look(this.#question);
	}

	/** `{told}`: the elements of a story, or `{code, errors, time}`. Never rejects. */
	async #ask() {
		this.#asking?.abort('gone');
		const asking = new AbortController();
		this.#asking = asking;
		const limit = setTimeout(() => asking.abort('timed_out'), TIME_LIMIT);
		const outcome = await new Promise((resolve) => {
			asking.signal.addEventListener('abort', () => resolve({ code: asking.signal.reason }));
			this.#send(asking.signal).then(resolve);
		});
		clearTimeout(limit);
		return outcome;
	}

	async #send(signal) {
		const { address, body, typed } = this.#question;
		const headers = { Accept: 'application/json' };
		let outcome;
		try {
			this.#more = await this.load('more');
			const errors = typed && this.#more.doubts(...typed);
			if (errors) return { code: 'doubtful', errors };
			// An address and not a Request, because other apps wrap `fetch` and expect one.
			const response = await fetch(address, { method: 'POST', headers, body, signal });
			outcome = await this.#more.understand(response, this);
		} catch {
			return { code: 'offline' };
		}
		if (!outcome.story) return outcome;
		try {
			const { tell } = await this.load('story');
			return { told: tell(outcome.story, this, this.#more) };
		} catch {
			return { code: 'upstream_unavailable' };
		}
	}

	get #waiting() {
		return this.hasAttribute('data-waiting');
	}

	#wait(waiting) {
		this.toggleAttribute('data-waiting', waiting);
		this.#result.toggleAttribute('aria-busy', waiting);
		// aria-disabled and not disabled: a disabled button would drop the keyboard's focus.
		this.#form.querySelector('[type=submit]').ariaDisabled = waiting;
		this.announce(waiting ? this.say('form.looking') : '');
	}

	/** Marks the fields at fault, or in doubt, and moves to the first; false where there is none. */
	#mark(faults, doubtful) {
		const faulty = FIELDS.filter((name) => faults?.[name]?.length);
		for (const name of FIELDS) {
			const [word, values] = faulty.includes(name) ? faults[name] : [];
			const place = this.querySelector(`[data-error=${name}]`);
			place.textContent = word && (this.say(`field.${name}.${word}`, values) || this.say(`field.${name}.invalid`));
			place.hidden = !word;
			if (word && !doubtful) this.#field(name).ariaInvalid = 'true';
			else this.#field(name).removeAttribute('aria-invalid');
		}
		if (!faulty.length) return false;
		this.#clear();
		this.#field(faulty[0]).focus();
		return true;
	}

	announce(text) {
		this.#live.replaceChildren(text);
	}

	restart() {
		this.#clear();
		this.#field('order').focus();
		this.#field('order').select();
	}

	#clear() {
		this.#telling?.abort();
		this.announce('');
		this.#result.replaceChildren();
		this.#form.hidden = false;
	}

	#show({ told, code, errors, time }) {
		if (errors && this.#mark(errors, code === 'doubtful')) return;
		this.#clear();
		const { element, title, headline } = told ?? this.#refusal(code, time);
		this.#form.hidden = Boolean(told);
		title.tabIndex = -1;
		this.#result.append(element);
		title.focus();
		if (!told) return;
		this.announce(headline);
		this.#telling = new AbortController();
		this.#more.keepFresh(told, this, this.#telling.signal);
	}

	#refusal(code, time) {
		const say = this.say;
		let known = code === 'invalid_signature' ? 'not_set_up' : code;
		if (!say(`refusal.${known}.title`)) known = 'upstream_unavailable';
		const title = make('h3', 'title', say(`refusal.${known}.title`));
		const next = time && say(`refusal.${known}.next_in`, { time });
		const causes = known === 'order_not_found' ? ['number', 'email', 'recent', 'old'] : [];
		const element = make(
			'div',
			'refusal',
			title,
			make('p', 'text', say(`refusal.${known}.body`)),
			make('p', 'text', next || say(`refusal.${known}.next`)),
			make('ul', 'causes', ...causes.map((cause) => make('li', '', say(`help.${cause}`)))),
			make('p', 'text', 'editor' in this.dataset && say(`refusal.${known}.merchant`)),
			make(
				'div',
				'actions',
				TRY_AGAIN.includes(known) && this.button('form.retry', () => this.again()),
				this.#more?.links(this),
			),
		);
		return { element, title };
	}

	button(key, action, values) {
		const button = make('button', 'button', this.say(key, values));
		button.type = 'button';
		button.addEventListener('click', action);
		return button;
	}
}

if (!customElements.get('track-order')) customElements.define('track-order', TrackOrder);
