import type { DeviceKind } from './faults.ts';
import type { CabinetAct, CabinetSeen } from './hands-cabinet.ts';

/**
 * What the hands page and the simulated store say to each other, as JSON over HTTP:
 * `GET /api/world` answers a `WorldSnapshot`; `GET /api/stream` is an event stream whose event
 * `world` carries a whole `WorldSnapshot` after every change; `POST /api/act` takes an `Act` and
 * answers 200 `{ok: true}` or 400 `{ok: false, message: Words}`.
 */
export interface Words {
  zh: string;
  en: string;
}

/** One thing that lies on a plate. `picture` is an address under the hands server. */
export interface PieceSeen {
  pieceId: string;
  sku: string;
  name: Words;
  picture: string;
  grams: number;
}

export interface PlateSeen {
  plateId: string;
  label: Words;
  /** `counter`: a produce scale with staff; `lane`: the scale in a self-checkout. */
  kind: 'counter' | 'lane' | 'bagging';
  /** Scale and camera that look at this plate. */
  deviceIds: string[];
  pieces: PieceSeen[];
  /** Force of a hand on the plate, in grams; 0 when nobody presses. */
  pressedGrams: number;
  /** What lies there is in a thin bag. */
  bagged: boolean;
  /** What the scale's own display shows now, settling included. */
  shownGrams: number;
  stable: boolean;
  /** Stream of the camera that looks at this plate, to be shown as it is. */
  cameraUrl?: string;
}

export interface GoodSeen {
  sku: string;
  name: Words;
  kind: 'loose' | 'packaged';
  picture: string;
  unitGrams: number;
  gtin?: string;
  plu?: string;
}

/** A payment code somebody can hold up, and what the acquirer will do with it. */
export interface WalletSeen {
  code: string;
  label: Words;
}

/** A way in which a device can be made to fail. */
export interface FaultChoice {
  fault: string;
  label: Words;
}

export interface DeviceSeen {
  id: string;
  kind: DeviceKind;
  label: Words;
  /** Plate or lane beside which it stands: `plate-1`, `lane-1`. */
  at: string;
  plugged: boolean;
  /** The fault now in force. */
  fault?: string;
  /** Every fault this device can be given. */
  faults: FaultChoice[];
}

export interface ReceiptSeen {
  n: number;
  /** Picture of the paper, under the hands server. */
  url: string;
  /** False while the paper still hangs from the printer. */
  torn: boolean;
  /** Codes printed on it, as a scanner would read them: a price label's, a receipt's. */
  codes?: string[];
}

export interface PrinterSeen {
  id: string;
  label: Words;
  paper: 'ok' | 'low' | 'out';
  receipts: ReceiptSeen[];
}

/** A page of the store itself that can be shown beside the hands. */
export interface ScreenSeen {
  title: Words;
  url: string;
  /** Size of the panel it is made for, in CSS pixels; shown to scale. */
  panel?: { width: number; height: number };
}

export interface WorldSnapshot {
  storeName: Words;
  /** The seed from which this world replays. */
  seed: number;
  plates: PlateSeen[];
  goods: GoodSeen[];
  wallets: WalletSeen[];
  devices: DeviceSeen[];
  printers: PrinterSeen[];
  screens: ScreenSeen[];
  cabinets: CabinetSeen[];
}

/** Everything a hand can do. `fault: undefined` (left out) repairs the device. */
export type Act =
  | CabinetAct
  | { act: 'place'; plateId: string; sku: string; pieces: number; totalGrams?: number }
  | { act: 'take'; plateId: string; pieceId: string | 'all' }
  | { act: 'press'; plateId: string; grams: number }
  | { act: 'release'; plateId: string }
  /** What lies there goes into a thin bag, or comes out of it. */
  | { act: 'bag' | 'unbag'; plateId: string }
  /** Any code before a scanner: a GTIN, a label's text, a receipt's number. */
  | { act: 'scan'; scannerId: string; code: string }
  /** A wallet's code held before a scanner. */
  | { act: 'pay-code'; scannerId: string; code: string }
  | { act: 'tear'; printerId: string }
  | { act: 'unplug'; deviceId: string }
  | { act: 'plug'; deviceId: string }
  | { act: 'fault'; deviceId: string; fault?: string };
