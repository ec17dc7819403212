/** Turns the answer of a look-up into elements. Fetched by track-order.js once an order is found. */
const DAY = 86_400_000;
const SHOWN_EVENTS = 2;
const SAMPLES = [1, 2, 0, 3, 11, 100];
const NOT_AWAITED = ['ready_for_pickup', 'delivered', 'returning', 'cancelled'];
const NOT_LEFT = ['processing', 'on_hold', 'cancelled'];

const join = (glue, ...texts) => texts.filter(Boolean).join(glue);

/** Times as the shopper writes them, in the shopper's own time zone. */
function clock(locale) {
  const now = Date.now();
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const format = (options) => new Intl.DateTimeFormat(locale, options);
  const date = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);
  const ahead = (time) => Math.round((midnight(time) - midnight(now)) / DAY);
  const day = (time) => {
    const days = ahead(time);
    return Math.abs(days) < 2 ? relative.format(days, 'day') : date.format(new Date(time));
  };
  return {
    day,
    ahead,
    moment: (time) => time && format({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time)),
    range({ from, to }) {
      if (!from || !to || from === to) return day(to ?? from);
      const ends = [new Date(from), new Date(to)];
      if (ahead(from) !== ahead(to)) return date.formatRange(...ends);
      return `${day(to)}, ${format({ timeStyle: 'short' }).formatRange(...ends)}`;
    },
    ago(time) {
      const minutes = (now - new Date(time)) / 60_000;
      const [unit, size] = minutes < 60 ? ['minute', 1] : minutes < 1440 ? ['hour', 60] : ['day', 1440];
      return relative.format(-Math.round(minutes / size), unit);
    },
    zone: format().resolvedOptions().timeZone.replaceAll('_', ' '),
  };
}

