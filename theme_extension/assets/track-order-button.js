/** <track-order-button>: opens the shop's tracking page in a dialog. Without this file its link leads there. */
class TrackOrderButton extends HTMLElement {
	/** @type {?HTMLDialogElement} */
	#dialog = null;
	#listening = new AbortController();

	connectedCallback() {
		this.#listening = new AbortController();
		const { signal } = this.#listening;
		const { link, accent } = this.dataset;
		if (accent) this.style.setProperty('--track-order-accent', accent);
		const selector = link && CSS.supports(`selector(${link})`) ? link : `#${this.id} > a`;
		/** @param {MouseEvent} event */
		const click = (event) => {
			// Whoever wants a new tab gets one.
			if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
			if (!(/** @type {Element} */ (event.target).closest?.(selector))) return;
			event.preventDefault();
			this.#open();
		};
		document.addEventListener('click', click, { signal });
		// Only the theme editor sends these.
		/** @param {BlockEvent} event */
		const chosen = ({ target }) => target.contains(this) && this.#open();
		document.addEventListener('shopify:block:select', chosen, { signal });
		document.addEventListener('shopify:block:deselect', () => this.#dialog?.close(), { signal });
	}

	disconnectedCallback() {
		this.#listening.abort();
		this.#dialog?.remove();
		this.#dialog = null;
	}

	async #open() {
		if (this.ariaBusy || this.#dialog?.open) return;
		this.ariaBusy = 'true';
		try {
			this.#dialog ??= await this.#fetch();
			this.#dialog.showModal();
		} catch {
			location.assign(this.dataset.path);
		}
		this.ariaBusy = null;
	}

	/** @returns {Promise<HTMLDialogElement>} The dialog of the tracking page. Rejects where there is none. */
	async #fetch() {
		const { path, locale, script, css } = this.dataset;
		const page = await fetch(`${path}?dialog=${this.id}&locale=${locale}`, { signal: AbortSignal.timeout(8000) });
		const parsed = new DOMParser().parseFromString(await page.text(), 'text/html');
		const dialog = document.adoptNode(parsed.querySelector('dialog.track-order-dialog'));
		Object.assign(dialog.querySelector('track-order').dataset, this.dataset);
		dialog.addEventListener('click', ({ target }) => {
			if (target === dialog || /** @type {Element} */ (target).closest('[data-close]')) dialog.close();
		});
		const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: css });
		const styled = new Promise((resolve) => Object.assign(style, { onload: resolve, onerror: resolve }));
		// In the theme's colors, if its page has a background.
		const { color, backgroundColor } = getComputedStyle(document.body);
		if (!backgroundColor.endsWith(', 0)')) Object.assign(dialog.style, { color, backgroundColor });
		dialog.prepend(style);
		this.append(dialog);
		await Promise.all([styled, import(new URL(script, document.baseURI).href)]);
		return dialog;
	}
}

if (!customElements.get('track-order-button')) customElements.define('track-order-button', TrackOrderButton);
