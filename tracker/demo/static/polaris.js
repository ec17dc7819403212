// A stand-in for Shopify's Polaris web components: elements of the same names with plain, readable insides.
// Buttons press, links lead, and fields take part in forms; nothing else of the real ones is promised.
// https://shopify.dev/docs/api/app-home/polaris-web-components
(() => {
  if (customElements.get('s-page')) return;

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    body { margin: 0; font: 0.875rem/1.45 system-ui, sans-serif; color: #303030; background: #f1f1f1; }
    s-page, s-section, s-stack, s-box, s-grid, s-grid-item, s-banner, s-paragraph, s-divider, s-empty-state,
    s-ordered-list, s-unordered-list, s-heading, s-form, s-query-container, s-scroll-box { display: block; }
    s-page { max-width: 62rem; margin: 0 auto; padding: 1rem; }
    s-section { margin-block: 1rem; padding: 1rem; border-radius: 0.75rem; background: #fff; box-shadow: 0 1px 2px #0003; }
    s-section s-section { padding: 0; box-shadow: none; }
    s-stack { display: flex; flex-direction: column; gap: 0.75rem; }
    s-stack[direction="inline"] { flex-flow: row wrap; align-items: center; }
    s-grid { display: grid; gap: 0.75rem; }
    s-heading { font-weight: 650; }
    s-paragraph { margin-block: 0.5rem; }
    s-divider { border-top: 1px solid #e3e3e3; }
    s-badge, s-chip { padding: 0.1rem 0.5rem; border-radius: 0.5rem; background: #e3e3e3; }
    s-badge[tone="success"] { background: #b4fed2; }
    s-badge[tone="warning"], s-badge[tone="caution"] { background: #ffe08a; }
    s-badge[tone="critical"] { background: #fed1d7; }
    s-banner { margin-block: 1rem; padding: 0.75rem 1rem; border-radius: 0.75rem; background: #eaf4ff; }
    s-banner[tone="success"] { background: #cdfee1; }
    s-banner[tone="warning"] { background: #fff1c2; }
    s-banner[tone="critical"] { background: #fee8eb; }
    s-list-item { display: list-item; margin-inline-start: 1.25rem; list-style: disc; }
    s-ordered-list s-list-item { list-style: decimal; }
    s-table { display: table; width: 100%; border-collapse: collapse; }
    s-table-header-row, s-table-row { display: table-row; }
    s-table-body { display: table-row-group; }
    s-table-header, s-table-cell { display: table-cell; padding: 0.4rem 0.5rem; border-bottom: 1px solid #e3e3e3; }
    s-table-header { font-weight: 600; text-align: start; }
    s-app-nav, s-icon, s-tooltip, s-popover:not([open]), s-menu:not([open]), s-modal:not([open]), [hidden] { display: none; }
    s-text[type="strong"] { font-weight: 600; }
    s-text[tone="critical"] { color: #8e1f0b; }
    s-text[color="subdued"], s-paragraph[color="subdued"] { color: #616161; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  // A sheet that is adopted needs no leave from the page's content security policy; a style element would.
  const inside = new CSSStyleSheet();
  inside.replaceSync(`
    :host { display: inline-block; }
    button, input, select, textarea { font: inherit; color: inherit; padding: 0.4rem 0.7rem; border: 1px solid #8a8a8a;
      border-radius: 0.5rem; background: #fff; min-height: 2rem; max-width: 100%; box-sizing: border-box; }
    button { cursor: pointer; font-weight: 550; }
    a { color: #005bd3; }
    :host([variant="primary"]) button { background: #303030; color: #fff; border-color: #303030; }
    :host([tone="critical"]) button { color: #8e1f0b; }
    button:disabled { opacity: 0.5; cursor: default; }
    label { display: block; font-weight: 500; margin-block-end: 0.25rem; }
    .row { display: flex; gap: 0.5rem; align-items: center; }
    .row label { margin: 0; font-weight: 400; }
    .details { color: #616161; }
    .error { color: #8e1f0b; }
  `);

  const watched = [
    'heading',
    'label',
    'value',
    'checked',
    'disabled',
    'details',
    'error',
    'href',
    'loading',
    'placeholder',
    'min',
    'max',
    'step',
    'rows',
    'maxlength',
    'required',
    'target',
    'accessibilitylabel',
  ];

  // A heading of its own before what is inside.
  for (const [name, level] of [
    ['s-page', 1],
    ['s-section', 2],
    ['s-banner', 0],
    ['s-empty-state', 2],
    ['s-modal', 2],
  ]) {
    customElements.define(
      name,
      class extends HTMLElement {
        static observedAttributes = ['heading'];

        #heading = make('strong', level ? { role: 'heading', ariaLevel: String(level) } : {});

        constructor() {
          super();
          this.attachShadow({ mode: 'open' }).append(make('div', {}, this.#heading), make('slot'));
          if (name === 's-page') this.shadowRoot.append(make('slot', { name: 'aside' }));
          for (const other of ['primary-action', 'secondary-actions'])
            this.shadowRoot.append(make('slot', { name: other }));
        }

        attributeChangedCallback() {
          this.#heading.textContent = this.getAttribute('heading') ?? '';
          this.#heading.style.fontSize = level === 1 ? '1.25rem' : '';
        }

        connectedCallback() {
          if (name === 's-banner') this.role = this.getAttribute('tone') === 'critical' ? 'alert' : 'status';
          if (name === 's-section' && this.getAttribute('accessibilitylabel')) {
            this.role = 'region';
            this.ariaLabel = this.getAttribute('accessibilitylabel');
          }
        }

        show() {
          this.setAttribute('open', '');
        }

        hide() {
          this.removeAttribute('open');
        }

        showOverlay() {
          this.show();
        }

        hideOverlay() {
          this.hide();
        }
      },
    );
  }

  class Plain extends HTMLElement {
    static observedAttributes = watched;

    constructor() {
      super();
      this.attachShadow({ mode: 'open', delegatesFocus: true }).adoptedStyleSheets = [inside];
      // Before a subclass has fields of its own: what building needs is kept here.
      this.internals = this.attachInternals();
      this.texts = {};
      this.inner = this.build();
      this.update();
    }

    attributeChangedCallback() {
      this.update();
    }

    on(name) {
      return this.hasAttribute(name) && this.getAttribute(name) !== 'false';
    }
  }
  for (const name of ['disabled', 'loading', 'required']) {
    Object.defineProperty(Plain.prototype, name, {
      get() {
        return this.on(name);
      },
      set(value) {
        this.toggleAttribute(name, Boolean(value));
      },
    });
  }
  for (const name of ['label', 'heading', 'details', 'error', 'href', 'target', 'name', 'variant', 'tone']) {
    Object.defineProperty(Plain.prototype, name, {
      get() {
        return this.getAttribute(name) ?? '';
      },
      set(value) {
        this.setAttribute(name, value ?? '');
      },
    });
  }

  // A button, or a link that looks like one; `type="submit"` sends the form around it.
  class Button extends Plain {
    static formAssociated = true;

    build() {
      const button = make('button', { type: 'button' }, make('slot'));
      button.addEventListener('click', () => this.press());
      this.shadowRoot.append(button);
      return button;
    }

    update() {
      this.inner.disabled = this.disabled || this.loading;
      this.inner.ariaBusy = String(this.loading);
      this.inner.ariaLabel = this.getAttribute('accessibilitylabel');
    }

    press() {
      if (this.href) window.open(this.href, this.target || '_self');
      else if (this.getAttribute('type') === 'submit') this.internals.form?.requestSubmit();
      else if (this.getAttribute('type') === 'reset') this.internals.form?.reset();
      const other = document.getElementById(this.getAttribute('commandfor') ?? '');
      if (other) other[{ '--show': 'show', '--hide': 'hide' }[this.getAttribute('command')] ?? 'show']?.();
    }
  }
  for (const name of ['s-button', 's-clickable', 's-press-button']) {
    customElements.define(name, class extends Button {});
  }

  customElements.define(
    's-link',
    class extends Plain {
      build() {
        const link = make('a', {}, make('slot'));
        this.shadowRoot.append(link);
        return link;
      }

      update() {
        for (const name of ['href', 'target']) {
          if (this.hasAttribute(name)) this.inner.setAttribute(name, this.getAttribute(name));
        }
      }
    },
  );

  // A field with its label, its explanation and its error, which takes part in the form around it.
  class Field extends Plain {
    static formAssociated = true;

    build() {
      const inner = this.control();
      inner.id = 'field';
      this.texts = {
        label: make('label', { htmlFor: 'field' }),
        details: make('div', { className: 'details', id: 'details' }),
        error: make('div', { className: 'error', id: 'error' }),
      };
      const boxed = inner.type === 'checkbox';
      const row = make('div', boxed ? { className: 'row' } : {});
      row.append(...(boxed ? [inner, this.texts.label] : [this.texts.label, inner]));
      this.shadowRoot.append(row, this.texts.details, this.texts.error);
      inner.setAttribute('aria-describedby', 'details error');
      // An input event crosses a shadow's edge by itself, a change event does not.
      inner.addEventListener('input', () => this.say());
      inner.addEventListener('change', () => {
        this.say();
        this.dispatchEvent(new Event('change', { bubbles: true }));
      });
      return inner;
    }

    update() {
      for (const [name, element] of Object.entries(this.texts)) element.textContent = this.getAttribute(name) ?? '';
      if (!this.label) this.inner.ariaLabel = this.getAttribute('accessibilitylabel');
      this.inner.ariaInvalid = String(this.error !== '');
      this.inner.disabled = this.disabled;
      for (const name of ['placeholder', 'min', 'max', 'step', 'rows', 'maxlength']) {
        if (this.hasAttribute(name)) this.inner.setAttribute(name, this.getAttribute(name));
      }
      this.take();
    }

    take() {
      if (this.hasAttribute('value') && !this.changed) this.inner.value = this.getAttribute('value');
      this.tell();
    }

    say() {
      this.changed = true;
      this.tell();
    }

    tell() {
      this.internals.setFormValue(this.inner.value);
    }

    tellForm(value) {
      this.internals.setFormValue(value);
    }

    formResetCallback() {
      this.changed = false;
      this.take();
    }

    get form() {
      return this.internals.form;
    }

    get value() {
      return this.inner.value;
    }

    set value(value) {
      this.changed = true;
      this.inner.value = value;
      this.tell();
    }
  }

  const inputs = {
    text: 'text',
    number: 'number',
    email: 'email',
    url: 'url',
    search: 'search',
    password: 'password',
    money: 'number',
    date: 'date',
    color: 'color',
  };
  for (const [name, type] of Object.entries(inputs)) {
    customElements.define(
      `s-${name}-field`,
      class extends Field {
        control() {
          return make('input', { type });
        }
      },
    );
  }
  customElements.define(
    's-text-area',
    class extends Field {
      control() {
        return make('textarea');
      }
    },
  );

  class Box extends Field {
    control() {
      return make('input', { type: 'checkbox' });
    }

    take() {
      if (!this.changed) this.inner.checked = this.on('checked');
      this.tell();
    }

    tell() {
      this.tellForm(this.inner.checked ? this.value : null);
    }

    get checked() {
      return this.inner.checked;
    }

    set checked(value) {
      this.changed = true;
      this.inner.checked = Boolean(value);
      this.tell();
    }

    get value() {
      return this.getAttribute('value') ?? 'on';
    }

    set value(value) {
      this.setAttribute('value', value);
    }
  }
  for (const name of ['s-checkbox', 's-switch']) customElements.define(name, class extends Box {});

  // The options are children, which may come after the element itself.
  customElements.define(
    's-select',
    class extends Field {
      control() {
        return make('select');
      }

      connectedCallback() {
        new MutationObserver(() => this.choose()).observe(this, { childList: true, subtree: true, attributes: true });
        this.choose();
      }

      choose() {
        const before = this.inner.value;
        this.inner.replaceChildren(
          ...[...this.querySelectorAll('s-option')].map((option) =>
            make('option', {
              value: option.getAttribute('value') ?? option.textContent,
              textContent: option.textContent,
              selected: option.hasAttribute('selected'),
              disabled: option.hasAttribute('disabled'),
            }),
          ),
        );
        if (this.changed) this.inner.value = before;
        this.take();
      }
    },
  );
  for (const name of ['s-option', 's-option-group', 's-choice', 's-choice-list']) {
    customElements.define(name, class extends HTMLElement {});
  }

  customElements.define(
    's-spinner',
    class extends HTMLElement {
      connectedCallback() {
        this.role = 'progressbar';
        this.textContent = '…';
        this.ariaLabel = this.getAttribute('accessibilitylabel') ?? 'Loading';
      }
    },
  );
})();
