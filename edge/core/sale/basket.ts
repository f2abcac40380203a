/** What may happen to the lines of a basket, and when it may be put aside. */
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { DomainEvent, SaleLine } from '../events.ts';
import type { Person } from '../person.ts';
import type { Refusal } from '../ports.ts';
import { refuse } from '../refusals.ts';
import type { SaleCommand, SaleDecision, SaleState } from './sale.ts';
import { keptFen } from './tender.ts';

export const MAX_LINES = 200;
export const MAX_QUANTITY = 99;

type Command<Kind extends SaleCommand['kind']> = Extract<SaleCommand, { kind: Kind }>;
type Refused = { ok: false; refusal: Refusal };

export type BasketCommand = Command<
  | 'add-item'
  | 'add-weighed'
  | 'add-label'
  | 'set-quantity'
  | 'void-line'
  | 'cancel'
  | 'approve-age'
  | 'show-member'
>;

/** Decides the commands that change lines or give the basket up. */
export function decideBasket(state: SaleState, command: BasketCommand): SaleDecision {
  const { saleId } = state;
  if (state.phase === 'completed' || state.phase === 'cancelled') {
    return refuse('SALE_CLOSED', { saleId });
  }
  if (command.kind === 'cancel') return decideCancel(state, command);
  if (command.kind === 'approve-age') return decideAge(state, command.by);
  if (state.phase === 'parked') return refuse('BASKET_PARKED', { saleId });
  if (state.phase === 'paying') return refuse('BASKET_LOCKED', { saleId });
  if (keptFen(state.tenders) > 0) return refuse('BASKET_PART_PAID', { saleId });
  switch (command.kind) {
    case 'add-item':
      return decideAddItem(state, command);
    case 'add-weighed':
      return decideAddWeighed(state, command);
    case 'add-label':
      return decideAddLabel(state, command);
    case 'set-quantity':
      return decideQuantity(state, command.lineId, command.quantity);
    case 'show-member':
      return accept({ type: 'MemberShown', body: { saleId, ...command.member } });
    case 'void-line': {
      const { kind: _, ...body } = command;
      if (!lineOf(state, command.lineId)) return refuse('LINE_UNKNOWN', { lineId: body.lineId });
      return accept({ type: 'LineVoided', body: { saleId, ...body } });
    }
  }
}

const accept = (...events: DomainEvent[]): SaleDecision => ({ ok: true, value: events });

const lineOf = (state: SaleState, lineId: string): SaleLine | undefined =>
  state.lines.find((line) => line.lineId === lineId);

const quantityAllowed = (quantity: number): boolean =>
  Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_QUANTITY;

function addLine(state: SaleState, line: SaleLine): SaleDecision {
  if (state.lines.length >= MAX_LINES) return refuse('BASKET_FULL', { limit: MAX_LINES });
  return accept({ type: 'LineAdded', body: { saleId: state.saleId, line } });
}

function refusedItem(item: CatalogueItem): Refused | undefined {
  if (!item.onSale) return refuse('ITEM_NOT_ON_SALE', { sku: item.sku });
  return undefined;
}

/** The parts of a line that come straight from the price book. */
const fromItem = (item: CatalogueItem) => ({
  sku: item.sku,
  name: item.name,
  ...(item.gtin === undefined ? {} : { gtin: item.gtin }),
  ...(item.plu === undefined ? {} : { plu: item.plu }),
  unitPriceFen: item.unitPriceFen,
  priceBasis: item.priceBasis,
  vatBasisPoints: item.vatBasisPoints,
  picture: item.picture,
  category: item.category,
  rounding: 'half-up' as const,
  ...(item.minimumAge === undefined ? {} : { minimumAge: item.minimumAge }),
});

/** Lines that wait until staff have seen how old the buyer is. */
export const heldLines = ({ lines, approvedAge = 0 }: SaleState): SaleLine[] =>
  lines.filter(({ minimumAge = 0 }) => minimumAge > approvedAge);

function decideAge(state: SaleState, by: Person): SaleDecision {
  const ages = heldLines(state).map(({ minimumAge = 0 }) => minimumAge);
  if (ages.length === 0) return accept();
  const minimumAge = Math.max(...ages);
  return accept({ type: 'AgeApproved', body: { saleId: state.saleId, minimumAge, by } });
}

