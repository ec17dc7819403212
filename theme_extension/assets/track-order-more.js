/** What <track-order> needs in use. */
const MINUTE = 60_000;
const MAILBOXES = ['gmail', 'hotmail', 'yahoo', 'outlook', 'icloud', 'laposte'];
const ENDINGS = ['com', 'co.jp', 'co.uk'];
const SAMPLES = [1, 2, 0, 3, 11, 100];
/** UPS, DHL, Amazon, Packeta, USPS, FedEx, Yamato, post (UPU S10). */
const TRACKING = /^(1Z\w{16}|JJD\d{10,20}|TBA\d{12}|Z\d{10}|\d{20,22}|[1-9]\d{11}|[A-Z]{2}\d{9}[A-Z]{2})$/i;
const PHONE = /^([+0]\d{8,15}|1?([2-9]\d\d){2}\d{4})$/;

/** @type {IsNear} */
function isNear(one, other) {
	const [a, b] = [one.slice(1), other.slice(1)];
	if (one && one[0] === other[0]) return isNear(a, b);
	return a === b || a === other || one === b || one === b[0] + other[0] + b.slice(1);
}

/** @type {Doubt} */
export function doubts(order, email) {
	const number = order.normalize('NFKC').replace(/[\s().-]/g, '');
	const domain = email.trim().toLowerCase().split('@').at(-1) ?? '';
	const [, name = '', ending = ''] = /^([^.]+)\.(.{2,6})$/.exec(domain) ?? [];
	const meant = !/^[ey]?mail$/.test(name) && MAILBOXES.find((mailbox) => isNear(name, mailbox));
	const likely = meant
		? `${meant}.${ENDINGS.find((each) => isNear(ending, each)) ?? ending}`
		: domain.replace(/\.con$/, '.com');
	const word = (TRACKING.test(number) && 'tracking') || (PHONE.test(number) && 'phone');
	if (!word && likely === domain) return null;
	return { order: word ? [word] : [], email: likely === domain ? [] : ['typo', { domain, likely }] };
}

/** @type {LocaleOf} */
function localeOf({ lang }) {
	const written = (tag = '') => new Intl.Locale(tag).maximize().baseName.slice(0, 7);
	return navigator.languages.find((tag) => written(tag) === written(lang)) ?? lang;
}

/** @type {Largest} */
const largest = (seconds) =>
	seconds < 60 ? ['second', 1] : seconds < 3600 ? ['minute', 60] : seconds < 86400 ? ['hour', 3600] : ['day', 86400];

/** @type {Understand} */
export async function understand(response, root) {
	const wait = Number(response.headers.get('Retry-After'));
	const [unit, size] = largest(wait / 1.5);
	const format = new Intl.NumberFormat(localeOf(root), { style: 'unit', unit, unitDisplay: 'long' });
	const time = wait ? format.format(Math.ceil(wait / size)) : '';
	const code = response.bodyUsed ? 'upstream_unavailable' : 'offline';
	const body = await response.json().catch((fault) => !(fault instanceof SyntaxError) && { code });
	if (body?.code) return { code: body.code, errors: body.errors, time };
	if (body) return body.order ? { story: body } : { code: 'upstream_unavailable' };
	if (response.redirected && /\/password\/?$/.test(new URL(response.url).pathname)) return { code: 'password' };
	if (response.status === 404) return { code: 'not_set_up' };
	return { code: response.status === 429 ? 'rate_limited' : 'upstream_unavailable', time };
}

/** @type {SafeAddress} */
export function safeAddress(address, base) {
	try {
		const { protocol, href } = new URL(address || 'none:', base);
		return /^https?:$/.test(protocol) ? href : null;
	} catch {
		return null;
	}
}

/** @type {Link} */
export function link(make, address, text, base) {
	const href = safeAddress(address, base);
	const tab = base ? {} : { target: '_blank', rel: 'noopener noreferrer' };
	return href && Object.assign(/** @type {HTMLElement} */ (make('a.link', text)), { href, ...tab });
}

/** @type {TellCarriers} */
export function carriers(make, tracking) {
	const each = new Map(tracking.map((told) => [told.carrier, told]));
	return [...each].map(([carrier, { carrier_phone: phone, carrier_help_url: page }]) => {
		const site = link(make, page, page?.split('/')[2]);
		const call = make('a.link', phone);
		if (call) Object.assign(call, { href: `tel:${phone?.replaceAll(' ', '')}`, dir: 'ltr' });
		return (site || call) && make('p.small', make('bdi', carrier), site && [' · ', site], call && [' · ', call]);
	});
}

/** @type {Links} */
export function links({ root, say, make }) {
	return ['contact', 'faq'].map((name) => link(make, root.dataset[name], say(`form.${name}`), document.baseURI));
}

/** @type {TellNumber} */
export function copied({ say, make, button, announce }, number) {
	const { clipboard } = navigator;
	const done = () => {
		announce((copy.textContent = say('story.copied')));
		setTimeout(() => (copy.textContent = say('story.copy')), 2000);
	};
	const copy = clipboard && button('story.copy', () => clipboard.writeText(`${number}`).then(done, () => {}));
	if (copy) copy.ariaLabel = `${say('story.copy')} ${number}`;
	return number && make('span.number', make('bdi', number), copy);
}

