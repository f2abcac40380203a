/**
 * What each kind of device can do: tiny interfaces owned by whoever calls them. Drivers turn
 * bytes into physics; they know no money beyond opaque integers, no ledger and no article.
 */
import type { TObject } from 'typebox';
import type {
  CabinetUnit,
  Cooler,
  LockBoard,
  LockChange,
  Shelf,
  ShelfReading,
  TemperatureReading,
} from './cabinet.ts';
import type { DriverError } from './errors.ts';
import type { PaymentTerminal } from './payment-terminal.ts';
import type { PaperLayout, PrintJob, PrintOutcome } from './print-job.ts';
import type { ReasonCode } from './reason-codes.ts';
import type { Text } from './say.ts';
import type { AuditReading, VendingMachine } from './vending.ts';
import type { Wire } from './wire/wire.ts';

/** Time for drivers (the same shape as the controller's; see edge/core/ports.ts). */
export interface DriverClock {
  monoMs(): number;
  after(delayMs: number, fn: () => void): () => void;
  /** The same in microseconds, where the clock tells so fine; for traces. */
  monoUs?(): number;
}

/** Structured log; a pino logger fits. */
export interface DriverLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

// ---- what devices say -------------------------------------------------------------------------

/**
 * A scale reading. There is no bare number: a fault never becomes a weight, and silence becomes
 * `stale`. `grams` is present only for `stable`, `moving` and `zero`.
 */
export interface ScaleReading {
  kind: 'stable' | 'moving' | 'zero' | 'underload' | 'overload' | 'fault' | 'stale';
  grams?: number;
  /** True where the scale itself subtracted a tare. */
  net?: boolean;
  /** Opaque minor units the scale sent (price-computing scales only). */
  unitPriceFen?: number;
  amountFen?: number;
  /** Why, for `fault`: one word of the driver's status table. */
  fault?: string;
  atMs: number;
}

/** One scanned code, whole, as the scanner sent it less prefix and suffix. */
export interface ScannedCode {
  kind: 'code';
  text: string;
  /** AIM symbology identifier with its `]`, e.g. `]E0`, where the scanner sends one. */
  aimId?: string;
  atMs: number;
}

/** Printer state; `unknown` says "status not understood", which is not "ok". */
export interface PrinterStatus {
  kind: 'printer-status';
  paper: 'ok' | 'low' | 'out' | 'unknown';
  cover: 'closed' | 'open' | 'unknown';
  online: boolean;
  error?: 'cutter' | 'mechanical' | 'unrecoverable' | 'temperature';
  atMs: number;
}

/** One camera picture, JPEG as it came. */
export interface CameraFrame {
  kind: 'frame';
  jpeg: Uint8Array;
  atMs: number;
}

/** Bytes that belong to no frame: diagnostics show noise instead of hiding it. */
export interface Discarded {
  kind: 'discarded';
  hex: string;
}

// ---- what devices can be asked ------------------------------------------------------------------

/** Beeps, lights up or says so on its display, so that a person finds it. */
export interface Locatable {
  locate?(): Promise<DeviceOutcome>;
}

export interface Scale extends Locatable {
  kind: 'scale';
  /** Present only where the protocol has it. Resolves when the scale accepted. */
  zero?(): Promise<DeviceOutcome>;
  tare?(grams?: number): Promise<DeviceOutcome>;
  /** Tells a price-computing scale its unit price, in minor units; ok once it took it. */
  price?(unitPriceMinor: number): Promise<DeviceOutcome>;
  close(): Promise<void>;
}

export interface Scanner extends Locatable {
  kind: 'scanner';
  trigger?(on: boolean): Promise<DeviceOutcome>;
  close(): Promise<void>;
}

export type {
  PaperLayout,
  Placed,
  PrintJob,
  PrintLine,
  PrintOutcome,
  TextLine,
} from './print-job.ts';

export interface Printer extends Locatable {
  kind: 'printer';
  /** Asks now; rejects never, `unknown` where the answer was not understood. */
  status(): Promise<PrinterStatus>;
  /** Status, bytes, status. One job at a time; never repeats a job by itself. */
  print(job: PrintJob): Promise<PrintOutcome>;
  /** Where all of a job will stand, a paper for each label; asks the printer nothing. */
  layout(job: PrintJob): PaperLayout[];
  close(): Promise<void>;
}

export interface Camera {
  kind: 'camera';
  /** Newest picture no older than `maxAgeMs`, or undefined. */
  latest(maxAgeMs: number): CameraFrame | undefined;
  /**
   * What somebody who decoded its newest picture found, undefined where it is good. Several in a
   * row make a warning of it.
   */
  judged?(finding: 'CAM_DARK' | 'CAM_BLOCKED' | undefined): void;
  close(): Promise<void>;
}

export type Device =
  | Scale
  | Scanner
  | Printer
  | PaymentTerminal
  | Camera
  | LockBoard
  | Shelf
  | Cooler
  | CabinetUnit
  | VendingMachine;
