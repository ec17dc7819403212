// What a person would notice of a <track-order> on the page as it is now: what it says, in which language and
// direction, and what is wrong with the way it looks. Given to the browser as a function.
() => {
  const root = document.querySelector('track-order');
  const { clientWidth, scrollWidth } = document.documentElement;
  const problems = [];
  if (scrollWidth > clientWidth) problems.push(`scrolls sideways: ${scrollWidth} px in ${clientWidth}`);

  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('[data-live]');
  const lies = (inner, outer, slack, sunk = slack) =>
    inner.left >= outer.left - slack &&
    inner.right <= outer.right + slack &&
    inner.top >= outer.top - sunk &&
    inner.bottom <= outer.bottom + sunk;

  // Each line of each visible text, within its box and within whatever cuts off what does not fit.
  const lines = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !shown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0.5);
    if (!rects.length) continue;
    const text = node.data.trim().slice(0, 60);
    // A line of text is taller than its line box where lines stand close.
    const sunk = Number.parseFloat(getComputedStyle(parent).fontSize) / 2;
    let box = parent;
    while (/^(inline|contents)$/.test(getComputedStyle(box).display)) box = box.parentElement;
    const frames = [root, box];
    for (let above = parent; above !== root; above = above.parentElement) {
      if (getComputedStyle(above).overflow !== 'visible') frames.push(above);
    }
    for (const rect of rects) {
      if (frames.some((frame) => !lies(rect, frame.getBoundingClientRect(), 1, sunk))) {
        problems.push(`does not fit: ${text}`);
        break;
      }
    }
    lines.push(...rects.map((rect) => ({ rect, text, node })));
  }
  for (const [index, one] of lines.entries()) {
    for (const other of lines.slice(index + 1)) {
      if (one.node === other.node) continue;
      const wide = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const high = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      const height = Math.min(one.rect.height, other.rect.height);
      if (wide > 2 && high > height / 3) problems.push(`lies over another: ${one.text} / ${other.text}`);
    }
  }
  for (const target of root.querySelectorAll('button, a, summary, input:not([type=hidden])')) {
    if (!shown(target)) continue;
    const { width, height } = target.getBoundingClientRect();
    if (height < 44 || width < 44) {
      problems.push(`too small for a thumb: ${target.textContent.trim() || target.name}, ${width} x ${height}`);
    }
  }
  for (const picture of root.querySelectorAll('img')) {
    if (shown(picture) && picture.complete && !picture.naturalWidth) problems.push(`no picture: ${picture.src}`);
  }

  const texts = (selector) =>
    [...root.querySelectorAll(selector)].filter(shown).map((element) => element.textContent.trim());
  const faults = texts('[data-error]');
  return {
    said: faults.length ? faults : texts('.track-order__headline, .track-order__refusal .track-order__title'),
    language: root.lang,
    direction: getComputedStyle(root).direction,
    problems,
  };
};
