/**
 * A produce counter: a plate with a camera and a label printer. The shopper weighs, taps the
 * picture, takes the label; the lane sells the label. A label's number dies when it is voided.
 */
import { millimetresPerPixel } from '../config/config.ts';
import type { Outcome, Text } from '../core/ports.ts';
import { closedView } from '../core/views/closed.ts';
import { comfortsOf, fading, isComfort, NEWS_MS, setComfort } from '../core/views/comfort.ts';
import type { CounterCommand, CounterScreen, CounterView } from '../core/views/counter-views.ts';
import type { CommandAnswer } from '../core/views/views.ts';
import { isContainer } from '../core/weigh/containers.ts';
import { screenDevice } from '../devices/devices.ts';
import { answerOnce, type Cause } from '../ledger/answer.ts';
import { refusalOfWait } from '../weighing/refusals.ts';
import { tileOf } from '../weighing/view.ts';
import { chooseByCamera, chooseByHand } from './choosing.ts';
import { type CounterInside, type CounterParts, DONE, heed, reset, setTare } from './inside.ts';
import { labelChosen } from './label-paper.ts';
import { printLabel, voidLabel } from './labelling.ts';
import { counterRefusal } from './refusals.ts';

export interface Counter {
  id: string;
  view(): CounterView;
  onChange(listener: () => void): void;
  handle(command: CounterCommand, key: string): Promise<CommandAnswer>;
  /** Shows that the operator is teaching; undefined ends it. */
  showTeaching(teaching: CounterView['teaching']): void;
  /** Prices are others now: what is chosen and not yet on a label costs what it costs now. */
  repriced(): void;
  close(): void;
}

/** Goods more than this heavier or lighter are others. */
const OTHER_DIVISIONS = 2;

/** A call for a person is no answer to what was just said. */
const ASIDE: ReadonlySet<string> = new Set(['help', 'cancel-help']);

export function createCounter(parts: CounterParts): Counter {
  const { config, ledger, devices, station } = parts;
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const counter: CounterInside = {
    parts,
    tareGrams: 0,
    notices: 0,
    startedMonoMs: parts.clock.monoMs(),
    cancelReturn() {},
    cancelForget() {},
    changed,
  };
  station.onChange(() => followPlate(counter));
  parts.calls?.onChange(() => counter.help && changed());
  for (const id of [config.scale, config.camera, config.printer])
    devices.find(id)?.onStatus(changed);
  return {
    id: config.id,
    onChange: (listener) => listeners.push(listener),
    showTeaching(now) {
      if (now) counter.teaching = now;
      else delete counter.teaching;
      changed();
    },
    repriced() {
      const { chosen } = counter;
      const item = chosen && ledger.item(ledger.priceBookVersion(), chosen.item.sku);
      if (chosen && item?.onSale) counter.chosen = { ...chosen, item };
      else if (chosen) reset(counter);
      changed();
    },
    view: () => viewOf(counter),
    async handle(command, key) {
      heed(counter);
      if (!isComfort(command) && !ASIDE.has(command.kind)) delete counter.notice;
      const answer = await answerOnce(ledger, command, key, (cause) =>
        carryOut(counter, command, cause),
      );
      changed();
      return answer;
    },
    close() {
      counter.cancelReturn();
      counter.cancelForget();
    },
  };
}

/** The plate changed: what was chosen may have left it, and other goods may lie there. */
function followPlate(counter: CounterInside): void {
  const { station } = counter.parts;
  const lies = station.lying() !== undefined;
  // Whoever puts goods down has read what was said before.
  if (lies && !counter.lies) delete counter.notice;
  counter.lies = lies;
  const left = !station.loaded() && !counter.shown;
  if (left && (counter.chosen || counter.tareGrams > 0)) reset(counter);
  if (nextGoodsLie(counter)) reset(counter);
  chooseByCamera(counter);
  counter.changed();
}

/**
 * Other goods lie there than those just labelled: their label is in the shopper's hand. The same
 * goods laid down again may be there because the label is wrong, and it can still be cancelled.
 */
function nextGoodsLie({ shown, parts: { station } }: CounterInside): boolean {
  if (!shown?.printed || !station.loaded()) return false;
  const lying = station.lying();
  if (!lying) return false;
  const { weighing, sku } = shown.label;
  const offGrams = Math.abs(lying.grossGrams - weighing.grossGrams);
  if (offGrams > OTHER_DIVISIONS * weighing.divisionGrams) return true;
  const [seen] = lying.sighting?.confident ? lying.sighting.candidates : [];
  return seen !== undefined && seen.sku !== sku;
}

