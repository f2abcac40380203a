/**
 * A hand-held or fixed scanner on a serial cable, set up as a shop would set it:
 *
 *   [prefix] [AIM identifier] code [suffix]          e.g. ]E0 6901234567892 CR
 *
 * In its serial trigger mode it reads only between SYN T CR (on) and SYN U CR (off); Honeywell,
 * NCR and Canmax manuals. FNC1 comes as GS (1D).
 */
import type { ScannerFault } from '../faults.ts';
import type { Port } from '../port.ts';

const SYN = 0x16;
const TRIGGER_ON = 0x54;
const TRIGGER_OFF = 0x55;
const CR = 0x0d;

export interface ScannerTwinOptions {
  fault: () => ScannerFault | undefined;
  prefix?: string;
  suffix?: string;
  aimId?: 'on' | 'off';
  trigger?: 'auto' | 'serial';
}

/** Puts the scanner on its cable. `scan` is a code held up to it, with its AIM identifier. */
export function startScannerSerial(port: Port, options: ScannerTwinOptions) {
  const { fault, prefix = '', suffix = '\r', aimId = 'on', trigger = 'auto' } = options;
  let reading = trigger === 'auto';
  let heard: number[] = [];
  port.onBytes((bytes) => {
    for (const byte of bytes) {
      heard = [...heard, byte].slice(-3);
      if (heard[0] !== SYN || heard[2] !== CR || trigger === 'auto') continue;
      if (heard[1] === TRIGGER_ON) reading = true;
      if (heard[1] === TRIGGER_OFF) reading = false;
    }
  });
  return {
    scan(code: string, aim: string): void {
      const broken = fault();
      if (!reading || broken === 'silence') return;
      const text = `${aimId === 'on' ? aim : ''}${code}`;
      const sent =
        broken === 'half-code'
          ? `${prefix}${text.slice(0, Math.ceil(text.length / 2))}`
          : `${prefix}${text}${suffix}`;
      const bytes = Buffer.from(sent, 'utf8');
      port.write(bytes);
      if (broken === 'double-read') port.write(bytes);
    },
  };
}
