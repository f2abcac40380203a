/**
 * Labels scanned at a lane against what its own plate and camera see. The line is in the basket at
 * once and nothing waits for this; where plate or camera firmly say otherwise the shopper is asked
 * once, and their word stands. What was asked is on record by goods, for the operator's patterns.
 */

import type { LabelAnswer, LabelDoubtView } from '../core/codes/label-doubt.ts';
import type { LabelRecord } from '../core/events.ts';
import type { Outcome } from '../core/ports.ts';
import type { RecognitionEventBodies } from '../core/recognition-events.ts';
import { type Cause, refusedByLedger } from '../ledger/answer.ts';
import { type Compared, compareWithLabels, type Lying } from '../weighing/comparing.ts';
import type { WeighStation } from '../weighing/station.ts';
import type { LaneInside } from './inside.ts';
import { laneRefusal } from './refusals.ts';
import { againText } from './words.ts';

/** Two bags on the plate are two labels: the second may need a moment. */
const MORE_LABELS_MS = 2_000;
/** Goods laid down later than this belong to something else. */
const WINDOW_MS = 8_000;

export interface LabelCheck {
  /** A label was scanned and its line is in the basket. */
  scanned(lineId: string, label: LabelRecord): void;
  view(): LabelDoubtView | undefined;
  answer(answer: LabelAnswer, cause: Cause): Outcome<unknown>;
  close(): void;
}

interface Waiting {
  lineId: string;
  label: LabelRecord;
  atMs: number;
}

interface Check {
  lane: LaneInside;
  station: WeighStation;
  labels: Waiting[];
  /** The load that was compared or asked about last: it is not asked about again. */
  judged?: object;
  doubt?: LabelDoubtView;
  cancelWait(): void;
}

export function watchLabels(lane: LaneInside): LabelCheck | undefined {
  const { station } = lane.parts;
  if (!station) return undefined;
  const check: Check = { lane, station, labels: [], cancelWait() {} };
  station.onChange(() => compare(check));
  return {
    scanned(lineId, label) {
      check.labels.push({ lineId, label, atMs: lane.parts.clock.monoMs() });
      wait(check);
    },
    view: () => stillAsked(check),
    answer: (answer, cause) => answered(check, answer, cause),
    close: () => check.cancelWait(),
  };
}

/** A plate at rest may send nothing for a while. */
function wait(check: Check): void {
  check.cancelWait();
  check.cancelWait = check.lane.parts.clock.after(MORE_LABELS_MS, () => compare(check));
}

function compare(check: Check): void {
  const { station, lane } = check;
  if (check.labels.length === 0) return;
  const nowMs = lane.parts.clock.monoMs();
  const inBasket = new Set(lane.basket.current()?.lines.map(({ lineId }) => lineId));
  check.labels = check.labels.filter(
    ({ lineId, atMs }) => inBasket.has(lineId) && nowMs - atMs <= WINDOW_MS,
  );
  const newest = check.labels.at(-1);
  const lying = station.lying();
  if (!newest || !lying || nowMs - newest.atMs < MORE_LABELS_MS) return;
  const { labels } = check;
  check.labels = [];
  if (check.judged === lying.load) return;
  check.judged = lying.load;
  act(check, labels, lying);
}

function act(check: Check, labels: Waiting[], lying: Lying): void {
  const { station, lane } = check;
  const said = labels.map(({ label: { sku, weighing, choice } }) => ({
    ...{ sku, grossGrams: weighing.netGrams + weighing.tareGrams },
    asked: choice.asked === true,
  }));
  const divisionGrams = station.view().weight.divisionGrams;
  const compared = compareWithLabels(said, lying, divisionGrams);
  // Sold by their labels: they cannot be weighed and sold once more.
  if (compared.is === 'agreed') station.release();
  if (compared.is === 'looks' || compared.is === 'heavier') {
    const asked = refusedByLedger(() => ask(check, labels, lying, compared));
    if (!asked.ok) lane.parts.log.warn({ code: asked.refusal.code }, 'label not asked about');
  }
}

type Doubtful = Extract<Compared, { is: 'looks' | 'heavier' }>;

/** On the disk before it is on the screen. */
function ask(
  check: Check,
  labels: Waiting[],
  { grossGrams: plateGrams }: Lying,
  compared: Doubtful,
): Outcome<undefined> {
  const { config, ledger } = check.lane.parts;
  const { lineId, label } = labels.at(-1)!;
  const seenSku = compared.is === 'looks' ? compared.seenSku : label.sku;
  const { weighing } = label;
  const body: RecognitionEventBodies['LabelDoubted'] = {
    ...{ at: config.id, lineId, labelNumber: label.labelNumber, labelSku: label.sku, seenSku },
    ...(compared.is === 'looks' && { seenBp: compared.seenBp }),
    ...{ labelGrams: weighing.netGrams + weighing.tareGrams, plateGrams },
    ...(compared.sightingId && { sightingId: compared.sightingId }),
  };
  ledger.append({ source: config.id, events: [{ type: 'LabelDoubted', body }] });
  const item = ledger.item(ledger.priceBookVersion(), seenSku);
  const { name = label.name, picture = label.picture } = item ?? {};
  const seen = { sku: seenSku, name, picture };
  check.doubt = { why: compared.is, lineId, name: label.name, seen };
  check.lane.changed();
  return { ok: true, value: undefined };
}

/** Asked until it is answered, the line goes or the shopper pays. */
function stillAsked({ doubt, lane }: Check): LabelDoubtView | undefined {
  const sale = lane.basket.current();
  const stands =
    sale?.phase === 'open' && sale.lines.some(({ lineId }) => lineId === doubt?.lineId);
  return stands ? doubt : undefined;
}

function answered(check: Check, answer: LabelAnswer, cause: Cause): Outcome<unknown> {
  const { lane, station } = check;
  const doubt = stillAsked(check);
  if (!doubt) return { ok: false, refusal: laneRefusal('WRONG_SCREEN') };
  if (answer === 'label-right') {
    station.release();
    delete check.doubt;
    return { ok: true, value: undefined };
  }
  const { lineId } = doubt;
  const gone = lane.sell({ kind: 'void-line', lineId, reason: 'removed', by: 'shopper' }, cause);
  if (!gone.ok) return gone;
  delete check.doubt;
  delete lane.memory.undo;
  // The goods lie here already: they are weighed where they are.
  if (station.loaded()) lane.memory.overlay = 'find';
  lane.notify({ level: 'info', code: 'REMOVED', text: againText(doubt.name) });
  return gone;
}
