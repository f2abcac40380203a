import { hash as digest } from 'node:crypto';
import type { DomainEvent, RecordedEvent } from '../core/events.ts';

/** What all events of one transaction are recorded with. */
export type Common = Omit<RecordedEvent, 'seq' | 'prev' | 'v' | 'type' | 'body'>;

export interface RecordText {
  record: string;
  hash: string;
}

/** The part of a record between its `seq` and its `prev`: made once a transaction. */
export function commonText(common: Common): string {
  const { epoch, store, boot, monoMs, wallMs, clock, tx, source } = common;
  return JSON.stringify({ epoch, store, boot, monoMs, wallMs, clock, tx, source }).slice(1, -1);
}

/**
 * The exact JSON text of one event, keys in RecordedEvent's order, and its SHA-256 in hex: the
 * one-shot hex digest is the fastest Node has for texts of this size. Put together by hand, as
 * neither `prev` nor a type has anything to escape: a quarter less for the whole decision.
 */
export function recordText(
  seq: number,
  common: string,
  prev: string,
  { type, body }: DomainEvent,
): RecordText {
  const text = JSON.stringify(body);
  const record = `{"seq":${seq},${common},"prev":"${prev}","v":1,"type":"${type}","body":${text}}`;
  return { record, hash: digest('sha256', record, 'hex') };
}

/** Parses a record this ledger wrote; its chain is the verifier's business, not the reader's. */
export function parseRecord(record: string): RecordedEvent {
  return JSON.parse(record);
}

/** Subject of every day close, so that the last one is found at once. */
export const DAY_CLOSES = 'day-close';

/** What an event is about: a visit, a sale, a label, a lane, the day closes, or '' for the store as a whole. */
export function subjectOf({ type, body }: DomainEvent): string {
  if (type === 'LaneLocked' || type === 'LaneUnlocked') return `lane:${body.laneId}`;
  if ('visitId' in body) return body.visitId;
  if ('saleId' in body && body.saleId !== undefined) return body.saleId;
  if ('labelNumber' in body && body.labelNumber !== undefined) return body.labelNumber;
  if ('label' in body) return body.label.labelNumber;
  if ('closeNo' in body) return DAY_CLOSES;
  return '';
}
