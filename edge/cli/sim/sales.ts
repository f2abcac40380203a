/** Sales straight into a ledger, for scenarios that are about what comes after. */
import type { CatalogueItem } from '../../core/catalogue/catalogue.ts';
import type { DomainEvent } from '../../core/events.ts';
import type { Ids, Random } from '../../core/ports.ts';
import { decideSale, evolveSale, type SaleCommand, type SaleState } from '../../core/sale/sale.ts';
import type { Ledger } from '../../ledger/contract.ts';

const itemOf = (number: number): CatalogueItem => ({
  sku: `sku-${number}`,
  name: { zh: `商品${number}`, en: `Item ${number}` },
  pinyin: [],
  category: 'other',
  unitPriceFen: 100 + number,
  priceBasis: 'each',
  vatBasisPoints: 1300,
  tareGrams: 0,
  onSale: true,
  picture: '',
});

/** One paid sale of one to eight lines, each decision a commit of its own; its receipt number. */
export function sellOne(ledger: Ledger, ids: Ids, random: Random): string {
  let state: SaleState | undefined;
  const decide = (command: SaleCommand) => {
    const decision = decideSale(state, command);
    if (!decision.ok) throw new Error(decision.refusal.code);
    ledger.append({ source: 'lane-1', events: decision.value });
    state = decision.value.reduce<SaleState | undefined>(
      (now, event: DomainEvent) => evolveSale(now, event),
      state,
    );
  };
  decide({ kind: 'start', saleId: ids('sale'), laneId: 'lane-1', priceBookVersion: 1 });
  const lines = 1 + Math.floor(random() * 8);
  for (let line = 0; line < lines; line += 1) {
    const item = itemOf(1 + Math.floor(random() * 500));
    const choice = { by: 'scan' } as const;
    decide({ kind: 'add-item', lineId: ids('line'), item, quantity: 1, choice });
  }
  const tenderId = ids('tender');
  const orderNo = ids('W').replace('-', '');
  const terminalId = 'payment-1';
  decide({
    kind: 'request-tender',
    tenderId,
    terminalId,
    channel: 'wechat',
    orderNo,
    codeTail: '0000',
  });
  const receiptNo = `R${ledger.head().seq + 1}`;
  decide({
    kind: 'record-captured',
    tenderId,
    amountFen: state?.totalFen ?? 0,
    providerRef: ids('ref'),
    receiptNo,
    receiptJobId: ids('job'),
    location: 'floor',
  });
  return `receipt:${receiptNo}`;
}
