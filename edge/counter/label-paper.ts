/** A price label as a print job: what a shopper sticks on the bag. */
import type { PrintLine } from '../../drivers/contract.ts';
import type { LabelRecord } from '../core/events.ts';
import { formatYuan } from '../core/money.ts';
import { formatKilograms } from '../core/sale/quantity.ts';

const BASIS_WORDS = { kg: '元/千克', '500g': '元/500克' } as const;

/** Name, net, unit price and amount from the one record, then both codes. */
export function labelLines(label: LabelRecord, atLocal: string): PrintLine[] {
  const { weighing } = label;
  const unit = `${formatYuan(weighing.unitPriceFen)} ${BASIS_WORDS[weighing.priceBasis]}`;
  return [
    { text: label.name.zh, align: 'centre', size: 2, bold: true },
    { text: label.name.en, align: 'centre' },
    { rule: true },
    row('净重', `${formatKilograms(weighing.netGrams)} 千克`),
    ...(weighing.tareGrams > 0 ? [row('去皮', `${formatKilograms(weighing.tareGrams)} 千克`)] : []),
    row('单价', unit),
    {
      text: `￥${formatYuan(label.amountFen)}`,
      ...{ align: 'right', size: 2, bold: true, digitsMm: 4 },
    },
    { ean13: label.ean13 },
    { qr: label.elementString, moduleSize: 4 },
    { text: `${atLocal}  PLU ${label.plu}  ${label.labelNumber}` },
    { cut: true },
  ];
}

const row = (left: string, right: string): PrintLine => ({
  columns: [
    { text: left, width: 10 },
    { text: right, width: 22, align: 'right' },
  ],
});

/** The same for the screen: from the label, for the plate may hold other goods by now. */
export function labelChosen({ sku, plu, name, picture, weighing, amountFen, choice }: LabelRecord) {
  const { netGrams, tareGrams, unitPriceFen, priceBasis } = weighing;
  const confidenceBp = choice.confidenceBp ?? 0;
  const item = { sku, plu, name, picture, unitPriceFen, priceBasis, amountFen, confidenceBp };
  return { ...item, netGrams, tareGrams };
}
