// What the functions in assets/ take and promise. For the type checker alone: nothing of it is shipped, which is why
// it is said here and not there.

type Field = 'order' | 'email';
/** What the places of a text are filled with, by name. */
type Values = Record<string, unknown>;
/** The text of a key with its [places] filled; '' for an unknown key. */
type Say = (key: string, values?: Values) => string;
/** What an element is filled with: strings become text, never markup; what is not there is left out. */
type Piece = Node | string | number | false | null | undefined;
type Content = Piece | Piece[];
type Named<Kind> = Kind extends `${infer Tag}.${string}` ? Tag : Kind;
type Made<Tag> = Tag extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Tag] : HTMLElement;
/** `never` where one of the children is there for certain, which a list of unknown length is not. */
type NullOf<Children extends Content[]> = number extends Children['length']
  ? null
  : Node extends { [Each in keyof Children]: Children[Each] extends Node ? Node : null }[number]
    ? never
    : null;
/** An element with content, as 'p' or 'p.small' for the class `track-order__small`. Null without content. */
type Make = <Kind extends string, Children extends Content[]>(
  kind: Kind,
  ...children: Children
) => Made<Named<Kind>> | NullOf<Children>;
type Button = (key: string, action: () => void, values?: Values) => HTMLButtonElement;
/** A copy of what the page has ready under a name, if it has. */
type Part = (name: string) => HTMLElement | undefined;
/** Says it to a screen reader. */
type Announce = (text: string) => void;

/**
 * What the block can do with one of the other files, which a page that nobody uses does not need. Rejects where it
 * can't be had: browsers remember a failure by its address, so the next try has another one.
 */
type Load = <Name extends keyof Files>(name: Name) => Promise<Widget & Files[Name]>;
type Able = Widget & Files['more'];
interface Files {
  more: typeof import('./assets/track-order-more.js');
  story: typeof import('./assets/track-order-story.js');
}

/**
 * A look-up: where to, with which fields, and what was typed unless the shopper insists on it: who sends the same again
 * means it.
 */
interface Question {
  address: string;
  body: URLSearchParams;
  typed?: string[] | null;
}
/** What is wrong with a field, or odd about it: a word, and the values for its text. */
type Faults = Partial<Record<Field, [word?: string, values?: Values]>>;
/** What became of a question: a story as it was read or as it is told, or a code for why there is none. */
interface Outcome {
  story?: Answer;
  told?: Told;
  code?: string;
  errors?: Faults | null;
  /** How long to wait, in words. */
  time?: string;
}
/** A story as elements: its title takes the focus, and `headline` is what a screen reader is told. */
interface Told {
  element: HTMLElement;
  headline: string;
  /** After so many milliseconds it is worth asking again; 0 where there will be no news. */
  pause: number;
  retell: Retell;
}
/** The same story as it is told now, since times move on; what is changed in it stays so. */
type Retell = (changes?: Partial<Answer>) => Told;

/** What a block in use can do; the other files are lent it. */
interface Widget {
  root: HTMLElement;
  form: LookupForm;
  result: HTMLElement;
  say: Say;
  part: Part;
  make: Make;
  button: Button;
  announce: Announce;
  load: Load;
  look: Look;
  /** The last question once more, in silence; `{}` while somebody waits for an answer or nobody can see it. */
  refresh: () => Promise<Outcome>;
  /** The last question once more, or what is in the form now, which may have been mended since. */
  again: () => void;
  restart: () => void;
}
/**
 * Asks, and shows what came of it; does nothing while a question is under way. A refusal is over once something else is
 * tried, and the keyboard's focus is not to go with it. A story stays where a later look at it fails.
 */
type Look = (question: Question) => Promise<void>;

// track-order-button.js

/**
 * What a click hit of what opens a button's dialog. A merchant's selector may be a list or none at all, which only
 * matching by it tells.
 */
type Opens = (button: HTMLElement, target: Element) => Element | null;
/**
 * The dialog of the tracking page, ready to be shown, in the theme's colors if its page has a background. Rejects where
 * there is none. The browser reads the page as it comes, since a policy of trusted types lets no script parse text.
 */
type FetchDialog = (button: HTMLElement) => Promise<HTMLDialogElement>;
/** Where a scrollbar takes room, its room stays while there is none. */
type OpenDialog = (button: HTMLElement) => Promise<void>;

// track-order.js

/**
 * `gone` aborts when the block leaves the page. Our own words and marks replace the browser's bubbles, which few screen
 * readers repeat.
 */
type Start = (root: HTMLElement, gone: AbortSignal) => void;
/**
 * What becomes of the question that was put. Never rejects. It is asked by an address and not a Request, because other
 * apps wrap `fetch` and expect one; what showing a story takes is fetched and made ready meanwhile. That there is no
 * connection is said only where the browser knows it, or where nothing came back: then `fetch` rejects with a
 * TypeError, while another app that wraps it may reject with a fault of its own.
 */
/**
 * A story that is stale comes as none to a page that shows one: what could not be checked may be behind it, and is no
 * news.
 */
type Send = (signal: AbortSignal) => Promise<Outcome>;
/** The button gets aria-disabled and not disabled, which would drop the keyboard's focus. */
type Wait = (begins: boolean) => void;
/** Marks the fields at fault, or in doubt, and moves to the first; false where there is none. */
type Mark = (faults: Faults, doubtful?: boolean) => boolean;
type Show = (outcome: Outcome) => void;