async function carryOut(
  counter: CounterInside,
  command: CounterCommand,
  cause: Cause,
): Promise<Outcome<unknown>> {
  if (isComfort(command)) {
    setComfort(counter, command.kind, command.on);
    // The wait under way is as long as 大字 says now.
    heed(counter);
    return DONE;
  }
  switch (command.kind) {
    case 'choose':
      return chooseByHand(counter, command.sku, command.by, cause);
    case 'back':
    case 'finish':
      reset(counter);
      return DONE;
    case 'set-tare':
      if (!isContainer(command.tareGrams, counter.chosen?.item.tareGrams))
        return refusalOfWait('bad-tare');
      setTare(counter, command.tareGrams);
      return DONE;
    case 'zero':
      return (await counter.parts.station.zero()).ok ? DONE : counterRefusal('ZERO_REFUSED');
    case 'print':
      return printLabel(counter, cause);
    case 'void-label':
      return voidLabel(counter, cause);
    case 'help':
      counter.help ??= { sinceWallMs: counter.parts.clock.wallMs() };
      counter.parts.calls?.begin(counter.parts.config.id, counter.help.sinceWallMs);
      return DONE;
    case 'cancel-help':
      delete counter.help;
      counter.parts.calls?.end(counter.parts.config.id);
      return DONE;
    default:
      return counterRefusal('COMMAND_UNKNOWN');
  }
}

function screenOf({ parts, shown, chosen }: CounterInside): CounterScreen {
  if (parts.ledger.priceBookVersion() === 0) return 'out-of-service';
  if (shown) return 'take-label';
  if (chosen) return 'confirm';
  return parts.station.loaded() ? 'weighing' : 'ready';
}

function viewOf(counter: CounterInside): CounterView {
  const { parts, shown, teaching, help, notice } = counter;
  const { config, devices } = parts;
  const weigh = parts.station.view();
  const chosen = chosenView(counter, weigh);
  const screen = screenOf(counter);
  return {
    counterId: config.id,
    storeName: parts.storeName,
    prices: parts.ledger.priceBookVersion(),
    screen,
    weigh,
    ...(chosen && { chosen }),
    ...(shown && { label: labelView(shown) }),
    ...(teaching && { teaching }),
    ...(config.camera !== undefined && { camera: { photoHours: parts.photoHours ?? 0 } }),
    ...(help && { help: { ...help, phone: parts.phone, ...parts.calls?.standing(config.id) } }),
    ...(screen === 'out-of-service' && { outOfService: outOfService(counter) }),
    ...(notice && { notice: fading(notice, counter, NEWS_MS) }),
    ...comfortsOf(counter),
    devices: [config.scale, config.camera, config.printer]
      .flatMap((id) => devices.find(id) ?? [])
      .map(screenDevice),
    mmPerPx: millimetresPerPixel(config.panel),
  };
}

/** Prices have never arrived, wherever one looks in this store: there is no other place to weigh. */
const outOfService = ({ parts: { clock, phone }, startedMonoMs }: CounterInside) =>
  closedView(clock, { reason: NO_PRICES, sinceMonoMs: startedMonoMs, phone });

/** The chosen item at the weight lying there now; the printed label says what it said. */
function chosenView(
  { parts, chosen, shown, tareGrams }: CounterInside,
  { tiles }: CounterView['weigh'],
): CounterView['chosen'] {
  if (shown) return labelChosen(shown.label);
  if (!chosen) return undefined;
  const taken = parts.station.take(chosen.item, tareGrams, chosen.by);
  const weighing = taken.ok ? taken.value.weighing : undefined;
  const tile = tiles.find((each) => each.sku === chosen.item.sku);
  const netGrams = weighing?.netGrams ?? 0;
  return { ...tileOf(chosen.item, tile?.confidenceBp ?? 0, netGrams), netGrams, tareGrams };
}

const NO_PRICES: Text = { zh: '本机还没有价格表', en: 'No price list has arrived yet' };

const labelView = ({ label, printed }: NonNullable<CounterInside['shown']>) => ({
  labelNumber: label.labelNumber,
  ean13: label.ean13,
  elementString: label.elementString,
  ...(printed !== undefined && { printed }),
});
