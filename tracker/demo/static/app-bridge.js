// A stand-in for Shopify's App Bridge: as much of it as an embedded app needs, by its documented names.
// https://shopify.dev/docs/api/app-home
(() => {
  const script = document.currentScript;
  const first = document.querySelector('script');
  if (!script || script !== first || script.async || script.defer) {
    console.error('App Bridge must be the first script of the page, without async, defer or type=module. Aborting.');
    return;
  }
  const admin = new URL(script.src).origin;
  const query = new URLSearchParams(location.search);
  const meta = document.querySelector('meta[name="shopify-api-key"]');
  const apiKey = meta?.content || script.dataset.apiKey;
  if (!apiKey) throw new Error('App Bridge: missing required configuration field: shopify-api-key');
  const host = query.get('host') ?? sessionStorage.getItem('app-bridge-host');
  const shop = query.get('shop') ?? sessionStorage.getItem('app-bridge-shop');

  // Opened outside of the admin: go back into it.
  if (window.top === window) {
    const inside = host && new URL(`${location.protocol}//${atob(host.replace(/-/g, '+').replace(/_/g, '/'))}`);
    if (inside?.origin === admin) location.assign(`${inside.href}/apps/${apiKey}`);
    return;
  }
  if (host) sessionStorage.setItem('app-bridge-host', host);
  if (shop) sessionStorage.setItem('app-bridge-shop', shop);

  const waiting = new Map();
  let count = 0;
  const call = (name, value) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      window.parent.postMessage({ to: 'admin', id: count, call: name, value }, admin);
    });
  window.addEventListener('message', ({ source, origin, data }) => {
    if (source !== window.parent || origin !== admin || data?.to !== 'app') return;
    const one = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error === undefined) one?.resolve(data.result);
    else one?.reject(new Error(data.error));
  });

  // One token serves for what is asked at the same time, and is renewed well before it ends.
  const RENEW_SECONDS = 10;
  let kept = null;
  const endOf = (token) => JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).exp;
  const freshToken = () => {
    const asked = call('idToken');
    kept = asked;
    asked.catch(() => {
      if (kept === asked) kept = null;
    });
    return asked;
  };
  const idToken = async () => {
    const token = await (kept ?? freshToken());
    return endOf(token) - RENEW_SECONDS > Date.now() / 1000 ? token : freshToken();
  };

  const plainFetch = window.fetch.bind(window);
  const RETRY = 'X-Shopify-Retry-Invalid-Session-Request';
  window.fetch = async (input, options) => {
    const request = new Request(input, options);
    if (new URL(request.url).origin !== location.origin || request.headers.has('Authorization')) {
      return plainFetch(input, options);
    }
    const send = (token) => {
      const headers = new Headers(request.headers);
      headers.set('Authorization', `Bearer ${token}`);
      headers.set('X-Requested-With', 'XMLHttpRequest');
      return plainFetch(new Request(request.clone(), { headers }));
    };
    const answer = await send(await idToken());
    return answer.status === 401 && answer.headers.get(RETRY) === '1' ? send(await freshToken()) : answer;
  };

  let toasts = 0;
  window.shopify = {
    config: { apiKey, host, shop, locale: query.get('locale') ?? 'en' },
    origin: location.origin,
    ready: Promise.resolve(),
    environment: { mobile: false, embedded: true, pos: false },
    idToken,
    loading: (on = true) => void call('loading', on),
    toast: {
      show(message, { duration = 5000, isError = false } = {}) {
        toasts += 1;
        call('toast.show', { id: String(toasts), message: String(message), duration, isError });
        return String(toasts);
      },
      hide: (id) => void call('toast.hide', id),
    },
    scopes: {
      query: () => call('scopes.query'),
      request: (scopes) => call('scopes.request', [...scopes]),
      revoke: (scopes) => call('scopes.revoke', [...scopes]),
    },
    app: { extensions: () => call('extensions') },
  };

  // The bounce page: load what was asked for again, this time with a token.
  const reload = query.get('shopify-reload');
  if (reload) {
    const target = new URL(reload, location.href);
    if (target.origin !== location.origin) throw new Error('App Bridge: shopify-reload leaves the app');
    freshToken().then((token) => {
      target.searchParams.set('id_token', token);
      location.replace(target.href);
    });
  }
})();
