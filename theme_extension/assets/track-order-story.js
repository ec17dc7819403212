/** The answer of a look-up as elements. */
const SHOWN_EVENTS = 2;
const SHOWN_ITEMS = 10;

/** @type {Join} */
const join = (glue, ...texts) => texts.filter(Boolean).join(glue);

/** @type {Tell} */
export function tell(answer, widget) {
	const { root, say, part, make, carriers, clock, copied, counter, link, links, safeAddress } = widget;
	/** @type {Small} */
	const small = (...texts) => make('p.small', join(' · ', ...texts));
	const { order, shipments: parcels, unshipped, contents = [] } = answer;
	const { day, ahead, moment, range, ago, region, zone } = clock(root);
	const count = counter(widget);
	const shows = (name = '') => root.matches(`[data-show~=${name}]`);
	const alone = parcels.length === 1 && !unshipped.length;
	const planned = unshipped.map((each) => each.scheduled_at).sort();
	const date =
		order.status === 'on_hold' &&
		planned.length &&
		planned.every(Boolean) &&
		range({ from: planned[0], to: planned.at(-1) });
	const now = date ? 'scheduled' : (order.status ?? 'digital');
	const [first, another] = new Set([...parcels, ...unshipped].map(({ method }) => method));
	const way = another ? '' : `${first}`;
	const handed = (method = way) => (/pick|retail/.test(method) ? 'collected' : 'delivered');
	const stuck = /problem|stalled/.test(`${order.attention}`);
	const grave = stuck && order.step !== null && say(`attention.${order.attention}`);

	const worded = (group = '', key = '', values = {}, method = way) =>
		say(`${group}.${method}_${key}`, values) || say(`${group}.${key}`, values);
	const label = (status = '', method = way) => worded('label', status, {}, method) || say('label.unknown');
	/** @type {Titled} */
	const titled = (kind, key, ...content) => content[0] && [make(kind, say(`story.${key}`)), ...content];

	function arrival() {
		const arrived = parcels
			.map((each) => each.delivered_at ?? 0)
			.sort()
			.at(-1);
		if (now === 'delivered' && arrived) return day(arrived).replace(/^./, (first) => first.toUpperCase());
		const due = shows('expected') && order.delivery_window;
		if (!due) return '';
		const late = ahead(due.to ?? due.from ?? 0) < 0;
		const word = due.source === 'rule' ? 'usual' : late ? 'was_expected' : 'expected';
		return say(`story.${word}`, { date: range(due) });
	}

	/** @type {Attend} */
	function attend({ attention: word, advice }, among, told = say(`attention.${word}`)) {
		const exact = `${among.find((parcel) => parcel.attention === word)?.reason}`;
		const reason = say(`reason.${exact}`) ? exact : exact.split('_')[0];
		return [join(' ', told, say(`reason.${reason}`)), say(`next.${reason}`), part(`advice.${advice}`)];
	}

	/** @type {Freshness} */
	function freshness({ news_at: heard, checked_at: checked }) {
		const [news, date] = [heard, checked].map((time) => time && (ago(time) || say('story.just_now')));
		return shows('freshness') && say(news ? 'story.news' : 'story.checked', { news, date });
	}

	/** @type {Steps} */
	function steps(step, method) {
		const element = step !== null && (part(`steps.${method}`) ?? part('steps'));
		if (element) Object.assign(element.children[step], { ariaCurrent: 'step', hidden: false });
		return element;
	}

	/** @type {TellItem} */
	function item({ quantity, ordered: total, title, variant, image_url, status, scheduled_at: planned }, index) {
		const pieces = total > quantity ? say('story.quantity_of', { quantity, total }) : quantity;
		const state = small(planned ? `${say('story.scheduled_at')} ${day(planned)}` : status && label(status));
		const src = shows('pictures') && safeAddress(image_url);
		const image = src && Object.assign(new Image(48, 48), { alt: '', loading: 'lazy' });
		if (image) image.setAttribute(index < SHOWN_ITEMS ? 'src' : 'data-src', src);
		return make('li.item', image, make('div', `${pieces} × `, make('bdi', join(' · ', title, variant)), state));
	}

	/** @type {Fold} */
	function folded(kind, key, rows, name = 'items', word = 'more_items', shown = SHOWN_ITEMS) {
		const [first, rest] = [rows.slice(0, shown), rows.slice(shown)].map((part) => make(`ul.${name}`, part));
		const details = rest && make('details', make('summary.more', count(word, rows.length - shown)), rest);
		details?.addEventListener('toggle', () => {
			for (const image of details.querySelectorAll('img:not([src])')) image.src = image.dataset.src;
		});
		return titled(kind, key, first, details);
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
			small(moment(time), join(', ', city, province, region(country))),
		);
	}

	/** @type {TellParcel} */
	function parcel(shipment, index) {
		const { status, method, tracking, pickup, items, events, delivery_window: due } = shipment;
		const [matter, turn, help] = attend(shipment, [shipment]);
		const total = parcels.length;
		const facts = [
			...tracking.flatMap(({ carrier, number }) => Object.entries({ carrier, number: copied(widget, number) })),
			['pickup', join(', ', pickup?.name, pickup?.city)],
			['scheduled_at', shipment.scheduled_at && day(shipment.scheduled_at)],
			['shipped_at', moment(shipment.shipped_at)],
			[due?.source === 'rule' ? 'usual_at' : 'expected_at', !alone && shows('expected') && due && range(due)],
			[`${handed(method)}_at`, moment(shipment.delivered_at)],
		];
		return make(
			'div.parcel',
			make('h3.subtitle', say(total > 1 ? 'story.parcel_of' : 'story.parcel', { number: index + 1, total })),
			make('p.status', join(' · ', !(alone && grave) && label(status, method), say(`method.${method}`))),
			order.partly && steps(shipment.step, method),
			make('p.text', !alone && join(' ', say(`detail.${shipment.detail}`), matter, turn)),
			make('dl.facts', ...facts.map(([key, value]) => titled('dt', key, make('dd', value)))),
			make(
				'div.actions',
				tracking.map(({ carrier, url }) =>
					link(make, url, say(carrier ? 'story.link_named' : 'story.link', { carrier })),
				),
			),
			!alone && order.status !== status && help,
			help && carriers(make, tracking),
			shows('items') && folded('h4.group', 'items', items.map(item)),
			shows('events') && folded('h4.group', 'events', events.map(event), 'events', 'earlier', SHOWN_EVENTS),
			!alone && small(freshness(shipment)),
		);
	}

	const partly = order.partly && say(`partly.${now}`, { date });
	const [attention, answered, help] = attend(order, parcels, grave ? partly : undefined);
	const said = {
		headline: grave || partly || worded('status', now, { date }) || say('status.unknown'),
		expected: arrival(),
		attention,
	};
	const turn =
		answered ||
		(!stuck &&
			(say(`next.${order.attention}`) ||
				say(`next.held_${order.hold}`) ||
				say(`payment.${order.payment_due}`) ||
				(order.cancel_reason !== 'customer' && worded('next', now)) ||
				say(`returned.${order.return}`)));
	const { total, delivered, on_hold: held } = order.items;
	const live = parcels.filter(({ status }) => status !== 'cancelled').length;
	const remarks = [
		alone && now === handed() && say(`detail.${parcels[0].detail}`),
		join(' · ', moment(order.cancelled_at), say(`cancel_reason.${order.cancel_reason}`)),
		turn,
		delivered > 0 && delivered < total && count('delivered', total, delivered),
		held > 0 && held < total && count('on_hold', held),
		live > 1 && !unshipped.length && now !== 'delivered' && count('parcels', live),
		answer.truncated && say('story.truncated'),
	];
	const { refund, payment } = order;
	const moot = refund || (order.cancelled_at && /pending|authorized/.test(`${payment}`));
	const notes = [
		!moot && (say(`payment.${payment}`) || say(`refund.${payment}`)),
		refund && join(' · ', moment(refund.at), say(`refund.${refund.status}`)),
		order.cancelled_at && say(`refund.${payment}_rest`),
		say(`returned.${order.return}`),
	].map((text) => make('li', text !== turn && text));
	const element = make(
		'div.story',
		make(
			'div.summary',
			make('h2.title', say('story.order', { name: order.name })),
			Object.entries(said).map(([name, text]) => make(`p.${name}`, text)),
			remarks.map((text) => make('p.text', text)),
			!order.partly && steps(order.step, way),
			help,
			make('div.actions', links(widget)),
			make(
				'div.checked',
				make('p', join(' ', answer.stale && say('story.stale'), freshness(answer))),
				widget.button('form.refresh', widget.again),
			),
		),
		parcels.map(parcel),
		make('div.parcel', folded('h3.subtitle', 'unshipped', unshipped.map(item))),
		make('div.parcel', shows('items') && folded('h3.subtitle', 'contents', contents.map(item))),
		make('div.parcel', titled('h3.subtitle', 'notes', make('ul.notes', notes))),
		small(join(' ', say('story.placed', { date: moment(order.placed_at) }), say('story.zone', { zone }))),
		make(
			'div.actions',
			shows('status_page') && link(make, order.status_page_url, say('story.status_page')),
			widget.button('form.another', widget.restart),
		),
	);
	return {
		element,
		headline: join(' ', ...Object.values(said), turn),
		pause: (answer.refresh_after ?? 0) * 1000,
		retell: (changes) => tell(Object.assign(answer, changes), widget),
	};
}
