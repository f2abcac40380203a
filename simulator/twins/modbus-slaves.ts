/**
 * Slaves on an RS-485 bus that speak Modbus RTU: weighing cells and a cooling controller. A slave
 * answers what its registers hold; what is written to a command register, it does.
 *
 *   addr 03|04 register count crc → addr fc bytes data crc       addr 06 register value crc
 *   addr 10 register count bytes data crc → addr 10 register count crc
 *   refusal: addr fc|80 code crc (01 function, 02 address, 03 value, 06 busy)
 *   CRC-16 reflected A001 from FFFF, low byte first. Source: Modbus over serial line 1.02.
 */
import type { Port } from '../port.ts';
import type { Clock } from '../runtime.ts';

export type ModbusFault = 'silence' | 'wrong-check' | 'late' | 'busy' | 'echo' | 'half-answer';

export interface ModbusSlave {
  /** The value of a register, or undefined where there is none. */
  register(number: number): number | undefined;
  /** Obeys a write; false where the value is none it knows. */
  write?(number: number, value: number): boolean;
}

export interface ModbusOptions {
  clock: Clock;
  slaves: ReadonlyMap<number, ModbusSlave>;
  fault: () => ModbusFault | undefined;
}

const ANSWER_MS = 20;
const LATE_MS = 700;

/** Two bytes of CRC, low one first. */
export function modbusCheck(bytes: number[]): [number, number] {
  let crc = 0xffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const odd = (crc ^ (byte >> bit)) & 1;
      crc = odd ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
    }
  return [crc & 0xff, crc >>> 8];
}

const isWhole = (frame: number[]): boolean => {
  const [low, high] = modbusCheck(frame.slice(0, -2));
  return frame.at(-2) === low && frame.at(-1) === high;
};

/** A load in grams as an FT-13 keeps it: two registers, high word first, signed. */
export function weightRegisters(grams: number): [number, number] {
  return [(grams >>> 16) & 0xffff, grams & 0xffff];
}

/** A weighing cell with a zero of its own; writing 2 to register 8 takes the load as tare. */
export function weighingCell(load: () => number): ModbusSlave {
  let tareGrams = 0;
  return {
    register(number) {
      if (number === 0 || number === 1) return weightRegisters(load() - tareGrams)[number];
      return number === 2 ? 0 : undefined;
    },
    write(number, value) {
      if (number !== 8 || value !== 2) return false;
      tareGrams = load();
      return true;
    },
  };
}

/** A controller whose probes read tenths of a degree; a probe torn off reads its lowest number. */
export function coolingController(probes: () => (number | undefined)[]): ModbusSlave {
  return {
    register(number) {
      const all = probes();
      const at = number - 0x0100;
      return at >= 0 && at < all.length ? (all[at] ?? -0x8000) & 0xffff : undefined;
    },
  };
}

const REFUSE = (fn: number, code: number) => [fn | 0x80, code];

function readAnswer(slave: ModbusSlave, fn: number, from: number, count: number): number[] {
  const data: number[] = [];
  for (let number = from; number < from + count; number++) {
    const value = slave.register(number);
    if (value === undefined) return REFUSE(fn, 2);
    data.push(value >> 8, value & 0xff);
  }
  return [fn, data.length, ...data];
}

/** What a slave says to one whole request, less address and check. */
function answerTo(slave: ModbusSlave, [, fn = 0, a = 0, b = 0, c = 0, d = 0, ...rest]: number[]) {
  const register = (a << 8) | b;
  const count = (c << 8) | d;
  if (fn === 3 || fn === 4) return readAnswer(slave, fn, register, count);
  if (fn === 6) {
    return slave.write?.(register, count) ? [fn, a, b, c, d] : REFUSE(fn, 3);
  }
  if (fn !== 0x10) return REFUSE(fn, 1);
  for (let at = 0; at < count; at++) {
    const value = ((rest[1 + at * 2] ?? 0) << 8) | (rest[2 + at * 2] ?? 0);
    if (!slave.write?.(register + at, value)) return REFUSE(fn, 3);
  }
  return [fn, a, b, c, d];
}

/** Puts the slaves on their bus. A write is one request: a frame ends where the line is quiet. */
export function startModbusSlaves(port: Port, options: ModbusOptions): { close(): void } {
  const { clock, slaves, fault } = options;
  const timers = new Set<() => void>();
  let closed = false;
  const later = (delayMs: number, fn: () => void) => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      fn();
    });
    timers.add(cancel);
  };
  const hear = (frame: number[]) => {
    const slave = slaves.get(frame[0] ?? 0);
    const broken = fault();
    if (!slave || broken === 'silence' || !isWhole(frame)) return;
    const short = (frame[1] === 3 || frame[1] === 4 || frame[1] === 6) && frame.length !== 8;
    if (short) return;
    const said = broken === 'busy' ? REFUSE(frame[1] ?? 0, 6) : answerTo(slave, frame);
    const body = [frame[0] ?? 0, ...said];
    const bytes = [...body, ...modbusCheck(body)];
    if (broken === 'wrong-check') bytes.push((bytes.pop() ?? 0) ^ 0x55);
    if (broken === 'half-answer') bytes.length = 3;
    later(broken === 'late' ? LATE_MS : ANSWER_MS, () => port.write(Uint8Array.from(bytes)));
  };
  port.onBytes((bytes) => {
    if (closed) return;
    if (fault() === 'echo') port.write(bytes);
    hear([...bytes]);
  });
  return {
    close() {
      closed = true;
      for (const cancel of timers) cancel();
    },
  };
}
