/**
 * A bar code scanner on RS-232 or USB-CDC, in its factory "serial" mode.
 *
 *   [prefix] [ "]" symbology modifier ] text suffix          suffix: CR | LF | CRLF
 *   5D 45 30 36 39 30 … 0D      =  ]E0 690… CR               FNC1 inside the text arrives as GS (1D)
 *   host 16 54 0D trigger on, 16 55 0D off                   Honeywell, NCR, Canmax
 *
 * A pause of 100 ms inside a code ends it as noise: half a code is no code. AIM identifiers are
 * kept apart from the text; they alone tell GS1-128 (]C1) from plain Code 128 (]C0).
 * Source: ISO/IEC 15424 (identifiers); Honeywell and NCR scanner manuals (trigger bytes).
 */
import { type Static, Type } from 'typebox';
import {
  type ByteWire,
  type DriverContext,
  DriverError,
  defineDriver,
  type Scanner,
} from '../contract.ts';
import { delimited, framer, type Piece } from '../framing.ts';
import { toHex } from '../hex.ts';
import { quietTimer } from '../quiet-timer.ts';
import { say } from '../say.ts';

const MAX_CODE_BYTES = 512;
const INTER_CHARACTER_MS = 100;
const SUFFIXES = { CR: [0x0d], LF: [0x0a], CRLF: [0x0d, 0x0a] } as const;
const TRIGGER_ON = Uint8Array.of(0x16, 0x54, 0x0d);
const TRIGGER_OFF = Uint8Array.of(0x16, 0x55, 0x0d);

const options = Type.Object(
  {
    prefix: Type.String({
      default: '',
      maxLength: 8,
      about: say('每个条码前的固定字符', 'Fixed characters before every code'),
    }),
    suffix: Type.Union([Type.Literal('CR'), Type.Literal('LF'), Type.Literal('CRLF')], {
      default: 'CR',
      about: say('每个条码后的结束符', 'End of every code'),
    }),
    aimId: Type.Union([Type.Literal('on'), Type.Literal('off')], {
      default: 'on',
      about: say('扫描器是否发送 AIM 标识', 'Whether the scanner sends AIM identifiers'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

type ScannerItem =
  | { kind: 'code'; text: string; aimId?: string }
  | { kind: 'discarded'; hex: string };

interface ScannerDecoder {
  push(bytes: Uint8Array): ScannerItem[];
  end(): ScannerItem[];
}

/** Text of a code: printable ASCII and GS, or UTF-8 of a QR code; never another control. */
function readText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return /^[\x1d\x20-\x7e\u00a0-\u{10ffff}]*$/u.test(text) ? text : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function readCode(frame: Uint8Array, { prefix, suffix, aimId }: Options): ScannerItem[] {
  const noise: ScannerItem[] = [{ kind: 'discarded', hex: toHex(frame) }];
  const whole = readText(frame.subarray(0, frame.length - SUFFIXES[suffix].length));
  if (whole === undefined || !whole.startsWith(prefix)) return noise;
  const said = whole.slice(prefix.length);
  const identifier = aimId === 'on' ? /^\][A-Za-z][0-9A-Za-z]/.exec(said)?.[0] : undefined;
  const text = said.slice(identifier?.length ?? 0);
  if (text === '') return identifier === undefined ? [] : noise;
  return [{ kind: 'code', text, ...(identifier !== undefined && { aimId: identifier }) }];
}

function decoder(given: Options): ScannerDecoder {
  const frames = framer(delimited(Uint8Array.from(SUFFIXES[given.suffix]), MAX_CODE_BYTES));
  const items = (pieces: Piece[]): ScannerItem[] =>
    pieces.flatMap((piece) =>
      'frame' in piece
        ? readCode(piece.frame, given)
        : [{ kind: 'discarded', hex: toHex(piece.discarded) }],
    );
  return {
    push: (bytes) => items(frames.push(bytes)),
    end: () => items(frames.end()),
  };
}

/** A scanner is silent by nature: an open port is all there is to know about it. */
function attach(wire: ByteWire, given: Options, context: DriverContext): Scanner {
  const decode = decoder(given);
  const take = (items: ScannerItem[]): void => {
    for (const item of items) {
      if (item.kind !== 'code') {
        context.count('CommunicationErrorCount');
        continue;
      }
      context.count('GoodScanCount');
      context.emit({ ...item, atMs: context.clock.monoMs() });
    }
  };
  const pause = quietTimer(context.clock, INTER_CHARACTER_MS, () => take(decode.end()));
  context.signal.addEventListener('abort', () => pause.stop(), { once: true });
  wire.onBytes((bytes) => {
    context.alive();
    pause.touch();
    take(decode.push(bytes));
  });
  return {
    kind: 'scanner',
    async trigger(on) {
      await wire.write(on ? TRIGGER_ON : TRIGGER_OFF);
      return { ok: true };
    },
    async close() {
      pause.stop();
    },
  };
}

export const serialScanner = defineDriver<Scanner>({
  name: 'serial-scanner',
  kind: 'scanner',
  links: ['serial', 'pty', 'tcp', 'memory'],
  title: {
    zh: '串口扫码枪（霍尼韦尔、得利捷、新大陆等）',
    en: 'Serial bar code scanners (Honeywell, Datalogic, Newland …)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  decoder: (given) => decoder(given as Options),
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      throw new DriverError(
        'WRONG_WIRE',
        say(`${wire.address}: 扫码枪要串口`, `${wire.address}: A byte wire is needed`),
        false,
      );
    }
    return attach(wire, given as Options, context);
  },
});
