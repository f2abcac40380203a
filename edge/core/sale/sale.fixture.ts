/** Goods, weighings and labels for the tests of the sale, the receipt and the labels. */
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { Choice, DomainEvent, LabelRecord } from '../events.ts';
import type { WeighRecord } from '../weigh/record.ts';
import { decideSale, evolveSale, type SaleCommand, type SaleState } from './sale.ts';

export const scanned: Choice = { by: 'scan' };

export function item(sku: string, change: Partial<CatalogueItem> = {}): CatalogueItem {
  return {
    sku,
    name: { zh: `商品${sku}`, en: `Item ${sku}` },
    pinyin: [],
    category: 'drinks',
    unitPriceFen: 350,
    priceBasis: 'each',
    vatBasisPoints: 1300,
    tareGrams: 0,
    onSale: true,
    picture: '',
    ...change,
  };
}

export const water = item('water', { gtin: '6901234567892', name: { zh: '矿泉水', en: 'Water' } });
export const juice = item('juice', { unitPriceFen: 990 });
export const wine = item('wine', { minimumAge: 18 });
export const recalled = item('recalled', { onSale: false });
export const apple = item('apple', {
  name: { zh: '红富士苹果', en: 'Fuji apple' },
  plu: '4131',
  unitPriceFen: 1290,
  priceBasis: 'kg',
  vatBasisPoints: 900,
});

export function weighing(change: Partial<WeighRecord> = {}): WeighRecord {
  return {
    scaleId: 'scale-1',
    grossGrams: 616,
    tareGrams: 4,
    netGrams: 612,
    divisionGrams: 2,
    unitPriceFen: 1290,
    priceBasis: 'kg',
    amountFen: 789,
    stableFrames: 3,
    connection: 1,
    ageMs: 20,
    coreVersion: '1.0.0',
    ...change,
  };
}

export function label(labelNumber: string): LabelRecord {
  return {
    labelNumber,
    counterId: 'counter-1',
    sku: apple.sku,
    plu: '4131',
    name: apple.name,
    weighing: weighing(),
    amountFen: 789,
    priceBookVersion: 7,
    ean13: '2004131007891',
    elementString: '',
    choice: { by: 'tile' },
    vatBasisPoints: 900,
    picture: '',
  };
}

export const start = {
  kind: 'start',
  saleId: 'sale-1',
  laneId: 'lane-1',
  priceBookVersion: 7,
} satisfies SaleCommand;
export const addWater = {
  kind: 'add-item',
  lineId: 'line-water',
  item: water,
  quantity: 1,
  choice: scanned,
} satisfies SaleCommand;
export const addApple = {
  kind: 'add-weighed',
  lineId: 'line-apple',
  item: apple,
  weighing: weighing(),
  choice: { by: 'tile', rank: 1 },
} satisfies SaleCommand;
export const addLabel = {
  kind: 'add-label',
  lineId: 'line-label',
  label: label('L1'),
  labelState: 'live',
} satisfies SaleCommand;

export const ask = (number = 1): SaleCommand => ({
  kind: 'request-tender',
  tenderId: `tender-${number}`,
  terminalId: 'pay-1',
  channel: 'wechat',
  orderNo: `order-${number}`,
  codeTail: '4321',
});

export const captured = (amountFen: number, number = 1): SaleCommand => ({
  kind: 'record-captured',
  tenderId: `tender-${number}`,
  amountFen,
  providerRef: `ref-${number}`,
  receiptNo: 'R-0001',
  receiptJobId: 'job-1',
  location: 'floor',
});

export const aboutTender = (
  kind: 'record-declined' | 'record-unknown' | 'request-reversal',
  number = 1,
): SaleCommand => ({ kind, tenderId: `tender-${number}`, reason: 'because' });

export const reversed = (number = 1): SaleCommand => ({
  kind: 'record-reversed',
  tenderId: `tender-${number}`,
});

export const fold = (events: DomainEvent[], from?: SaleState): SaleState | undefined =>
  events.reduce(evolveSale, from);

/** The sale after commands that must all be accepted, and every event they made. */
export function played(...commands: SaleCommand[]): { state: SaleState; events: DomainEvent[] } {
  let state: SaleState | undefined;
  const events: DomainEvent[] = [];
  for (const command of commands) {
    const decision = decideSale(state, command);
    if (!decision.ok) throw new Error(`${command.kind}: ${decision.refusal.code}`);
    events.push(...decision.value);
    state = fold(decision.value, state);
  }
  if (!state) throw new Error('no command began a sale');
  return { state, events };
}