/** @type {Counter} */
export function counter({ root, say }) {
	const plural = new Intl.PluralRules(root.lang);
	return (key, total, done) => {
		const sample = SAMPLES.find((each) => plural.select(each) === plural.select(total));
		return say(`count.${key}.${sample}`, { total, done });
	};
}

/** @type {MakeClock} */
export function clock(root) {
	const locale = localeOf(root);
	const now = Date.now();
	const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
	const names = new Intl.DisplayNames(locale, { type: 'region' });
	const format = (options = {}) => new Intl.DateTimeFormat(locale, options);
	const date = format({ weekday: 'long', day: 'numeric', month: 'long' });
	const moment = format({ dateStyle: 'medium', timeStyle: 'short' });
	const today = new Date(now).setHours(0, 0, 0, 0);
	/** @param {Time} time */
	const ahead = (time) => Math.round((new Date(time).setHours(0, 0, 0, 0) - today) / 86_400_000);
	/** @param {Time} time */
	const day = (time) => {
		const days = ahead(time);
		return Math.abs(days) < 2 ? relative.format(days, 'day') : date.format(new Date(time));
	};
	return {
		day,
		ahead,
		moment: (time) => time && moment.format(new Date(time)),
		range({ from, to }) {
			if (!from || !to || from === to) return day(to ?? from ?? now);
			const [start, end] = [new Date(from), new Date(to)];
			if (ahead(from) !== ahead(to)) return date.formatRange(start, end);
			return `${day(to)}, ${format({ timeStyle: 'short' }).formatRange(start, end)}`;
		},
		ago(time) {
			const seconds = (now - +new Date(time)) / 1000;
			const [unit, size] = largest(seconds);
			return unit === 'second' ? '' : relative.format(-Math.round(seconds / size), unit);
		},
		region: (told) => (/^[A-Z]{2}$/.test(told) ? names.of(told) : told),
		zone: date.resolvedOptions().timeZone.replaceAll('_', ' '),
	};
}

/** @type {Morph} */
function morph(old, fresh) {
	if (old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
	if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
	if (!old.attributes) return;
	if (old.open) fresh.dispatchEvent(new Event('toggle'));
	for (const name of ['class', 'href', 'src', 'data-src', 'lang', 'aria-current', 'aria-label']) {
		const value = fresh.getAttribute(name);
		if (value === null) old.removeAttribute(name);
		else if (old.getAttribute(name) !== value) old.setAttribute(name, value);
	}
	const rest = [...old.childNodes];
	for (const node of [...fresh.childNodes]) {
		if (rest.length) morph(rest.shift(), node);
		else old.append(node);
	}
	rest.forEach((node) => node.remove());
}

/** @type {KeepFresh} */
export function keepFresh(told, { refresh, announce, say }, signal) {
	const { element } = told;
	let last = Date.now();
	let timer = 0;
	const show = (fresh = told.retell()) => morph(element, (told = fresh).element);
	const plan = () => {
		clearTimeout(timer);
		timer = setTimeout(look, Math.min(MINUTE, told.pause ? last + told.pause - Date.now() : MINUTE));
	};
	async function look(pause = told.pause) {
		if (document.hidden || signal.aborted) return;
		const due = told.pause && Date.now() - last >= Math.min(pause, told.pause);
		if (due) last = Date.now();
		const { told: news } = due ? await refresh() : {};
		if (signal.aborted) return;
		if (news && news.headline !== told.headline) announce(`${say('story.changed')} ${news.headline}`);
		show(news);
		plan();
	}
	document.addEventListener('visibilitychange', () => look(MINUTE), { signal });
	plan();
	return (changes) => show(told.retell(changes));
}

/** @type {Extra} */
export async function customer(widget, signal) {
	const { root, form, make, say } = widget;
	const list = root.querySelector('[data-recent]');
	const address = form.action.replace(/lookup$/, 'orders');
	const { moment } = clock(root);
	/** @type {TellChoice} */
	const row = ({ name, placed_at: placed }) => {
		const body = new URLSearchParams({ order: name, locale: root.lang });
		const choose = () => widget.look({ address: `${address}/lookup`, body });
		const button = widget.button('story.order', choose, { name });
		button.append(make('span.small', moment(placed)) ?? '');
		return make('li', button);
	};
	const rows = await fetch(address, { headers: { Accept: 'application/json' }, signal })
		.then(async (answer) => (await answer.json()).orders.map(row))
		.catch(() => []);
	if (signal.aborted) return;
	const places = list.childElementCount;
	const rest = make('ul.recent', rows.splice(places - +(rows.length > places)));
	const more = rest && make('summary.more', `${say('form.recent')} (+${rest.childElementCount})`);
	if (rest) rows.push(make('li', make('details', more, rest)));
	list.style.minHeight = `${list.offsetHeight}px`;
	list.replaceChildren(...(rows.length ? rows : [make('li', say('form.none_recent'))]));
}

/** @type {Extra} */
export async function sample(widget, signal) {
	const { tell } = await widget.load('story');
	const { root, result, make, say } = widget;
	const { element } = tell(JSON.parse(root.querySelector('[data-sample-answer]').content.textContent), widget);
	if (!signal.aborted && !result.firstElementChild) result.append(make('p.note', say('form.sample')) ?? '', element);
}
