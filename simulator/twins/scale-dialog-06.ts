/**
 * A price-computing checkout scale of Checkout-Dialog 06. One price record, one weighing.
 *
 *   host EOT STX 01 ESC price ESC ETX → ACK | NAK | STX 11 ESC 2 z1 z0 ETX prove yourself
 *   host EOT ENQ → STX 02 ESC 3 ESC w5 ESC p6 ESC t6 ETX | NAK | STX 11 ESC 1|0 ETX
 *   host EOT STX 08 ETX → STX 09 ESC code ETX: 20 moving, 21 not moved since, 22 no result,
 *        30 below minimum, 31 below zero, 32 overload, 10 record number, 11 price
 *   host EOT STX 10 ESC cccc kkkk ETX → ACK
 *
 * Wants proof after power-up and after every 50 weighings. Sources: Ohaus Aviator 7000 service
 * manual pp.36-50, DIVA service manual p.55.
 */
import type { Port } from '../port.ts';
import { whole } from '../random.ts';
import type { Random } from '../runtime.ts';
import { createIndicator, createLineSender, type LineScaleOptions } from './line-scale.ts';

const [STX, ETX, EOT, ENQ] = [0x02, 0x03, 0x04, 0x05];
const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);
const ESC = '\x1b';
const WEIGHINGS_A_PROOF = 50;
const MAX_RECORD = 64;

/** A polynomial for tests, known to everybody: x^16 + x^12 + x^5 + 1. */
export const TEST_POLYNOMIAL = '11021';

export interface DialogTwinOptions extends LineScaleOptions {
  /** Hexadecimal, with its top bit; the scale wants no proof without one. */
  polynomial?: string;
  minGrams?: number;
}

const record = (text: string): Uint8Array =>
  Buffer.from([STX, ...Buffer.from(text, 'latin1'), ETX]);

/** The result: weight, unit price and total. */
export function dialogResult(grams: number, price: string): Uint8Array {
  const total = Math.round((grams * Number(price)) / 1000);
  const fields = ['02', '3', String(grams).padStart(5, '0'), price];
  return record([...fields, String(total).padStart(6, '0')].join(ESC));
}

/** Long division of CS, with sixteen zeros behind it, digit by digit. */
function remainder(checksum: number, polynomial: string): number {
  const divisor = BigInt(`0x${polynomial}`);
  const length = divisor.toString(2).length;
  let rest = BigInt(checksum) << 16n;
  while (rest.toString(2).length >= length && rest > 0n) {
    rest ^= divisor << BigInt(rest.toString(2).length - length);
  }
  return Number(rest);
}

const turnLeft = (text: string, by: number): number => {
  const bits = Number.parseInt(text, 16).toString(2).padStart(16, '0');
  return Number.parseInt(bits.slice(by) + bits.slice(0, by), 2);
};

/** Whether a pair of checksum and key was made with the polynomial and the random number. */
export function isProof(pair: string, random: string, polynomial: string): boolean {
  if (!/^[0-9A-F]{8}$/.test(pair)) return false;
  const [z1, z0] = [Number.parseInt(random.charAt(0), 16), Number.parseInt(random.charAt(1), 16)];
  const checksum = turnLeft(pair.slice(0, 4), (16 - z1) % 16);
  return remainder(checksum, polynomial) === turnLeft(pair.slice(4), z0);
}

const randomByte = (random: Random): string =>
  whole(random, 0, 255).toString(16).toUpperCase().padStart(2, '0');

/** The plate, and whether it moved since its last result. */
function createPlate(options: DialogTwinOptions) {
  const { fault, minGrams = 40 } = options;
  const indicator = createIndicator(options);
  let settled: number | undefined;
  return {
    settle(): number {
      settled = indicator.show().grams;
      return settled;
    },
    /** The status code, `00` where a result may be had. */
    code(priced: boolean): string {
      const { grams, moving, overload } = indicator.show();
      const restless = moving || fault() === 'busy';
      if (restless || grams !== settled) settled = undefined;
      if (fault() === 'not-zeroed') return '01';
      if (!priced) return '22';
      if (overload) return '32';
      if (restless) return '20';
      if (grams < 0) return '31';
      if (grams < minGrams) return '30';
      return settled === undefined ? '00' : '21';
    },
  };
}

/** What the scale remembers from one sentence to the next. */
function createScale(options: DialogTwinOptions) {
  const { random, polynomial } = options;
  const plate = createPlate(options);
  let price: string | undefined;
  let code = '00';
  let weighings = WEIGHINGS_A_PROOF;
  let challenge: string | undefined;
  let verdict: boolean | undefined;

  const judge = (valid: boolean): Uint8Array => {
    verdict = undefined;
    if (valid) weighings = 0;
    return record(`11${ESC}${valid ? 1 : 0}`);
  };
  const weigh = (): Uint8Array => {
    if (verdict !== undefined) return judge(verdict);
    code = plate.code(price !== undefined);
    if (code !== '00' || price === undefined) return NAK;
    weighings++;
    const result = dialogResult(plate.settle(), price);
    price = undefined;
    return result;
  };
  const takePrice = (text: string): Uint8Array => {
    if (polynomial !== undefined && weighings >= WEIGHINGS_A_PROOF) {
      challenge = randomByte(random);
      return record(`11${ESC}2${challenge}`);
    }
    price = /^01\x1b(\d{5,6})\x1b$/.exec(text)?.[1];
    code = price === undefined || Number(price) === 0 ? '11' : '00';
    return code === '00' ? ACK : NAK;
  };
  return {
    weigh,
    take(text: string): Uint8Array {
      if (text.startsWith('01')) return takePrice(text);
      if (text === '08') return record(`09${ESC}${code}`);
      if (text.startsWith(`10${ESC}`) && challenge !== undefined) {
        verdict = isProof(text.slice(3), challenge, polynomial ?? '');
        challenge = undefined;
        return ACK;
      }
      code = '10';
      return NAK;
    },
  };
}

/** Puts the scale on its cable. `close` silences it for good. */
export function startScaleDialog06(port: Port, options: DialogTwinOptions): { close(): void } {
  const sender = createLineSender(port, options);
  const scale = createScale(options);
  let held: number[] | undefined;
  port.onBytes((bytes) => {
    for (const byte of bytes) {
      if (byte === STX) held = [];
      else if (byte === EOT) held = undefined;
      else if (byte === ETX && held !== undefined) {
        sender.answer(scale.take(String.fromCharCode(...held)));
        held = undefined;
      } else if (byte === ENQ) sender.answer(scale.weigh());
      else if (held !== undefined && held.length < MAX_RECORD) held.push(byte);
    }
  });
  return { close: sender.close };
}
