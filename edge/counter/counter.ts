/**
 * A produce counter: a plate with a camera and a label printer. The shopper weighs, taps the
 * picture, takes the label; the lane sells the label. A label's number dies when it is voided.
 */
import type { Printer } from '../../drivers/contract.ts';
import { type CounterConfig, millimetresPerPixel } from '../config.ts';
import type { CatalogueItem } from '../core/catalogue.ts';
import type { Choice, DomainEvent, LabelRecord } from '../core/events.ts';
import { looseGtin14 } from '../core/in-store-code.ts';
import { makeLabelCodes } from '../core/label.ts';
import type { Clock, Ids, Outcome, Text } from '../core/ports.ts';
import type {
  CommandAnswer,
  CounterCommand,
  CounterScreen,
  CounterView,
  NoticeView,
} from '../core/views.ts';
import { type DeviceTable, screenDevice } from '../devices/devices.ts';
import { ANSWER_OK, answerOnce, type Cause } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { WeighStation } from '../weighing/station.ts';
import { tileOf } from '../weighing/view.ts';
import { labelChosen, labelLines } from './label-paper.ts';
import { counterRefusal } from './refusals.ts';

/** The label screen returns by itself once the plate is empty, or after this long. */
const LABEL_SHOWN_MS = 30_000;

export interface CounterParts {
  config: CounterConfig;
  storeName: Text;
  phone: string;
  ledger: Ledger;
  devices: DeviceTable;
  station: WeighStation;
  clock: Clock;
  ids: Ids;
  log: Log;
  localTime(wallMs: number): string;
}

export interface Counter {
  id: string;
  view(): CounterView;
  onChange(listener: () => void): void;
  handle(command: CounterCommand, key: string): Promise<CommandAnswer>;
  /** Shows that the operator is teaching; undefined ends it. */
  showTeaching(teaching: CounterView['teaching']): void;
  close(): void;
}

/** What the five price digits of the EAN-13 hold: 999.99 yuan. */
const LABEL_MAX_FEN = 99_999;

const done: Outcome<undefined> = { ok: true, value: undefined };

