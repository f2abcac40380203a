/** The life of a price label: live until a basket holds it, sold with the sale, or void. */
import type { DomainEvent, LabelRecord } from '../events.ts';
import type { SaleState } from '../sale/sale.ts';

export type LabelLife = 'live' | 'in-basket' | 'sold' | 'void';

export interface LabelChange {
  labelNumber: string;
  to: LabelLife;
  /** The label itself, on the change that brings it into the world. */
  label?: LabelRecord;
}

/**
 * The labels an event touches. `saleBefore` is the sale the event names as it stood just before
 * it, since a voided line and a finished sale name their labels only through their lines.
 */
export function labelChanges(event: DomainEvent, saleBefore?: SaleState): LabelChange[] {
  const held = (to: LabelLife, lineId?: string): LabelChange[] =>
    (saleBefore?.lines ?? []).flatMap((line) =>
      line.labelNumber !== undefined && (lineId === undefined || line.lineId === lineId)
        ? [{ labelNumber: line.labelNumber, to }]
        : [],
    );
  switch (event.type) {
    case 'LabelIssued': {
      const { label } = event.body;
      return [{ labelNumber: label.labelNumber, to: 'live', label }];
    }
    case 'LabelVoided':
      return [{ labelNumber: event.body.labelNumber, to: 'void' }];
    case 'LineAdded': {
      const { labelNumber } = event.body.line;
      return labelNumber === undefined ? [] : [{ labelNumber, to: 'in-basket' }];
    }
    case 'LineVoided':
      return held('live', event.body.lineId);
    case 'SaleCancelled':
      return held('live');
    case 'SaleCompleted':
      return held('sold');
    default:
      return [];
  }
}

/** Sold stays sold; void gives way to `sold` only, for a label that was already in a basket. */
export function labelLife(current: LabelLife | undefined, to: LabelLife): LabelLife {
  if (current === 'sold') return 'sold';
  if (current === 'void') return to === 'sold' ? 'sold' : 'void';
  return to;
}
