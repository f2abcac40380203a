/** One device of the store: its supervisor, its ring, and what people may switch on it. */
import type { Device, DeviceEvent, DeviceIdentity } from '../../drivers/contract.ts';
import { type Supervised, supervise } from '../../drivers/supervise.ts';
import { type TraceRing, traceRing } from '../../drivers/trace/ring.ts';
import { tapWire } from '../../drivers/trace/tap.ts';
import { openWire } from '../../drivers/wire/open.ts';
import { usbOf } from '../../drivers/wire/ports.ts';
import type { Clock } from '../core/ports.ts';
import { deviceView, wallOf } from './device-view.ts';
import type { DeviceOptions, KeptDevice, Prepared, StoreDevice } from './devices.ts';
import { exchange, type SendReply, type SendRequest } from './direct-io.ts';
import { admission, confirmed, type DeviceFacts, type FactsBook } from './facts.ts';

/** What sits at a serial address, as the kernel tells it; nothing for other links. */
function plugged(address: string): DeviceIdentity {
  const path = /^serial:(\/[^?]*)/.exec(address)?.[1];
  const usb = path === undefined ? undefined : usbOf(path);
  return usb === undefined ? {} : { usb };
}

/** The clock's time of day, for the sentence on the card. */
const hourOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(11, 16);

export function openDevice(
  prepared: Prepared,
  options: DeviceOptions,
  book: FactsBook,
  changed: (device: StoreDevice) => void,
): KeptDevice {
  const { config } = prepared;
  const { clock } = options;
  const eventListeners: ((event: DeviceEvent) => void)[] = [];
  const statusListeners: (() => void)[] = [];
  const ring = traceRing(() => clock.monoUs?.() ?? clock.monoMs() * 1000);
  let last: DeviceEvent | undefined;
  const toWall = wallOf(clock);
  const heard: Heard = {
    onEvent(event) {
      last = event;
      for (const listener of eventListeners) listener(event);
    },
    onStatus() {
      for (const listener of statusListeners) listener();
      changed(device);
    },
  };
  const life: Life = { prepared, supervised: start(prepared, options, book, ring, heard) };
  const device: KeptDevice = {
    id: config.id,
    kind: prepared.driver.kind,
    get driver() {
      return life.prepared.driver.name;
    },
    get config() {
      return life.prepared.config;
    },
    get options() {
      return life.prepared.options;
    },
    status: () => life.supervised.status(),
    view: () => deviceView(device, toWall, clock.wallMs()),
    onEvent: (listener) => eventListeners.push(listener),
    onStatus: (listener) => statusListeners.push(listener),
    current: <D extends Device>() => life.supervised.device() as D | undefined,
    lastEvent: () => last,
    ring,
    facts: () => book.of(config.id),
    restart: () => life.supervised.restart(),
    resetStatistics: () => life.supervised.resetStatistics(),
    ...switchesOf(config.id, life, book, clock),
    async moveTo(next) {
      await life.supervised.close();
      life.prepared = next;
      life.supervised = start(next, options, book, ring, heard);
      changed(device);
    },
    exchange: (request) => exchangeOn(life, options, ring, request),
  };
  return device;
}

/** What a device is at the moment: it may move to another port and stay who it is. */
interface Life {
  prepared: Prepared;
  supervised: Supervised<Device>;
}

/** The driver stands aside while somebody speaks to the device by hand. */
async function exchangeOn(
  { prepared: { config, driver }, supervised }: Life,
  { clock, open = openWire }: DeviceOptions,
  ring: TraceRing,
  request: SendRequest,
): Promise<SendReply> {
  const wasOff = supervised.status().state === 'disabled';
  if (!wasOff) await supervised.pause('RELEASED', 'DirectIO');
  try {
    const wire = await open(config.address, driver.line);
    ring.say('note', `DirectIO ${request.timeoutMs} ms`);
    try {
      return await exchange(
        tapWire(wire, driver.kind, ring, () => 0),
        request,
        clock,
      );
    } finally {
      await wire.close();
    }
  } finally {
    if (!wasOff) supervised.resume();
  }
}

type Disabled = NonNullable<DeviceFacts['disabled']>;

const offWords = ({ by, why, atWallMs }: Disabled): string =>
  `${by} ${hourOf(atWallMs)}Z${why && ` · ${why}`}`;

interface Heard {
  onEvent(event: DeviceEvent): void;
  onStatus(): void;
}

function start(
  { config, driver, options: driverOptions }: Prepared,
  { clock, random, log, notes, open = openWire }: DeviceOptions,
  book: FactsBook,
  ring: KeptDevice['ring'],
  heard: Heard,
): Supervised<Device> {
  let loggedState: string | undefined;
  const { disabled } = book.of(config.id);
  const supervised: Supervised<Device> = supervise({
    driver,
    address: config.address,
    open: () => open(config.address, driver.line),
    options: driverOptions,
    clock,
    random,
    log: log.child({ device: config.id }),
    ring,
    ...(notes && { notes: notes(config.id) }),
    plugged: () => plugged(config.address),
    admit: (identity) => admission(book, config.id, identity),
    ...(disabled && { off: { reason: 'DISABLED_BY', detail: offWords(disabled) } }),
    ...(config.plate && { minGrams: config.plate.minGrams }),
    onEvent: heard.onEvent,
    onStatus(status) {
      const { state, reason, detail } = status;
      const said = { state, reason, detail: detail?.en };
      if (state !== loggedState) log.info({ device: config.id, ...said }, 'device');
      loggedState = state;
      heard.onStatus();
    },
  });
  return supervised;
}

type Switches = Pick<
  KeptDevice,
  'disable' | 'enable' | 'release' | 'claim' | 'confirm' | 'calibrated' | 'remember' | 'close'
>;

/** What people may do to a device; what is switched off stays so after a restart. */
function switchesOf(id: string, life: Life, book: FactsBook, clock: Clock): Switches {
  let takeBack: (() => void) | undefined;
  const claim = () => {
    takeBack?.();
    takeBack = undefined;
    if (book.of(id).disabled === undefined) life.supervised.resume();
  };
  return {
    async disable(by, why) {
      const atWallMs = clock.wallMs();
      const disabled = { by, why, atWallMs };
      book.change(id, (facts) => ({ ...facts, disabled }));
      await life.supervised.pause('DISABLED_BY', offWords(disabled));
    },
    enable() {
      book.change(id, ({ disabled: _, ...facts }) => facts);
      claim();
    },
    async release(forMs, by) {
      takeBack?.();
      takeBack = clock.after(forMs, claim);
      await life.supervised.pause('RELEASED', `${by} → ${hourOf(clock.wallMs() + forMs)}Z`);
    },
    claim,
    confirm(by) {
      if (book.of(id).changed === undefined) return false;
      book.change(id, (facts) => confirmed(facts, by, clock.wallMs()));
      life.supervised.restart();
      return true;
    },
    calibrated(calibration) {
      book.change(id, (facts) => ({ ...facts, calibration }));
    },
    remember: (change) => book.change(id, change),
    close() {
      takeBack?.();
      return life.supervised.close();
    },
  };
}