export function createCounter(parts: CounterParts): Counter {
  const { config, ledger, devices, station, clock, ids, log } = parts;
  const listeners: (() => void)[] = [];
  const printer = devices.find(config.printer);
  let chosen: { item: CatalogueItem; by: Choice['by'] } | undefined;
  let shown: { label: LabelRecord; printed: boolean } | undefined;
  let tareGrams = 0;
  let notice: NoticeView | undefined;
  let help: { sinceWallMs: number } | undefined;
  let teaching: CounterView['teaching'];
  let notices = 0;
  let cancelReturn = () => {};

  const changed = () => {
    for (const listener of listeners) listener();
  };

  function notify(level: NoticeView['level'], text: Text, next?: Text) {
    notices += 1;
    notice = { id: notices, level, text, ...(next && { next }) };
    changed();
  }

  function reset() {
    cancelReturn();
    chosen = undefined;
    shown = undefined;
    tareGrams = 0;
    station.setTare(0);
  }

  function screen(): CounterScreen {
    if (ledger.priceBookVersion() === 0) return 'out-of-service';
    if (shown) return 'take-label';
    if (chosen) return 'confirm';
    return station.loaded() ? 'weighing' : 'ready';
  }

  function choose(sku: string, by: Choice['by']): Outcome<undefined> {
    const item = ledger.item(ledger.priceBookVersion(), sku);
    if (!item?.onSale) return counterRefusal('ITEM_UNKNOWN');
    if (item.priceBasis === 'each') return counterRefusal('SOLD_BY_PIECE');
    if (!item.plu) return counterRefusal('NO_PLU');
    const taken = station.take(item, tareGrams, by);
    if (!taken.ok) return taken;
    chosen = { item, by };
    return done;
  }

  /** The record is made at the moment of printing, from what lies on the plate then. */
  function print(cause: Cause): Outcome<undefined> {
    if (!chosen) return counterRefusal('NOTHING_CHOSEN');
    const { item, by } = chosen;
    const taken = station.take(item, tareGrams, by);
    if (!taken.ok) return taken;
    const { weighing, choice } = taken.value;
    if (weighing.amountFen > LABEL_MAX_FEN) return counterRefusal('TOO_DEAR');
    const labelNumber = ids('L').slice(2, 14).toUpperCase();
    const { plu } = item;
    if (!plu) return counterRefusal('NO_PLU');
    const codes = makeLabelCodes({
      plu,
      labelNumber,
      gtin14: item.gtin?.padStart(14, '0') ?? looseGtin14(plu),
      netGrams: weighing.netGrams,
      amountFen: weighing.amountFen,
      currencyDecimals: 2,
    });
    const label: LabelRecord = {
      labelNumber,
      counterId: config.id,
      sku: item.sku,
      plu,
      name: item.name,
      weighing,
      amountFen: weighing.amountFen,
      priceBookVersion: ledger.priceBookVersion(),
      ...codes,
      choice,
      vatBasisPoints: item.vatBasisPoints,
      picture: item.picture,
    };
    append([{ type: 'LabelIssued', body: { label } }], cause);
    chosen = undefined;
    shown = { label, printed: false };
    station.release();
    cancelReturn = clock.after(LABEL_SHOWN_MS, () => {
      reset();
      changed();
    });
    sendToPrinter(label).catch((error: unknown) => log.error({ error }, 'label print failed'));
    return done;
  }

  function append(events: DomainEvent[], cause?: Cause) {
    ledger.append({
      source: config.id,
      events,
      ...(cause && { command: { ...cause, answer: ANSWER_OK } }),
    });
  }

  async function sendToPrinter(label: LabelRecord): Promise<void> {
    const { labelNumber } = label;
    const jobId = ids('job');
    const lines = labelLines(label, parts.localTime(clock.wallMs()));
    const outcome = await printer?.current<Printer>()?.print({ jobId, lines });
    if (!outcome?.ok) {
      return notify('warn', {
        zh: '打印机没有纸，请把屏幕条码给收银机扫',
        en: 'No paper. Scan the on-screen barcode at checkout',
      });
    }
    append([{ type: 'LabelPrinted', body: { labelNumber, jobId } }]);
    if (shown?.label.labelNumber === labelNumber) shown = { label, printed: true };
    changed();
  }

  function voidLabel(cause: Cause): Outcome<undefined> {
    const state = shown && ledger.label(shown.label.labelNumber)?.state;
    if (!shown || state !== 'live') return counterRefusal('NO_LABEL');
    const { labelNumber } = shown.label;
    append([{ type: 'LabelVoided', body: { labelNumber, reason: 'shopper' } }], cause);
    reset();
    notify('info', { zh: '这张标签已作废', en: 'This label is cancelled' });
    return done;
  }

  async function carryOut(command: CounterCommand, cause: Cause): Promise<Outcome<unknown>> {
    switch (command.kind) {
      case 'choose':
        return choose(command.sku, command.by);
      case 'back':
      case 'finish':
        reset();
        return done;
      case 'set-tare':
        tareGrams = command.tareGrams;
        station.setTare(tareGrams);
        return done;
      case 'zero':
        return (await station.zero()).ok ? done : counterRefusal('ZERO_REFUSED');
      case 'print':
        return print(cause);
      case 'void-label':
        return voidLabel(cause);
      case 'help':
        help ??= { sinceWallMs: clock.wallMs() };
        return done;
      case 'cancel-help':
        help = undefined;
        return done;
      default:
        return counterRefusal('COMMAND_UNKNOWN');
    }
  }

  station.onChange(() => {
    if (chosen && !station.loaded()) reset();
    changed();
  });
  for (const id of [config.scale, config.camera, config.printer])
    devices.find(id)?.onStatus(changed);

  function chosenView(view: CounterView['weigh']): CounterView['chosen'] {
    if (shown) return labelChosen(shown.label);
    if (!chosen) return undefined;
    const taken = station.take(chosen.item, tareGrams, chosen.by);
    const netGrams = taken.ok ? taken.value.weighing.netGrams : 0;
    const settled = taken.ok
      ? {
          settled: true as const,
          grossGrams: taken.value.weighing.grossGrams,
          stableFrames: 3,
          connection: 0,
          ageMs: 0,
        }
      : { settled: false as const, reason: 'moving' as const };
    const tile = view.tiles.find((each) => each.sku === chosen?.item.sku);
    return {
      ...tileOf(chosen.item, tile?.confidenceBp ?? 0, settled, tareGrams),
      netGrams,
      tareGrams,
    };
  }

  return {
    id: config.id,
    onChange: (listener) => listeners.push(listener),
    showTeaching(now) {
      teaching = now;
      changed();
    },
    view(): CounterView {
      const weighView = station.view();
      const chosenNow = chosenView(weighView);
      const now = screen();
      return {
        counterId: config.id,
        storeName: parts.storeName,
        screen: now,
        weigh: weighView,
        ...(chosenNow && { chosen: chosenNow }),
        ...(shown && { label: labelView(shown) }),
        ...(teaching && { teaching }),
        ...(help && { help: { ...help, phone: parts.phone } }),
        ...(now === 'out-of-service' && { outOfService: NO_PRICES }),
        ...(notice && { notice }),
        devices: [config.scale, config.camera, config.printer]
          .flatMap((id) => devices.find(id) ?? [])
          .map(screenDevice),
        mmPerPx: millimetresPerPixel(config.panel),
      };
    },
    async handle(command, key) {
      const answer = await answerOnce(ledger, command, key, (cause) => carryOut(command, cause));
      changed();
      return answer;
    },
    close() {
      cancelReturn();
    },
  };
}

const NO_PRICES: { reason: Text; next: Text } = {
  reason: { zh: '本机还没有价格表', en: 'No price list has arrived yet' },
  next: { zh: '请使用其他机器，或呼叫店员', en: 'Please use another terminal, or call staff' },
};

const labelView = ({ label, printed }: { label: LabelRecord; printed: boolean }) => ({
  labelNumber: label.labelNumber,
  ean13: label.ean13,
  elementString: label.elementString,
  printed,
});
