/** The answer of a look-up as elements. */
const SHOWN_EVENTS = 2;
const SHOWN_ITEMS = 10;
const COLLECTED = ['pick_up', 'pickup_point', 'retail'];

/** @type {Join} */
const join = (glue, ...texts) => texts.filter(Boolean).join(glue);
/** @type {Newest} */
const newest = (rows, name) => rows.reduce((last, row) => (row[name] > last ? row[name] : last), '');

/** @type {Tell} */
export function tell(answer, widget, helpers) {
	const { clock, counter, link, links, safeAddress } = helpers;
	const { root, say, part, make } = widget;
	/** @type {Small} */
	const small = (...texts) => make('p.small', join(' · ', ...texts));
	const { order, shipments: parcels, unshipped } = answer;
	const { day, ahead, moment, range, ago, zone } = clock(root);
	const count = counter(widget);
	/** @type {Shows} */
	const shows = (name) => root.matches(`[data-show~=${name}]`);
	const alone = parcels.length === 1 && !unshipped.length;
	const planned = unshipped.map((each) => each.scheduled_at).sort();
	const scheduled = order.status === 'on_hold' && planned.length && planned.every(Boolean);
	const now = scheduled ? 'scheduled' : (order.status ?? 'digital');
	const [first, another] = new Set([...parcels, ...unshipped].map(({ method }) => method));
	const way = another ? '' : `${first}`;
	const handed = COLLECTED.includes(way) ? 'collected' : 'delivered';
	const grave =
		order.step !== null && /^(problem|stalled)$/.test(`${order.attention}`) && say(`attention.${order.attention}`);

	/** @type {Label} */
	const label = (status, method = way) =>
		say(`label.${method}_${status}`) || say(`label.${status}`) || say('label.unknown');
	/** @type {Titled} */
	const titled = (kind, key, ...content) => content[0] && [make(kind, say(`story.${key}`)), ...content];

	/** @type {Usual} */
	const usual = (group, values) => say(`${group}.${way}_${now}`) || say(`${group}.${now}`, values);

	function arrival() {
		const delivered = newest(parcels, 'delivered_at');
		if (now === 'delivered' && delivered) return say(`story.${handed}`, { date: day(delivered) });
		const due = shows('expected') && order.delivery_window;
		if (!due) return '';
		const late = ahead(due.to ?? due.from ?? 0) < 0;
		const word = due.source === 'rule' ? 'usual' : late ? 'was_expected' : 'expected';
		return say(`story.${word}`, { date: range(due) });
	}

	/** @type {Attend} */
	function attention(word, among, told = say(`attention.${word}`)) {
		const reason = among.find((parcel) => parcel.attention === word)?.reason;
		return join(' ', told, reason && say(`reason.${reason.split('_')[0]}`));
	}

	/** @type {Freshness} */
	function freshness(heard, { checked_at: checked }) {
		const news = newest(heard, 'occurred_at');
		return (
			shows('freshness') && say(news ? 'story.news' : 'story.checked', { news: news && ago(news), date: ago(checked) })
		);
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
			alone && now === handed && say(`detail.${parcels[0].detail}`),
			join(' · ', moment(order.cancelled_at), say(`cancel_reason.${order.cancel_reason}`)),
			say(`next.${order.attention}`) ||
				(order.attention !== 'stalled' && (say(`payment.${order.payment_due}`) || usual('next'))),
			delivered > 0 && delivered < total && count('delivered', total, delivered),
			held > 0 && held < total && count('on_hold', held),
			live > 1 && !unshipped.length && now !== 'delivered' && count('parcels', live),
			answer.truncated && say('story.truncated'),
		];
	}

	function steps() {
		const element = order.step !== null && (part(`steps.${way}`) ?? part('steps'));
		if (element) Object.assign(element.children[order.step ?? 0], { ariaCurrent: 'step', hidden: false });
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
		const done = () => {
			copy.textContent = say('story.copied');
			widget.announce(copy.textContent);
			setTimeout(() => (copy.textContent = say('story.copy')), 2000);
		};
		const write = () => navigator.clipboard.writeText(`${number}`).then(done, () => {});
		const copy = navigator.clipboard && widget.button('story.copy', write);
		if (copy) copy.ariaLabel = `${say('story.copy')} ${number}`;
		return number && make('span.number', make('bdi', number), copy);
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
		const { status, method, tracking, pickup, items, delivery_window: due } = shipment;
		const total = parcels.length;
		const events = shipment.events.map(event);
		const title = say(total > 1 ? 'story.parcel_of' : 'story.parcel', { number: index + 1, total });
		const facts = [
			...tracking.flatMap(({ carrier, number }) => Object.entries({ carrier, number: copied(number) })),
			['pickup', join(', ', pickup?.name, pickup?.city)],
			['scheduled_at', shipment.scheduled_at && day(shipment.scheduled_at)],
			['shipped_at', moment(shipment.shipped_at)],
			[due?.source === 'rule' ? 'usual_at' : 'expected_at', !alone && shows('expected') && due && range(due)],
			[COLLECTED.includes(method) ? 'collected_at' : 'delivered_at', moment(shipment.delivered_at)],
		];
		/** @type {TellLink} */
		const follow = ({ carrier, url }) =>
			link(widget, url, say(carrier ? 'story.link_named' : 'story.link', { carrier }));
		return make(
			'div.parcel',
			make('h3.subtitle', title),
			make('p.status', join(' · ', label(status, method), say(`method.${method}`))),
			make('p.text', !alone && join(' ', say(`detail.${shipment.detail}`), attention(shipment.attention, [shipment]))),
			make('dl.facts', ...facts.map(([key, value]) => titled('dt', key, make('dd', value)))),
			make('div.actions', ...tracking.map(follow)),
			!alone && now !== status && advice(shipment, [shipment]),
			shows('items') && titled('h4.group', 'items', ...list(items)),
			shows('events') && titled('h4.group', 'events', ...folded('events', 'earlier', events, SHOWN_EVENTS)),
			!alone && small(freshness(shipment.events, shipment)),
		);
	}

	function notes() {
		const { refund, payment } = order;
		const moot = refund || (order.cancelled_at && /^(pending|authorized)$/.test(`${payment}`));
		return make(
			'ul.notes',
			...[
				!moot && (say(`payment.${payment}`) || say(`refund.${payment}`)),
				refund && join(' · ', moment(refund.at), say(`refund.${refund.status}`)),
				say(`returned.${order.return}`),
			].map((text) => make('li', text)),
		);
	}

	const date = scheduled && range({ from: planned[0], to: planned.at(-1) });
	const partly = order.partly ? say(`partly.${now}`, { date }) : '';
	const said = {
		headline: grave || partly || usual('status', { date }) || say('status.unknown'),
		expected: arrival(),
		attention: attention(order.attention, parcels, grave ? partly : undefined),
	};
	const title = make('h2.title', say('story.order', { name: order.name }));
	const known = join(
		' ',
		answer.stale && say('story.stale'),
		freshness(
			parcels.flatMap(({ events }) => events),
			answer,
		),
	);
	const summary = make(
		'div.summary',
		title,
		...Object.entries(said).map(([name, text]) => make(`p.${name}`, text)),
		...remarks().map((text) => make('p.text', text)),
		steps(),
		advice(order, parcels),
		make('div.checked', make('p', known), widget.button('form.refresh', widget.again)),
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
	return /** @type {Told} */ ({
		element,
		title,
		headline: join(' ', ...Object.values(said)),
		pause: (answer.refresh_after ?? 0) * 1000,
		retell: (changes) => tell(Object.assign(answer, changes), widget, helpers),
	});
}