// track-order-more.js

type More = Files['more'];
/** Whether at most one slip of the finger lies between two words: a letter more, less, wrong, or two swapped. */
type IsNear = (one: string, other: string) => boolean;
/**
 * What is odd about what was typed, though it may be right; null for nothing. A mailbox has many endings, and those of
 * two letters lie so near to one another that none is questioned. A phone number has a country or trunk code, or is
 * American.
 */
type Doubt = (...typed: string[]) => Faults | null;
/** The shopper's own way to write dates and numbers, if it is in language and script of the texts. */
type LocaleOf = (root: HTMLElement) => string;
/** The largest unit that a time fills, and how many seconds it has. */
type Largest = (seconds: number) => [unit: 'second' | 'minute' | 'hour' | 'day', size: number];
/**
 * What a response means. The body decides before the status line, because a proxy on the way may put 200 on an error
 * or a page of its own on anything. A body that breaks off is the line's fault, one that another app has read already is
 * not.
 */
type Understand = (response: Response, root: HTMLElement) => Promise<Outcome>;
/** An absolute address if it leads to http or https, else null. */
type SafeAddress = (address?: string | null, base?: string) => string | null;
/** A link if it is safe, else null. What is not the shop's own page (`base`) opens in another tab. */
type Link = (make: Make, address: string | null | undefined, text?: string, base?: string) => Piece;
/** Where each carrier can be asked, once for all of its numbers. An answer of an older release does not tell. */
type TellCarriers = (make: Make, tracking: Tracking[]) => Piece[];
/** The shop's pages that help further, as far as the merchant named them. */
type Links = (widget: Widget) => Piece[];
/** A number with a button that copies it. */
type TellNumber = (widget: Widget, number: string | null) => Piece;
/** The words for a number of things. There are those of samples that take every plural form of our languages. */
type Counter = (widget: Widget) => (key: string, total: number, done?: number) => string;
/** Times as the shopper writes them, in the shopper's own time zone. */
type MakeClock = (root: HTMLElement) => Clock;
interface Clock {
  day: (time: Time) => string;
  /** Days from today. */
  ahead: (time: Time) => number;
  moment: (time: Time | null) => Time | null;
  range: (window: { from?: Time | null; to?: Time | null }) => string;
  ago: (time: Time) => string;
  /** The name of a country that is told by its code (ISO 3166-1 alpha-2); what is none stays. */
  region: (told: any) => string | undefined;
  zone: string;
}
/**
 * Makes one tree like another, touching only what differs: focus and what was unfolded stay, and what is unfolded has
 * its pictures.
 */
type Morph = (old: any, fresh: any) => void;
/**
 * Asks again now and then, and when the shopper comes back: while the tab is seen and the order under way. What tells
 * how long ago something was moves on even if nothing is asked, or nothing answered. To be given changes that are known
 * without asking.
 */
type KeepFresh = (told: Told, widget: Widget, signal: AbortSignal) => Update;
/** Tells the same story with these changes, in place. */
type Update = (changes?: Partial<Answer>) => void;
/**
 * What only some pages have besides the form, and can do without: the recent orders of a customer who is signed in, or
 * the sample of the theme editor.
 */
type Extra = (able: Able, signal: AbortSignal) => Promise<void>;
/** An order to choose, as an entry of a list: what has no place of its own is folded into the last one. */
type TellChoice = (choice: Choice) => Piece;

// track-order-story.js

type Join = (glue: string, ...texts: Content[]) => string;
/** The JSON of a 200 as elements. */
type Tell = (answer: Answer, able: Able) => Told;
type Small = (...texts: Piece[]) => Piece;
/** Content under a title; nothing where there is none. */
type Titled = (kind: string, key: Piece, ...content: Piece[]) => Content;
/** The words of a key, for the way to the shopper (`method`; the order's unless told) if that has its own. */
type Worded = (group: string, key: string, values?: Values, method?: string) => string;
/**
 * What is the matter (or `told` in its place) with its reason, what to do about that reason where it is known, and what
 * else helps where the order, or one of its parcels, is as it is. A reason may have words of its own, or those of who
 * has to act.
 */
type Attend = (teller: Order | Shipment, among: Shipment[], told?: Piece) => [told: string, turn: string, help: Piece];
/** The progress at its place; of an order that has left in part each parcel has its own. */
type Steps = (step: number | null, method: string) => Piece;
/** When the carrier last said something, and when it was last asked. */
type Freshness = (told: Answer | Shipment) => string | false;
type Line = Item & Partial<Unshipped>;
/** `index` is its place among all lines, which tells whether it is folded away. */
type TellItem = (line: Line, index: number) => Piece;
/**
 * The first rows under a title, and the rest to be unfolded by a `word` of how many. Its pictures are fetched when it
 * is: those that nobody sees yet would cost more than all the rest.
 */
type Fold = (kind: string, key: string, rows: Piece[], name?: string, word?: string, shown?: number) => Content;
/** The carrier's own words are marked with their language; an empty `lang` says that nobody knows it. */
type TellEvent = (event: TrackingEvent) => Piece;
type TellParcel = (shipment: Shipment, index: number) => Piece;
