// Within the theme editor's preview, in place of Shopify's own script there: takes a section whose settings changed out
// of the page and puts it back, and raises the events by which a theme and its blocks are told.
let turns = 0;

function raise(element, type, detail) {
  element.dispatchEvent(new CustomEvent(`shopify:${type}`, { bubbles: true, detail }));
}

/** What an element with this attribute is, and where it is. */
const known = (kind) =>
  [...document.querySelectorAll(`[data-shopify-editor-${kind}]`)].map((element) => ({
    element,
    ...JSON.parse(element.getAttribute(`data-shopify-editor-${kind}`)),
  }));
const blockOf = (id) => known('block').find((each) => each.id === id)?.element;
const sectionOf = (element) => known('section').find((each) => each.element.contains(element));

const acts = {
  select(id, load = false) {
    const block = blockOf(id);
    if (!block) return;
    block.scrollIntoView({ block: 'nearest' });
    raise(block, 'block:select', { blockId: id, sectionId: sectionOf(block)?.id, load });
  },

  deselect(id) {
    const block = blockOf(id);
    if (block) raise(block, 'block:deselect', { blockId: id, sectionId: sectionOf(block)?.id });
  },

  async load(id) {
    const turn = ++turns;
    const section = sectionOf(blockOf(id));
    // An embed is in no section, and one that is not on the page yet may be after the change.
    if (!section) return location.reload();
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(section.element.id);
    // Who types on is shown the last of it.
    if (turn !== turns || !fresh) return;
    raise(section.element, 'section:unload', { sectionId: section.id });
    section.element.replaceWith(document.adoptNode(fresh));
    raise(fresh, 'section:load', { sectionId: section.id });
    acts.select(id, true);
  },
};

addEventListener('message', ({ source, data }) => {
  if (source === parent && Object.hasOwn(acts, data.act)) acts[data.act](data.block);
});

// A link leads on within the editor.
addEventListener('click', (event) => {
  const link = event.target.closest('a[href]');
  if (!link || event.defaultPrevented || link.origin !== location.origin) return;
  event.preventDefault();
  const to = new URL(link.href);
  to.searchParams.set('design_mode', 'true');
  location.assign(to);
});

addEventListener('load', () => parent.postMessage({ loaded: location.pathname }, '*'));
