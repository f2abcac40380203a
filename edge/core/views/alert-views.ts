/** What the store tells people about by itself, and over which ways. */
import type { Text } from '../ports.ts';

export const ALERT_CHANNELS = ['browser', 'webhook', 'mqtt'] as const;
export type AlertChannel = (typeof ALERT_CHANNELS)[number];
export const SEVERITIES = ['warn', 'bad'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that is so at this moment. */
export interface Condition {
  /** `device:scale-1:PORT_MISSING`; the same thing has the same key. */
  key: string;
  /** A reason of a device or of the store, or `HELP`. */
  code: string;
  severity: Severity;
  /** Device, screen or part of the store. */
  subject: string;
  text: Text;
  next?: Text;
}

export interface AlertRule {
  id: string;
  name: string;
  on: boolean;
  /** Empty: every code. */
  codes: string[];
  least: Severity;
  /** How long it must have been so without a break. */
  holdSeconds: number;
  /** Told again while it stays so; 0: once. */
  repeatMinutes: number;
  channels: AlertChannel[];
}

/** No word of it until then; `what` is a key, a code, or `*`. */
export interface Mute {
  what: string;
  untilWallMs: number;
  by: string;
}

export interface Alert extends Condition {
  id: string;
  sinceWallMs: number;
  raisedWallMs: number;
  clearedWallMs?: number;
  /** How often it was told. */
  told: number;
}

export type MessageKind = 'raised' | 'again' | 'cleared' | 'test';

/** One message on one way; its id stays the same however often it is tried. */
export interface Delivery {
  id: string;
  channel: AlertChannel;
  kind: MessageKind;
  alert: Alert;
  atWallMs: number;
  attempts: number;
  nextWallMs?: number;
  lastError?: string;
  doneWallMs?: number;
  gaveUp?: true;
}

export interface ChannelsView {
  webhook: { on: boolean; url: string; hasSecret: boolean };
  mqtt: { on: boolean; available: boolean; topic: string };
}

export interface AlertsView {
  rules: AlertRule[];
  mutes: Mute[];
  channels: ChannelsView;
  open: Alert[];
  history: Alert[];
  /** Newest first: what is under way, and what arrived. */
  deliveries: Delivery[];
  /** Codes there are, for choosing. */
  codes: { code: string; text: Text }[];
}
