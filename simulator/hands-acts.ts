/** Reads what a hand asked for out of JSON, and does it. */
import type { Acted } from './errors.ts';
import { done, refused } from './errors.ts';
import type { Act } from './hands-api.ts';
import type { CabinetAct } from './hands-cabinet.ts';
import type { Wallets } from './wallets.ts';
import type { World } from './world.ts';

type FieldKind = 'string' | 'number' | 'string?' | 'number?';

/** Fields of every act; a question mark means that it may be left out. */
const FIELDS: Record<Act['act'], Record<string, FieldKind>> = {
  place: { plateId: 'string', sku: 'string', pieces: 'number', totalGrams: 'number?' },
  take: { plateId: 'string', pieceId: 'string' },
  press: { plateId: 'string', grams: 'number' },
  release: { plateId: 'string' },
  bag: { plateId: 'string' },
  unbag: { plateId: 'string' },
  scan: { scannerId: 'string', code: 'string' },
  'pay-code': { scannerId: 'string', code: 'string' },
  tear: { printerId: 'string' },
  unplug: { deviceId: 'string' },
  plug: { deviceId: 'string' },
  fault: { deviceId: 'string', fault: 'string?' },
  'cabinet-pull': { cabinetId: 'string' },
  'cabinet-shut': { cabinetId: 'string' },
  'cabinet-take': { cabinetId: 'string', sku: 'string' },
  'cabinet-put': { cabinetId: 'string', at: 'number', shelfId: 'string?', address: 'number?' },
};

function fits(value: unknown, kind: FieldKind): boolean {
  if (value === undefined) return kind.endsWith('?');
  if (kind.startsWith('string')) return typeof value === 'string';
  return typeof value === 'number' && Number.isFinite(value);
}

const isAct = (name: unknown): name is Act['act'] =>
  typeof name === 'string' && Object.hasOwn(FIELDS, name);

/** The act in a request's body, or BAD_REQUEST with the field that is wrong. */
export function readAct(text: string): Acted<Act> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refused('BAD_REQUEST', 'not JSON');
  }
  if (typeof body !== 'object' || body === null) return refused('BAD_REQUEST', 'not an object');
  const given = new Map<string, unknown>(Object.entries(body));
  const name = given.get('act');
  if (!isAct(name)) return refused('BAD_REQUEST', `act: ${JSON.stringify(name)}`);
  const fields = FIELDS[name];
  const wrong = Object.keys(fields).find((field) => !fits(given.get(field), fields[field]!));
  if (wrong) return refused('BAD_REQUEST', wrong);
  const extra = [...given.keys()].find((field) => field !== 'act' && !(field in fields));
  if (extra) return refused('BAD_REQUEST', extra);
  return done(body as Act);
}

/** Does one act. */
export function doAct(
  act: Act,
  world: World,
  wallets: Wallets,
  cabinets: readonly { cabinetId: string; act(act: CabinetAct): void }[] = [],
): Acted<unknown> {
  switch (act.act) {
    case 'place':
      return world.place(act.plateId, act.sku, act.pieces, act.totalGrams);
    case 'take':
      return world.take(act.plateId, act.pieceId);
    case 'press':
      return world.press(act.plateId, act.grams);
    case 'release':
      return world.press(act.plateId, 0);
    case 'bag':
    case 'unbag':
      return world.bag(act.plateId, act.act === 'bag');
    case 'scan':
      return world.scan(act.scannerId, act.code);
    case 'pay-code': {
      const shown = wallets.list().some((wallet) => wallet.code === act.code);
      if (!shown) return refused('WALLET_UNKNOWN', act.code);
      const scanned = world.scan(act.scannerId, act.code);
      if (scanned.ok) wallets.held(act.code);
      return scanned;
    }
    case 'tear':
      return world.tearReceipt(act.printerId);
    case 'unplug':
      return world.unplug(act.deviceId);
    case 'plug':
      return world.plug(act.deviceId);
    case 'cabinet-pull':
    case 'cabinet-shut':
    case 'cabinet-take':
    case 'cabinet-put': {
      const cabinet = cabinets.find(({ cabinetId }) => cabinetId === act.cabinetId);
      if (!cabinet) return refused('CABINET_UNKNOWN', act.cabinetId);
      cabinet.act(act);
      return done(undefined);
    }
    case 'fault':
      return world.fault(act.deviceId, act.fault);
  }
}
