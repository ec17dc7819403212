/** <track-order-button>: opens the tracking page in a dialog. Without it its link leads there. */

const buttons = () => [...document.querySelectorAll('track-order-button')];

/** @type {Opens} */
function opens({ id, dataset: { link } }, target) {
	try {
		return target.closest(link || `#${id} > a`);
	} catch {
		return null;
	}
}

/** @type {FetchDialog} */
async function fetchDialog(button) {
	const { path, locale, script, css } = button.dataset;
	const page = new XMLHttpRequest();
	page.open('GET', `${path}?dialog=${button.id}&locale=${locale}`);
	await new Promise((onloadend) => {
		Object.assign(page, { responseType: 'document', timeout: 8000, onloadend }).send();
	});
	const dialog = document.adoptNode(/** @type {Document} */ (page.response).querySelector('dialog.track-order-dialog'));
	Object.assign(dialog.querySelector('track-order').dataset, button.dataset);
	dialog.addEventListener('click', ({ target }) => {
		if (target === dialog || target.closest('[data-close]')) dialog.close();
	});
	const style = document.createElement('link');
	const styled = new Promise((done) => {
		Object.assign(style, { rel: 'stylesheet', href: css, onload: done, onerror: done });
	});
	const { color, backgroundColor } = getComputedStyle(document.body);
	if (!backgroundColor.endsWith(', 0)')) Object.assign(dialog.style, { color, backgroundColor });
	dialog.prepend(style);
	button.append(dialog);
	await Promise.all([styled, import(new URL(script, document.baseURI).href)]);
	return dialog;
}

/** @type {OpenDialog} */
async function open(button) {
	const known = button.querySelector('dialog');
	if (button.ariaBusy || known?.open) return;
	button.ariaBusy = 'true';
	try {
		const dialog = known ?? (await fetchDialog(button));
		const { style, clientWidth } = document.documentElement;
		style.scrollbarGutter = innerWidth > clientWidth ? 'stable' : '';
		dialog.showModal();
	} catch {
		location.assign(button.dataset.path);
	}
	button.ariaBusy = null;
}

document.addEventListener('click', (event) => {
	// Whoever wants a new tab gets one.
	if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
	const button = buttons().find((each) => opens(each, event.target));
	if (!button) return;
	event.preventDefault();
	open(button);
});

document.addEventListener('shopify:block:select', ({ target }) => {
	const button = buttons().find((each) => target.contains(each));
	if (button) open(button);
});
document.addEventListener('shopify:block:deselect', () => {
	buttons().forEach((each) => each.querySelector('dialog')?.close());
});

if (!CSS.supports('color: attr(x type(<color>))')) {
	buttons().forEach(({ style, dataset: { accent } }) => style.setProperty('--track-order-accent', accent ?? ''));
}
