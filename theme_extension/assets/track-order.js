/**
 * <track-order>: asks for an order without leaving the page. Without this file the form posts as usual.
 * The markup it expects is described in snippets/track-order-form.liquid.
 */
const TIME_LIMIT = 12_000;
const SLOW = 4_000;
const FIELDS = ['order', 'email'];
const TRY_AGAIN = ['upstream_unavailable', 'offline', 'timed_out'];
const ASK_THE_SHOP = ['order_not_found', 'not_set_up', 'upstream_unavailable'];

/** The texts of a <template>, by key: say(key, values) fills their [holes], and is '' for an unknown key. */
function readWords(template) {
  const texts = new Map();
  for (const word of template.content.querySelectorAll('data')) texts.set(word.value, word.textContent.trim());
  return (key, values = {}) => {
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

/** An absolute address if it leads to http or https, else null. */
function safeAddress(address, base) {
  const url = address && URL.canParse(address, base) ? new URL(address, base) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}

/**
 * What an answer means: `{story}` or `{code, errors, wait}`. The body decides before the status line,
 * because a proxy on the way may put 200 on an error or a page of its own on anything.
 */
async function understand(response) {
  const wait = Math.ceil(Number.parseFloat(response.headers.get('Retry-After'))) || null;
  if (/[/+]json\b/i.test(response.headers.get('Content-Type') ?? '')) {
    const body = await response.json().catch((fault) => {
      if (fault instanceof SyntaxError) return null;
      throw fault;
    });
    if (typeof body?.code === 'string') return { code: body.code, errors: body.errors, wait };
    return body?.order ? { story: body } : { code: 'upstream_unavailable' };
  }
  if (response.redirected && /\/password\/?$/.test(new URL(response.url).pathname)) return { code: 'password' };
  if (response.status === 404) return { code: 'not_set_up' };
  return { code: response.status === 429 ? 'rate_limited' : 'upstream_unavailable', wait };
}

class TrackOrder extends HTMLElement {
  #form;
  #live;
  #result;
  #say;
  #locale;
  #listening;
  #asking;

  connectedCallback() {
    this.#form = this.querySelector('form');
    this.#live = this.querySelector('[data-live]');
    this.#result = this.querySelector('[data-result]');
    this.#say = readWords(this.querySelector('[data-words]'));
    // The shopper's own way to write dates and numbers, if it is in the language of the texts.
    const language = (tag) => tag.split('-')[0];
    this.lang ||= 'en';
    this.#locale = navigator.languages.find((tag) => language(tag) === language(this.lang)) ?? this.lang;
    this.#listening = new AbortController();
    this.#form.addEventListener('submit', (event) => this.#submit(event), { signal: this.#listening.signal });
    // Our own words and marks replace the browser's bubbles, which few screen readers repeat.
    this.#form.noValidate = true;
    this.#field('order').value ||= new URLSearchParams(location.search).get('order')?.slice(0, 64) ?? '';
    if (this.dataset.accent) this.style.setProperty('--track-order-accent', this.dataset.accent);
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#asking?.abort('gone');
    this.#wait(false);
    this.#form.noValidate = false;
    this.style.removeProperty('--track-order-accent');
  }

  #field(name) {
    return this.#form.elements.namedItem(name);
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#asking) return;
    const missing = FIELDS.filter((name) => !this.#field(name).value.trim());
    if (this.#mark(Object.fromEntries(missing.map((name) => [name, ['required']])))) return;
    const asking = new AbortController();
    this.#asking = asking;
    this.#wait(true);
    const slow = setTimeout(() => this.#live.replaceChildren(this.#say('form.still_looking')), SLOW);
    const limit = setTimeout(() => asking.abort('timed_out'), TIME_LIMIT);
    const outcome = await new Promise((resolve) => {
      asking.signal.addEventListener('abort', () => resolve({ code: asking.signal.reason }));
      this.#ask(asking.signal).then(resolve);
    });
    clearTimeout(slow);
    clearTimeout(limit);
    if (outcome.code === 'gone') return;
    this.#wait(false);
    this.#show(outcome);
  }

  /** The request as it is sent; the answer is JSON because it is asked for. */
  #request(signal) {
    return new Request(this.#form.action, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(new FormData(this.#form)),
      signal,
    });
  }

  /** `{told}`: the elements of a story, or `{code, errors, wait}`. Never rejects. */
  async #ask(signal) {
    let outcome;
    try {
      outcome = await understand(await fetch(this.#request(signal)));
    } catch {
      return { code: 'offline' };
    }
    if (!outcome.story) return outcome;
    try {
      const { tell } = await import(new URL(this.dataset.story, document.baseURI).href);
      return { told: tell(outcome.story, this.#page()) };
    } catch {
      return { code: 'upstream_unavailable' };
    }
  }

  #wait(waiting) {
    if (!waiting) this.#asking = undefined;
    this.toggleAttribute('data-waiting', waiting);
    this.#result.toggleAttribute('aria-busy', waiting);
    // aria-disabled and not disabled: a disabled button would drop the keyboard's focus.
    this.#form.querySelector('[type=submit]').setAttribute('aria-disabled', String(waiting));
    this.#live.replaceChildren(waiting ? this.#say('form.looking') : '');
  }

  /** Marks the fields at fault and moves to the first; false where there is none. */
  #mark(errors) {
    const faulty = FIELDS.filter((name) => errors?.[name]?.length);
    for (const name of FIELDS) {
      const [word] = faulty.includes(name) ? errors[name] : [];
      const place = this.querySelector(`[data-error=${name}]`);
      const text = word ? this.#say(`field.${name}.${word}`) || this.#say(`field.${name}.invalid`) : '';
      place.replaceChildren(text);
      place.hidden = !word;
      if (word) this.#field(name).setAttribute('aria-invalid', 'true');
      else this.#field(name).removeAttribute('aria-invalid');
    }
    if (!faulty.length) return false;
    this.#form.hidden = false;
    this.#result.replaceChildren();
    this.#field(faulty[0]).focus();
    return true;
  }

  #show({ told, code, errors, wait }) {
    if (code === 'invalid_request' && this.#mark(errors)) return;
    const { element, title, headline } = told ?? this.#refusal(code, wait);
    this.#form.hidden = Boolean(told);
    title.tabIndex = -1;
    this.#result.replaceChildren(element);
    title.focus();
    // A refusal's title is read because it has the focus.
    if (told) this.#live.replaceChildren(headline);
  }

  #refusal(code, wait) {
    const say = this.#say;
    let known = code === 'invalid_signature' ? 'not_set_up' : code;
    if (!say(`refusal.${known}.title`)) known = 'upstream_unavailable';
    const title = make('h3', 'title', say(`refusal.${known}.title`));
    const time = wait && this.#duration(wait);
    const next = known === 'rate_limited' && time ? say('refusal.rate_limited.next_in', { time }) : '';
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
        TRY_AGAIN.includes(known) && this.#button('form.retry', () => this.#form.requestSubmit()),
        ASK_THE_SHOP.includes(known) && this.#contact(),
      ),
    );
    return { element, title };
  }

  /** What a story is told with. */
  #page() {
    return {
      say: this.#say,
      language: this.lang,
      locale: this.#locale,
      make,
      safeAddress,
      pictures: 'pictures' in this.dataset,
      events: 'events' in this.dataset,
      refresh: this.#button('form.refresh', () => this.#form.requestSubmit()),
      actions: [this.#button('form.another', () => this.#restart()), this.#contact()],
    };
  }

  #restart() {
    this.#live.replaceChildren();
    this.#result.replaceChildren();
    this.#form.hidden = false;
    this.#field('order').focus();
    this.#field('order').select();
  }

  #button(key, action) {
    const button = make('button', 'button', this.#say(key));
    button.type = 'button';
    button.addEventListener('click', action);
    return button;
  }

  /** The link to the shop's contact page, if the merchant gave one. */
  #contact() {
    const href = safeAddress(this.dataset.contact, document.baseURI);
    return href && Object.assign(make('a', 'link', this.#say('form.contact')), { href });
  }

  #duration(seconds) {
    const [value, unit] = seconds > 90 ? [Math.ceil(seconds / 60), 'minute'] : [seconds, 'second'];
    return new Intl.NumberFormat(this.#locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  }
}

if (!customElements.get('track-order')) customElements.define('track-order', TrackOrder);
