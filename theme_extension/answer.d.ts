// The answer of a look-up as tracker/web/schemas.py writes it. For the type checker alone: nothing of it is shipped.

/** ISO 8601 in UTC. In the theme editor's sample, which Liquid makes, milliseconds since 1970. */
type Time = string | number;

type Status =
  | 'processing'
  | 'on_hold'
  | 'label_created'
  | 'shipped'
  | 'in_transit'
  | 'out_for_delivery'
  | 'ready_for_pickup'
  | 'attempted'
  | 'delivered'
  | 'returning'
  | 'cancelled'
  | 'unknown';
type Attention = 'none' | 'delayed' | 'stalled' | 'action_needed' | 'problem';
type Method = 'shipping' | 'pick_up' | 'pickup_point' | 'local' | 'retail' | 'none';
type Hold = 'address' | 'return' | 'stock';
type Source = 'shopify' | 'carrier' | 'aggregator' | 'rule';
type Detail = 'collected' | 'neighbour' | 'signed';

/** The JSON of a 200. */
interface Answer {
  order: Order;
  shipments: Shipment[];
  unshipped: Unshipped[];
  /** What was in an order of which nothing is to be delivered. An answer of an older release does not tell. */
  contents?: Item[];
  /** When a carrier was last heard of any of its parcels; null where no carrier has anything to tell. */
  news_at: Time | null;
  /** The order is longer than what could be read in time. */
  truncated: boolean;
  checked_at: Time;
  /** After so many seconds it is worth looking again; null where nothing more is to come. */
  refresh_after: number | null;
  /** The shop could not be asked just now: this is what was last known. */
  stale: boolean;
}

/** `status`, `attention` and `step` are null where nothing is to be delivered. */
interface Order {
  name: string;
  placed_at: Time;
  status: Status | null;
  attention: Attention | null;
  step: number | null;
  /** What there is advice for: an attention or a status. */
  advice: string | null;
  payment: string | null;
  /** The payment again where the next step is the shopper's: to pay. */
  payment_due: string | null;
  /** Why something is held, where that is the next thing to know. */
  hold: Hold | null;
  fulfillment: string | null;
  return: string | null;
  cancelled_at: Time | null;
  cancel_reason: string | null;
  refund: Refund | null;
  items: Quantities;
  /** Part of it has left, part has not. */
  partly: boolean;
  /** When all of it is expected, and the end of that. */
  delivery_window: DeliveryWindow | null;
  estimated_delivery_at: Time | null;
  status_page_url: string | null;
}

interface Quantities {
  total: number;
  delivered: number;
  on_hold: number;
}

interface Refund {
  status: string;
  at: Time | null;
}

interface Shipment {
  name: string;
  status: Status;
  detail: Detail | null;
  attention: Attention;
  /** Who has to act stands before the first underscore; it never contradicts the attention. */
  reason: string | null;
  step: number | null;
  terminal: boolean;
  source: Source;
  occurred_at: Time;
  checked_at: Time;
  /** When its carrier was last heard of it. */
  news_at: Time | null;
  advice: string | null;
  method: Method;
  scheduled_at: Time | null;
  pickup: Pickup | null;
  shipped_at: Time | null;
  delivered_at: Time | null;
  delivery_window: DeliveryWindow | null;
  tracking: Tracking[];
  items: Item[];
  /** Newest first. */
  events: TrackingEvent[];
}

interface Pickup {
  name: string | null;
  city: string | null;
}

interface DeliveryWindow {
  from: Time | null;
  to: Time | null;
  source: Source;
}

interface Tracking {
  carrier: string | null;
  number: string | null;
  url: string | null;
  carrier_phone: string | null;
  carrier_help_url: string | null;
}

interface Item {
  title: string;
  variant: string | null;
  quantity: number;
  /** How many of it the whole order holds. */
  ordered: number;
  image_url: string | null;
}

/** What has not left the shop yet. */
interface Unshipped extends Item {
  status: Status;
  scheduled_at: Time | null;
  method: Method;
}

interface TrackingEvent {
  status: Status;
  attention: Attention;
  occurred_at: Time;
  message: string | null;
  /** BCP 47 tag of the message, where it is known. */
  language: string | null;
  city: string | null;
  province: string | null;
  country: string | null;
  source: Source;
}

/** One order of a signed-in customer's list. */
interface Choice {
  name: string;
  placed_at: Time;
}
