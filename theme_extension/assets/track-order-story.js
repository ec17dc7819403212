/** The answer of a look-up as elements. */
const SHOWN_EVENTS = 2;
const SHOWN_ITEMS = 10;
const OVER = ['delivered', 'cancelled', 'digital'];
const NOT_AWAITED = [...OVER, 'ready_for_pickup', 'returning'];
const NOT_LEFT = ['processing', 'on_hold', 'cancelled'];
const COLLECTED = ['pick_up', 'pickup_point', 'retail'];

/** @type {Join} */
const join = (glue, ...texts) => texts.filter(Boolean).join(glue);
/** @type {Newest} */
const newest = (rows, name) => rows.reduce((last, row) => (row[name] > last ? row[name] : last), '');

/** @type {Tell} */
export function tell(answer, widget, { clock, counter, link, links, safeAddress }) {
	const { root, say, part, make } = widget;
	/** @type {Small} */
	const small = (...texts) => make('p.small', join(' · ', ...texts));
	const { order, shipments: parcels, unshipped } = answer;
	const { day, ahead, moment, range, ago, zone } = clock(root);
	const count = counter(widget);
	/** @type {Shows} */
	const shows = (name) => root.matches(`[data-show~=${name}]`);
	const alone = parcels.length === 1 && !unshipped.length;
	const planned = unshipped.map(({ scheduled_at: time }) => time).sort();
	const scheduled = order.status === 'on_hold' && planned.length && planned.every(Boolean);
	const now = scheduled ? 'scheduled' : (order.status ?? 'digital');
	// How all of it reaches the shopper, if there is one way.
	const [way, another] = new Set([...parcels, ...unshipped].map(({ method }) => method));

	/** @type {Label} */
	const label = (status) => say(`label.${status}`) || say('label.unknown');
	/** @type {Titled} */
	const titled = (kind, key, ...content) => content[0] && [make(kind, say(`story.${key}`)), ...content];

	/** @type {Usual} */
	const usual = (group, values) => (!another && say(`${group}.${way}_${now}`)) || say(`${group}.${now}`, values);

	function headline() {
		const left = parcels.some(({ status }) => !NOT_LEFT.includes(status));
		const date = scheduled && range({ from: planned[0], to: planned.at(-1) });
		return (left && say(`partly.${now}`, { date })) || usual('status', { date }) || say('status.unknown');
	}

	function arrival() {
		const delivered = newest(parcels, 'delivered_at');
		if (now === 'delivered' && delivered) return say('story.delivered', { date: day(delivered) });
		// What has not left yet has no date.
		if (unshipped.length || NOT_AWAITED.includes(now) || !shows('expected')) return '';
		const to = order.estimated_delivery_at;
		const windows = parcels.flatMap((parcel) => parcel.delivery_window ?? []);
		const due = windows.find((due) => alone || (due.to ?? due.from) === to) ?? { from: null, to, source: '' };
		const end = due.to ?? due.from;
		const word = due.source === 'rule' ? 'usual' : ahead(end ?? 0) < 0 ? 'was_expected' : 'expected';
		return end && say(`story.${word}`, { date: range(due) });
	}

	/** @type {Attend} */
	function attention(word, among) {
		const reason = among.find((parcel) => parcel.attention === word)?.reason;
		return join(' ', say(`attention.${word}`), reason && say(`reason.${reason.split('_')[0]}`));
	}

	/** @type {Freshness} */
	function freshness(heard, { checked_at: checked }) {
		if (!shows('freshness')) return '';
		const news = newest(heard, 'occurred_at');
		return say(news ? 'story.news' : 'story.checked', { news: news && ago(news), date: ago(checked) });
	}

	/** @type {Advise} */
	function advice({ status, attention: word }, among) {
		const carried = among.some(({ method }) => !COLLECTED.includes(method));
		return part(`advice.${word}`) ?? (carried && part(`advice.${status}`));
	}

	function remarks() {
		const { total, delivered, on_hold: held } = order.items;
		const live = parcels.filter(({ status }) => status !== 'cancelled').length;
		return [
			alone && now === 'delivered' && say(`detail.${parcels[0].detail}`),
			join(' · ', moment(order.cancelled_at), say(`cancel_reason.${order.cancel_reason}`)),
			say(`next.${order.attention}`) || (order.attention !== 'stalled' && usual('next')),
			delivered > 0 && delivered < total && count('delivered', total, delivered),
			held > 0 && held < total && count('on_hold', held),
			live > 1 && !unshipped.length && now !== 'delivered' && count('parcels', live),
			answer.stale && say('story.stale'),
			answer.truncated && say('story.truncated'),
		];
	}

	function steps() {
		const element = order.step !== null && part(!another && COLLECTED.includes(way) ? 'steps.collected' : 'steps');
		if (element) element.children[order.step ?? 0]?.setAttribute('aria-current', 'step');
		return element;
	}

	/** @type {TellItem} */
	function item({ quantity, ordered: total, title, variant, image_url, status, scheduled_at: planned }, index) {
		const pieces = total > quantity ? say('story.quantity_of', { quantity, total }) : quantity;
		const state = small(status && label(status), planned && `${say('story.scheduled_at')} ${day(planned)}`);
		const src = shows('pictures') && safeAddress(image_url);
		const image = src && Object.assign(new Image(48, 48), { alt: '', loading: 'lazy' });
		if (image) image.setAttribute(index < SHOWN_ITEMS ? 'src' : 'data-src', src);
		return make('li.item', image, make('div', `${pieces} × `, make('bdi', join(' · ', title, variant)), state));
	}

	/** @type {Fold} */
	function folded(name, word, rows, shown) {
		const rest = make(`ul.${name}`, ...rows.slice(shown));
		const details = rest && make('details', make('summary.more', count(word, rows.length - shown)), rest);
		details?.addEventListener('toggle', () => {
			for (const image of details.querySelectorAll('img:not([src])')) image.src = image.dataset.src;
		});
		return [make(`ul.${name}`, ...rows.slice(0, shown)), details];
	}

	/** @type {TellItems} */
	const list = (lines) => folded('items', 'more_items', lines.map(item), SHOWN_ITEMS);

	/** @type {TellNumber} */
	function copied(number) {
		const text = make('bdi', number);
		const done = () => widget.announce(say('story.copied'));
		const write = () => navigator.clipboard.writeText(text?.textContent ?? '').then(done, () => {});
		const copy = navigator.clipboard && widget.button('story.copy', write);
		copy?.setAttribute('aria-label', join(' ', say('story.copy'), number));
		return number && make('span.number', text, copy);
	}

	/** @type {TellEvent} */
	function event({ status, attention: word, message, language, city, province, country, occurred_at: time }) {
		const told = message !== label(status) && make('bdi', message);
		if (told) told.lang = language ?? '';
		return make(
			'li.event',
			make('p.event-status', label(status)),
			make('p.mark', say(`attention.${word}`)),
			make('p', told),
			small(moment(time), join(', ', city, province, country)),
		);
	}

	/** @type {TellParcel} */
	function parcel(shipment, index) {
		const { status, tracking, pickup, items, delivery_window: due } = shipment;
		const total = parcels.length;
		const awaited = !alone && shows('expected') && !NOT_AWAITED.includes(status) && due;
		const title = say(total > 1 ? 'story.parcel_of' : 'story.parcel', { number: index + 1, total });
		const facts = [
			...tracking.flatMap(({ carrier, number }) => Object.entries({ carrier, number: copied(number) })),
			['pickup', join(', ', pickup?.name, pickup?.city)],
			['scheduled_at', shipment.scheduled_at && day(shipment.scheduled_at)],
			['shipped_at', moment(shipment.shipped_at)],
			[due?.source === 'rule' ? 'usual_at' : 'expected_at', awaited && range(due)],
			['delivered_at', moment(shipment.delivered_at)],
		];
		/** @type {TellLink} */
		const way = ({ carrier, url }) => link(widget, url, say(carrier ? 'story.link_named' : 'story.link', { carrier }));
		return make(
			'div.parcel',
			make('h3.subtitle', title),
			make('p.status', join(' · ', label(status), say(`method.${shipment.method}`))),
			make('p.text', !alone && join(' ', say(`detail.${shipment.detail}`), attention(shipment.attention, [shipment]))),
			make('dl.facts', ...facts.map(([key, value]) => titled('dt', key, make('dd', value)))),
			make('div.actions', ...tracking.map(way)),
			!alone && now !== status && advice(shipment, [shipment]),
			shows('items') && titled('h4.group', 'items', ...list(items)),
			shows('events') &&
				titled('h4.group', 'events', ...folded('events', 'earlier', shipment.events.map(event), SHOWN_EVENTS)),
			!alone && small(freshness(shipment.events, shipment)),
		);
	}

	function notes() {
		const { refund, payment } = order;
		const moot = refund || (order.cancelled_at && /^(pending|authorized)$/.test(`${payment}`));
		const texts = [
			!moot && (say(`payment.${payment}`) || say(`refund.${payment}`)),
			refund && join(' · ', moment(refund.at), say(`refund.${refund.status}`)),
			say(`returned.${order.return}`),
		];
		return make('ul.notes', ...texts.map((text) => make('li', text)));
	}

	const said = { headline: headline(), expected: arrival(), attention: attention(order.attention, parcels) };
	const title = make('h2.title', say('story.order', { name: order.name }));
	const heard = parcels.flatMap(({ events }) => events);
	const summary = make(
		'div.summary',
		title,
		...Object.entries(said).map(([name, text]) => make(`p.${name}`, text)),
		...remarks().map((text) => make('p.text', text)),
		steps(),
		advice(order, parcels),
		make('div.checked', make('p', freshness(heard, answer)), widget.button('form.refresh', widget.again)),
	);
	const element = make(
		'div.story',
		summary,
		...parcels.map(parcel),
		make('div.parcel', titled('h3.subtitle', 'unshipped', ...list(unshipped))),
		make('div.parcel', titled('h3.subtitle', 'notes', notes())),
		small(join(' ', say('story.placed', { date: moment(order.placed_at) }), say('story.zone', { zone }))),
		make(
			'div.actions',
			shows('status_page') && link(widget, order.status_page_url, say('story.status_page')),
			widget.button('form.another', widget.restart),
			links(widget),
		),
	);
	const moving = !OVER.includes(now);
	return /** @type {Told} */ ({ element, title, headline: join(' ', ...Object.values(said)), moving });
}