export type DeviceKind = Device['kind'];
export type DeviceOutcome = { ok: true } | { ok: false; reason: string };

/** What devices push. Printers push status only on change. */
export type DeviceEvent =
  | ScaleReading
  | ScannedCode
  | PrinterStatus
  | CameraFrame
  | LockChange
  | ShelfReading
  | TemperatureReading
  | AuditReading;

// ---- the driver itself --------------------------------------------------------------------------

/** Reasons a device is not `ok`; texts and next steps are in edge/devices/reasons.ts. */
export type { ReasonCode } from './reason-codes.ts';

/** What a driver must still know when the wire was cut in the middle of something. */
export interface DeviceNotes {
  /** They outlive the process: a missing note means "never done". */
  readonly durable: boolean;
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

/** Who a device says it is, as far as its protocol or its plug tells. */
export interface DeviceIdentity {
  manufacturer?: string;
  model?: string;
  serialNumber?: string;
  firmware?: string;
  /** The adapter's own: `1a86:7523/A1B2C3`, from sysfs. */
  usb?: string;
}

/** What a session may tell its supervisor. */
export interface DriverContext {
  clock: DriverClock;
  log: DriverLog;
  /** Aborted when the wire closed or the supervisor lets go. */
  signal: AbortSignal;
  /** Number of this connection, from 1; a new one for every connect. */
  connection: number;
  /** Kept from one connection to the next; a driver told of none keeps its own while it lives. */
  notes?: DeviceNotes;
  /** A valid answer or frame arrived; resets the silence watchdog. */
  alive(): void;
  /** Who answered; told before `connect` resolves, where the protocol can tell. */
  identify?(identity: DeviceIdentity): void;
  emit(event: DeviceEvent): void;
  /** Sets or (undefined) clears a standing warning, with the measured fact for people. */
  warn(reason: ReasonCode | undefined, detail?: Text | string): void;
  /** The device itself is gone though its wire is open: ends the session with that reason. */
  lost?(error: DriverError): void;
  /** Adds to a UnifiedPOS statistic, or an `M_` one of ours. */
  count(statistic: string, by?: number): void;
}

/** Anything a decoder can say; `kind` names the frame. */
export type DecodedItem = { kind: string } & Record<string, unknown>;

/**
 * Pure: bytes in, frames out. Survives any split or merge, resynchronises on its own, never
 * throws, holds at most 4 KiB, and reports every byte that belongs to no frame as `discarded`.
 */
export interface Decoder {
  push(bytes: Uint8Array): DecodedItem[];
  /** End of input: what is still held comes out as `discarded`. */
  end(): DecodedItem[];
}

export interface Driver<D extends Device = Device> {
  name: string;
  kind: D['kind'];
  /** Wire schemes it runs over: `serial`, `pty`, `tcp`, `memory`, `http`. */
  links: string[];
  /** What it can be asked, by the session's own names; an option may take some of it away. */
  can?: readonly string[];
  /** One line for people: makers and models that speak it. */
  title: { zh: string; en: string };
  /** JSON schema of its options with defaults and descriptions: validates, documents, renders. */
  options: TObject;
  /** Serial line settings used where the address names none. */
  line?: { baudRate: number; dataBits: 7 | 8; parity: 'none' | 'even' | 'odd' };
  /** Silence of this length means offline; undefined where the device is silent by nature. */
  silenceMs?: number;
  decoder(options: Record<string, unknown>): Decoder;
  /** Resolves when the device answered as this kind of device must; rejects with DriverError. */
  connect(wire: Wire, options: Record<string, unknown>, context: DriverContext): Promise<D>;
}

/** Identity at run time; exists so that a driver file is one checked value. */
export function defineDriver<D extends Device>(driver: Driver<D>): Driver<D> {
  return driver;
}

/** State of a device as everybody shows it. */
export type DeviceState = 'starting' | 'ok' | 'warn' | 'offline' | 'fault' | 'disabled' | 'unknown';

export interface DeviceStatus {
  state: DeviceState;
  reason?: ReasonCode;
  /** The measured fact: `+15 g`, `no answer for 3 s`, the port's path. */
  detail?: Text;
  sinceMs: number;
  lastSeenMs?: number;
  connection: number;
  /** Attempts since it last answered, and when the next one is due; only while it waits. */
  retry?: { failures: number; atMs: number };
  /** Who answered last. */
  identity?: DeviceIdentity;
  statistics: Record<string, number>;
}

export type * from './cabinet.ts';
export {
  DriverError,
  type DriverErrorCode,
  WireError,
  type WireErrorCode,
} from './errors.ts';
export type * from './holds.ts';
export type * from './payment-terminal.ts';
export type * from './vending.ts';
export type {
  ByteWire,
  RequestWire,
  TopicWire,
  Wire,
  WireRequest,
  WireResponse,
} from './wire/wire.ts';
