import { hash as digest } from 'node:crypto';
import type { DomainEvent, RecordedEvent } from '../core/events.ts';

/** What one event is recorded with besides its type and body. */
export type Envelope = Omit<RecordedEvent, 'type' | 'body'>;

export interface RecordText {
  record: string;
  hash: string;
}

/**
 * The exact JSON text of one event, keys in RecordedEvent's order, and its SHA-256 in hex: the
 * one-shot hex digest is the fastest Node has for texts of this size.
 */
export function recordText(envelope: Envelope, event: DomainEvent): RecordText {
  const record = JSON.stringify({
    seq: envelope.seq,
    epoch: envelope.epoch,
    store: envelope.store,
    boot: envelope.boot,
    monoMs: envelope.monoMs,
    wallMs: envelope.wallMs,
    clock: envelope.clock,
    tx: envelope.tx,
    source: envelope.source,
    prev: envelope.prev,
    v: envelope.v,
    type: event.type,
    body: event.body,
  });
  return { record, hash: digest('sha256', record, 'hex') };
}

/** Parses a record this ledger wrote; its chain is the verifier's business, not the reader's. */
export function parseRecord(record: string): RecordedEvent {
  return JSON.parse(record);
}

/** Subject of every day close, so that the last one is found at once. */
export const DAY_CLOSES = 'day-close';

/** What an event is about: a visit, a sale, a label, the day closes, or '' for the store as a whole. */
export function subjectOf({ body }: DomainEvent): string {
  if ('visitId' in body) return body.visitId;
  if ('saleId' in body && body.saleId !== undefined) return body.saleId;
  if ('labelNumber' in body && body.labelNumber !== undefined) return body.labelNumber;
  if ('label' in body) return body.label.labelNumber;
  if ('closeNo' in body) return DAY_CLOSES;
  return '';
}
