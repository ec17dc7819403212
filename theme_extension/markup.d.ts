// What the scripts of assets/ find on a page, as snippets/track-order-form.liquid describes it. For the type checker
// alone: nothing of it is shipped.

interface LookupForm extends HTMLFormElement {
  readonly elements: HTMLFormControlsCollection & { order: HTMLInputElement; email: HTMLInputElement };
}

interface ParentNode {
  querySelector(selector: 'form'): LookupForm;
  querySelector(
    selector: 'h2' | '[data-live]' | '[data-recent]' | '[data-result]' | `[data-error=${string}]`,
  ): HTMLElement;
  querySelector(selector: '[data-words]'): Words;
  querySelector(selector: '[data-sample-answer]'): HTMLTemplateElement;
  querySelector(selector: '[type=submit]'): HTMLButtonElement;
  querySelector(selector: 'dialog.track-order-dialog'): HTMLDialogElement;
  querySelector(selector: 'track-order'): HTMLElement;
  querySelectorAll(selector: 'track-order-button'): NodeListOf<HTMLElement>;
  querySelectorAll(selector: 'img:not([src])'): NodeListOf<HTMLImageElement>;
}

/** Each text by its key, and the pieces that are ready to be copied. */
interface Words extends HTMLTemplateElement {
  readonly content: DocumentFragment & { readonly children: Iterable<Word> };
}

interface Word extends HTMLDataElement {
  cloneNode(deep: true): HTMLElement;
}

/** The attributes of <track-order> and <track-order-button>. */
interface DOMStringMap {
  story: string;
  more: string;
  path: string;
  script: string;
  css: string;
  /** Of a picture that is folded away. */
  src: string;
}

/** A press, which is one of an element. */
interface UIEvent {
  readonly target: Element;
}

/** What the theme editor sends: its target is the block, or what is around it. */
interface BlockEvent extends Event {
  readonly target: Node;
}

interface DocumentEventMap {
  'shopify:block:select': BlockEvent;
}
