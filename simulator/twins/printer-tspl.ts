/**
 * A label printer on its cable: draws what it is told into its image buffer, prints it on PRINT,
 * takes its time for that, and stands still without labels or with its head open.
 *
 *   ESC ! ?   answered at reception, one byte: 00 ready, 01 head open, 02 jam, 04 out of paper,
 *             08 out of ribbon (or sums of these), 10 paused, 20 printing, 80 another error
 *
 * Source: TSC, TSPL/TSPL2 Programming Manual. `odd-status` answers a byte that the table has not.
 */
import type { PrinterFault } from '../faults.ts';
import type { Port } from '../port.ts';
import type { Clock } from '../runtime.ts';
import { createLabelImage, type PrintedLabel } from './label.ts';
import { createTimers } from './lock-8a.ts';
import { createLines, type LabelOperation, readLine } from './tspl-commands.ts';

const REAL_TIME = [0x1b, 0x21, 0x3f];
const MM_PER_SECOND = 100;
const START_MS = 150;
const ANSWER_MS = 2;
const ODD_STATUS = 0x52;

export type LabelFault = PrinterFault | 'jam' | 'ribbon-out' | 'paused';

export interface LabelPrinterOptions {
  clock: Clock;
  fault: () => LabelFault | undefined;
  onLabel: (label: PrintedLabel) => void;
  dotsPerMm?: number;
  /** Labels left on the roll. */
  roll?: number;
}

const STATUS: Partial<Record<LabelFault, number>> = {
  'cover-open': 0x01,
  jam: 0x02,
  cutter: 0x80,
  'paper-out': 0x04,
  'ribbon-out': 0x08,
  paused: 0x10,
  'odd-status': ODD_STATUS,
};

/** Head, motor and roll: prints what is queued, one label after another. */
function createPress({ clock, fault, onLabel, dotsPerMm = 8, roll = 1000 }: LabelPrinterOptions) {
  const image = createLabelImage(dotsPerMm);
  let queue: LabelOperation[] = [];
  let left = roll;
  let cancel: (() => void) | undefined;

  const broken = () => {
    const now = fault();
    return now === undefined ? undefined : STATUS[now];
  };
  const stopped = () => left <= 0 || (broken() ?? ODD_STATUS) !== ODD_STATUS;
  const printOn = () => {
    while (cancel === undefined && !stopped()) {
      const operation = queue.shift();
      if (!operation) return;
      if (operation.op !== 'print') image.take(operation);
      else if (operation.copies > 0) printOne(operation.copies);
    }
  };
  const printOne = (copies: number) => {
    const label = image.print();
    cancel = clock.after(START_MS + (image.heightMm() / MM_PER_SECOND) * 1000, () => {
      cancel = undefined;
      // What stops it in the middle of a label spoils that one: it comes again.
      const spoilt = stopped();
      if (!spoilt) {
        left--;
        onLabel(label);
      }
      if (spoilt || copies > 1)
        queue.unshift({ op: 'print', copies: spoilt ? copies : copies - 1 });
      printOn();
    });
  };
  return {
    printOn,
    take: (operation: LabelOperation) => void queue.push(operation),
    status: () =>
      broken() ?? (left <= 0 ? 0x04 : cancel !== undefined || queue.length > 0 ? 0x20 : 0x00),
    /** A person put something right or wrong: where all is well there is a new roll. */
    attended(): void {
      if (fault() === undefined && left <= 0) left = roll;
      printOn();
    },
    stop(): void {
      cancel?.();
      queue = [];
    },
  };
}

/** Finds ESC ! ? in a stream, however it is cut; every other byte goes to `rest`. */
function createRealTimeListener(asked: () => void, rest: (byte: number) => void) {
  let seen = 0;
  return (byte: number): void => {
    if (byte === REAL_TIME[seen]) seen++;
    else {
      seen = byte === REAL_TIME[0] ? 1 : 0;
      if (seen === 0) rest(byte);
    }
    if (seen < REAL_TIME.length) return;
    seen = 0;
    asked();
  };
}

/** Puts the printer on its cable. */
export function startPrinterTspl(port: Port, options: LabelPrinterOptions) {
  const { clock, fault } = options;
  const press = createPress(options);
  const timers = createTimers(clock);
  const unknown: string[] = [];
  let beeps = 0;
  const takeByte = createLines((line) => {
    const operation = readLine(line);
    if (operation.op === 'unknown') unknown.push(operation.line);
    // The buzzer does not wait for the paper.
    if (operation.op === 'sound') beeps += 1;
    else press.take(operation);
  });
  const answer = () => {
    const bytes = Uint8Array.of(press.status());
    timers.later(ANSWER_MS, () => port.write(bytes));
  };
  const hear = createRealTimeListener(answer, takeByte);
  port.onBytes((bytes) => {
    if (fault() === 'silence') return;
    for (const byte of bytes) hear(byte);
    press.printOn();
  });
  return {
    /** Lines this printer did not know: a driver should leave none. */
    unknown: (): readonly string[] => unknown,
    beeps: () => beeps,
    faultChanged: press.attended,
    close(): void {
      press.stop();
      timers.stop();
    },
  };
}