/** The same article of the same batch raises the quantity of its line: one line, one price. */
function decideAddItem(state: SaleState, command: Command<'add-item'>): SaleDecision {
  const { item, quantity, choice, lineId, location } = command;
  const refused = refusedItem(item);
  if (refused) return refused;
  if (item.priceBasis !== 'each') return refuse('NEEDS_WEIGHING', { sku: item.sku });
  const twin = state.lines.find(
    (line) =>
      line.how === 'each' &&
      line.sku === item.sku &&
      line.location === location &&
      line.lot?.supplierLot === command.lot?.supplierLot,
  );
  if (!quantityAllowed(quantity)) return refuse('QUANTITY_LIMIT', { quantity });
  if (twin) return decideQuantity(state, twin.lineId, twin.quantity + quantity);
  const amountFen = quantity * item.unitPriceFen;
  const lot = command.lot ? { lot: command.lot } : {};
  const from = location === undefined ? {} : { location };
  const line = { lineId, ...fromItem(item), how: 'each' as const, quantity, amountFen, choice };
  return addLine(state, { ...line, ...lot, ...from });
}

function decideAddWeighed(state: SaleState, command: Command<'add-weighed'>): SaleDecision {
  const { item, weighing, choice, lineId } = command;
  const refused = refusedItem(item);
  if (refused) return refused;
  if (item.priceBasis === 'each') return refuse('NOT_BY_WEIGHT', { sku: item.sku });
  if (weighing.priceBasis !== item.priceBasis || weighing.unitPriceFen !== item.unitPriceFen) {
    return refuse('WEIGHING_MISMATCH', { sku: item.sku });
  }
  const { amountFen } = weighing;
  return addLine(state, {
    lineId,
    ...fromItem(item),
    how: 'weighed',
    quantity: 1,
    weighing,
    amountFen,
    choice,
  });
}

const DEAD_LABEL = {
  sold: 'LABEL_SOLD',
  void: 'LABEL_VOID',
  'in-basket': 'LABEL_IN_BASKET',
} as const;

/** A label is sold once, at the price printed on it, whatever the price book says by now. */
function decideAddLabel(state: SaleState, command: Command<'add-label'>): SaleDecision {
  const { label, labelState, lineId } = command;
  const { labelNumber, weighing } = label;
  if (labelState !== 'live') return refuse(DEAD_LABEL[labelState], { labelNumber });
  if (state.lines.some((line) => line.labelNumber === labelNumber)) {
    return refuse('LABEL_IN_BASKET', { labelNumber });
  }
  return addLine(state, {
    lineId,
    sku: label.sku,
    name: label.name,
    plu: label.plu,
    how: 'label',
    quantity: 1,
    weighing,
    labelNumber,
    unitPriceFen: weighing.unitPriceFen,
    priceBasis: weighing.priceBasis,
    amountFen: label.amountFen,
    vatBasisPoints: label.vatBasisPoints,
    rounding: 'half-up',
    ...(command.category && { category: command.category }),
    choice: label.choice,
    picture: label.picture,
  });
}

function decideQuantity(state: SaleState, lineId: string, quantity: number): SaleDecision {
  const line = lineOf(state, lineId);
  if (!line) return refuse('LINE_UNKNOWN', { lineId });
  if (line.how !== 'each') return refuse('LINE_NOT_COUNTED', { lineId });
  if (!quantityAllowed(quantity)) return refuse('QUANTITY_LIMIT', { quantity });
  if (line.quantity === quantity) return accept();
  const amountFen = quantity * line.unitPriceFen;
  const body = { saleId: state.saleId, lineId, quantity, amountFen };
  return accept({ type: 'LineQuantityChanged', body });
}

/** While a payment has no outcome the lane asks for its reversal first; then the basket may go. */
function decideCancel(state: SaleState, command: Command<'cancel'>): SaleDecision {
  const { saleId } = state;
  const { kind: _, ...why } = command;
  if (state.phase === 'paying') return refuse('PAYMENT_UNRESOLVED', { saleId });
  const partPaid = state.tenders.filter((tender) => tender.state === 'captured');
  const givenBack = partPaid.map(({ tenderId }): DomainEvent => {
    return { type: 'TenderReversalRequested', body: { saleId, tenderId, reason: 'cancelled' } };
  });
  return accept({ type: 'SaleCancelled', body: { saleId, ...why } }, ...givenBack);
}
