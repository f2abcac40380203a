/** Making, printing and cancelling the labels of a produce counter. */
import type { Printer } from '../../drivers/contract.ts';
import { looseGtin14 } from '../core/codes/in-store-code.ts';
import { makeLabelCodes } from '../core/codes/label.ts';
import type { DomainEvent, LabelRecord } from '../core/events.ts';
import type { Outcome, Text } from '../core/ports.ts';
import { patienceOf } from '../core/views/comfort.ts';
import { ANSWER_OK, type Cause } from '../ledger/answer.ts';
import type { Taken } from '../weighing/station.ts';
import { type CounterInside, DONE, notify, reset, setTare } from './inside.ts';
import { labelLines } from './label-paper.ts';
import { counterRefusal } from './refusals.ts';

/** The label screen returns by itself after this long. */
const LABEL_SHOWN_MS = 30_000;
/** What the five price digits of the EAN-13 hold: 999.99 yuan. */
const LABEL_MAX_FEN = 99_999;

/** The record is made at the moment of printing, from what lies on the plate then. */
export function printLabel(counter: CounterInside, cause: Cause): Outcome<undefined> {
  const { chosen, parts, tareGrams } = counter;
  if (!chosen) return counterRefusal('NOTHING_CHOSEN');
  const taken = parts.station.take(chosen.item, tareGrams, chosen.by);
  if (!taken.ok) return taken;
  if (taken.value.weighing.amountFen > LABEL_MAX_FEN) return counterRefusal('TOO_DEAR');
  const label = labelOf(counter, chosen, taken.value);
  if (!label) return counterRefusal('NO_PLU');
  append(counter, [{ type: 'LabelIssued', body: { label } }], cause);
  delete counter.chosen;
  counter.shown = { label };
  // The next goods come in a bag of their own.
  setTare(counter, 0);
  parts.station.release();
  lookBack(counter, label);
  counter.cancelReturn = parts.clock.after(LABEL_SHOWN_MS * patienceOf(counter), () => {
    reset(counter);
    counter.changed();
  });
  sendToPrinter(counter, label).catch((error: unknown) =>
    parts.log.error({ error }, 'label print failed'),
  );
  return DONE;
}

/** A label whose weight turns out not to have been at rest is there to be looked at. */
function lookBack(counter: CounterInside, { labelNumber, weighing }: LabelRecord): void {
  const { station, config } = counter.parts;
  const { scaleId, grossGrams } = weighing;
  station.lookBack(weighing, ({ grams, afterMs }) => {
    const body = { at: config.id, scaleId, labelNumber, grossGrams, laterGrams: grams, afterMs };
    append(counter, [{ type: 'WeightUnsteady', body }]);
  });
}

function labelOf(
  { parts }: CounterInside,
  { item }: NonNullable<CounterInside['chosen']>,
  { weighing, choice }: Taken,
): LabelRecord | undefined {
  const { sku, plu, name, vatBasisPoints, picture } = item;
  if (!plu) return undefined;
  const labelNumber = parts.ids('L').slice(2, 14).toUpperCase();
  const { netGrams, amountFen } = weighing;
  const gtin14 = item.gtin?.padStart(14, '0') ?? looseGtin14(plu);
  return {
    labelNumber,
    counterId: parts.config.id,
    sku,
    plu,
    name,
    weighing,
    amountFen,
    priceBookVersion: parts.ledger.priceBookVersion(),
    ...makeLabelCodes({ plu, labelNumber, gtin14, netGrams, amountFen, currencyDecimals: 2 }),
    choice,
    vatBasisPoints,
    picture,
  };
}

function append({ parts }: CounterInside, events: DomainEvent[], cause?: Cause): void {
  const command = cause && { command: { ...cause, answer: ANSWER_OK } };
  parts.ledger.append({ source: parts.config.id, events, ...command });
}

const NOT_PRINTED: Record<'paper' | 'other', Text> = {
  paper: {
    zh: '打印机没有纸，请把屏幕条码给收银机扫',
    en: 'No paper. Scan the on-screen barcode at checkout',
  },
  other: {
    zh: '标签没有打出来，请把屏幕条码给收银机扫',
    en: 'The label did not print. Scan the on-screen barcode at checkout',
  },
};

async function sendToPrinter(counter: CounterInside, label: LabelRecord): Promise<void> {
  const { devices, config, ids, clock, localTime } = counter.parts;
  const { labelNumber } = label;
  const jobId = ids('job');
  const lines = labelLines(label, localTime(clock.wallMs()));
  const printer = devices.find(config.printer)?.current<Printer>();
  const outcome = await printer?.print({ jobId, lines });
  if (outcome?.ok) append(counter, [{ type: 'LabelPrinted', body: { labelNumber, jobId } }]);
  // Cancelled meanwhile, it is said to be so, whatever became of the paper.
  if (counter.parts.ledger.label(labelNumber)?.state === 'void') return;
  if (!outcome?.ok) {
    if (counter.shown?.label.labelNumber === labelNumber) counter.shown = { label, printed: false };
    notify(counter, 'warn', NOT_PRINTED[outcome?.reason === 'paper-out' ? 'paper' : 'other']);
    return;
  }
  // What was wrong with the label before this one is over.
  delete counter.notice;
  if (counter.shown?.label.labelNumber === labelNumber) counter.shown = { label, printed: true };
  counter.changed();
}

/** Kills the label on the screen, unless it is in a basket or sold already. */
export function voidLabel(counter: CounterInside, cause: Cause): Outcome<undefined> {
  const { shown, parts } = counter;
  const state = shown && parts.ledger.label(shown.label.labelNumber)?.state;
  if (!shown || state !== 'live') return counterRefusal('NO_LABEL');
  const { labelNumber } = shown.label;
  append(counter, [{ type: 'LabelVoided', body: { labelNumber, reason: 'shopper' } }], cause);
  reset(counter);
  notify(counter, 'info', { zh: '这张标签已作废', en: 'This label is cancelled' });
  return DONE;
}