/** From the JSON of a 200 and what track-order.js lends: the story, its title (to focus) and what to say. */
export function tell(answer, page) {
  const { say, make, safeAddress } = page;
  const { order, shipments: parcels, unshipped } = answer;
  const { day, ahead, moment, range, ago, zone } = clock(page.locale);
  const alone = parcels.length === 1 && !unshipped.length;
  // What a cancelled parcel held is sent again or not at all.
  const live = parcels.filter(({ status }) => status !== 'cancelled');

  const label = (status) => say(`label.${status}`) || say('label.unknown');
  const dated = (key, date) => say(`story.${key}`, { date });
  const section = (key, content) => content && make('div', 'parcel', make('h4', 'subtitle', say(key)), content);
  const group = (key, ...content) => content[0] && [make('h5', 'group', say(key)), ...content];

  function count(key, total, done) {
    const rules = new Intl.PluralRules(page.language);
    const sample = SAMPLES.find((each) => rules.select(each) === rules.select(total)) ?? 100;
    return say(`count.${key}.${sample}`, { total, done });
  }

  function link(address, text) {
    const href = safeAddress(address);
    // A new tab, because going back would lose the story.
    return href && Object.assign(make('a', 'link', text), { href, target: '_blank', rel: 'noopener noreferrer' });
  }

  function headline() {
    const left = parcels.some(({ status }) => !NOT_LEFT.includes(status));
    return (left && say(`partly.${order.status}`)) || say(`status.${order.status ?? 'digital'}`) || say('status.unknown');
  }

  function arrival() {
    const delivered = parcels.map((parcel) => parcel.delivered_at).filter(Boolean).sort().at(-1);
    if (order.status === 'delivered' && delivered) return dated('delivered', day(delivered));
    // What has not left yet has no date.
    if (!order.status || unshipped.length || NOT_AWAITED.includes(order.status)) return '';
    const due = (alone && parcels[0].delivery_window) || { to: order.estimated_delivery_at };
    const end = due.to ?? due.from;
    return end && dated(ahead(end) < 0 ? 'was_expected' : 'expected', range(due));
  }

  function attention(word, among) {
    const reason = among.find((parcel) => parcel.attention === word)?.reason;
    return join(' ', say(`attention.${word}`), reason && say(`reason.${reason.split('_')[0]}`));
  }

  function remarks() {
    const { total, delivered, on_hold: held } = order.items;
    return [
      alone && order.status === 'delivered' && say(`detail.${parcels[0].detail}`),
      join(' · ', moment(order.cancelled_at), say(`cancel_reason.${order.cancel_reason}`)),
      say(`next.${order.attention}`) || say(`next.${order.status ?? 'digital'}`),
      delivered > 0 && delivered < total && count('delivered', total, delivered),
      held > 0 && held < total && count('on_hold', held),
      live.length > 1 && !unshipped.length && order.status !== 'delivered' && count('parcels', live.length),
      answer.stale && say('story.stale'),
      answer.truncated && say('story.truncated'),
    ];
  }

  function steps() {
    if (!Number.isInteger(order.step)) return null;
    const collected = parcels.length && parcels.every(({ method }) => method === 'pick_up');
    const words = collected ? 'step_pickup' : 'step';
    const rows = [0, 1, 2, 3, 4].map((number) => make('li', 'step', say(`${words}.${number}`)));
    rows[order.step]?.setAttribute('aria-current', 'step');
    return make('ol', 'steps', ...rows);
  }

  /** How many of an item the order holds. */
  function ordered({ title, variant }) {
    const same = [...live.flatMap(({ items }) => items), ...unshipped].filter(
      (item) => item.title === title && item.variant === variant,
    );
    return same.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  function item(line) {
    const { quantity, title, variant, status, scheduled_at: planned } = line;
    const total = ordered(line);
    const pieces = total > quantity ? say('story.quantity_of', { quantity, total }) : quantity;
    const state = join(' · ', status && label(status), planned && `${say('story.scheduled_at')} ${day(planned)}`);
    const src = page.pictures && safeAddress(line.image_url);
    const picture = src && Object.assign(new Image(48, 48), { alt: '', loading: 'lazy', src });
    return make(
      'li',
      'item',
      picture,
      make('div', '', `${pieces} × ${join(' · ', title, variant)}`, make('p', 'small', state)),
    );
  }

  function event({ status, message, city, province, country, occurred_at: time }) {
    return make(
      'li',
      'event',
      make('p', 'event-status', label(status)),
      make('p', '', message !== label(status) && message),
      make('p', 'small', join(' · ', moment(time), join(', ', city, province, country))),
    );
  }

  function events(told) {
    const rows = told.map(event);
    const earlier = make('ol', 'events', ...rows.slice(SHOWN_EVENTS));
    const summary = earlier && make('summary', 'more', count('earlier', rows.length - SHOWN_EVENTS));
    return [make('ol', 'events', ...rows.slice(0, SHOWN_EVENTS)), earlier && make('details', '', summary, earlier)];
  }

  function parcel(shipment, index) {
    const { status, tracking, pickup, items, delivery_window: due } = shipment;
    const total = parcels.length;
    const awaited = !alone && !NOT_AWAITED.includes(status) && due;
    const facts = [
      ...tracking.flatMap(({ carrier, number }) => Object.entries({ carrier, number })),
      ['pickup', pickup && join(', ', pickup.name, pickup.city)],
      ['scheduled_at', shipment.scheduled_at && day(shipment.scheduled_at)],
      ['shipped_at', moment(shipment.shipped_at)],
      ['expected_at', awaited && range(due)],
      ['delivered_at', moment(shipment.delivered_at)],
    ].filter(([, value]) => value);
    const links = tracking.map(({ carrier, url }) => link(url, say(carrier ? 'story.link_named' : 'story.link', { carrier })));
    return make(
      'div',
      'parcel',
      make('h4', 'subtitle', total > 1 ? say('story.parcel_of', { number: index + 1, total }) : say('story.parcel')),
      make('p', 'status', join(' · ', label(status), say(`method.${shipment.method}`))),
      make('p', 'text', !alone && join(' ', say(`detail.${shipment.detail}`), attention(shipment.attention, [shipment]))),
      make('dl', 'facts', ...facts.flatMap(([key, value]) => [make('dt', '', say(`story.${key}`)), make('dd', '', value)])),
      make('div', 'actions', ...links),
      group('story.items', make('ul', 'items', ...items.map(item))),
      page.events && group('story.events', ...events(shipment.events)),
      make('p', 'small', join(' ', say(`source.${shipment.source}`), dated('checked', ago(shipment.checked_at)))),
    );
  }

  function notes() {
    const { refund, payment } = order;
    const moot = refund || (order.cancelled_at && /^(pending|authorized)$/.test(payment));
    const texts = [
      !moot && say(`payment.${payment}`),
      refund && join(' · ', moment(refund.at), say(`refund.${refund.status}`)),
      order.return !== 'no_return' && say(`returned.${order.return}`),
    ];
    return make('ul', 'notes', ...texts.map((text) => make('li', '', text)));
  }

  const said = [headline(), arrival(), attention(order.attention, parcels)];
  const title = make('h3', 'title', say('story.order', { name: order.name }));
  const summary = make(
    'div',
    'summary',
    title,
    ...['headline', 'expected', 'attention'].map((name, index) => make('p', name, said[index])),
    ...remarks().map((text) => make('p', 'text', text)),
    steps(),
    make('div', 'checked', dated('checked', ago(answer.checked_at)), page.refresh),
  );
  const element = make(
    'div',
    'story',
    summary,
    ...parcels.map(parcel),
    section('story.unshipped', make('ul', 'items', ...unshipped.map(item))),
    section('story.notes', notes()),
    make('p', 'small', join(' ', dated('placed', moment(order.placed_at)), say('story.zone', { zone }))),
    make('div', 'actions', link(order.status_page_url, say('story.status_page')), ...page.actions),
  );
  return { element, title, headline: join(' ', ...said) };
}
