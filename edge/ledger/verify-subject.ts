import type { RecordedEvent } from '../core/events.ts';

/** What an event is about, as the auditor sees it. A line that sells a label is about the sale. */
export function subject({ type, body }: RecordedEvent): string {
  if (type === 'LaneLocked' || type === 'LaneUnlocked') return `lane:${body.laneId}`;
  if ('visitId' in body) return body.visitId;
  if ('saleId' in body && body.saleId) return body.saleId;
  if ('closeNo' in body) return 'day-close';
  const facts = 'label' in body ? body.label : body;
  return ('labelNumber' in facts && facts.labelNumber) || '';
}
