/** What stands around a simulated cabinet: its devices on cables or on the network, and the bank. */
import type { Wire } from '../../../drivers/contract.ts';
import type { SimulatedCabinet } from '../../../simulator/cabinet.ts';
import type { CabinetSpec } from '../../../simulator/cabinet-spec.ts';
import type { CabinetPhysics, CabinetPiece } from '../../../simulator/cabinet-world.ts';
import type { Scene, ScenePiece } from '../../../simulator/camera-frame.ts';
import type { MemoryCable } from '../../../simulator/port.ts';
import type { SimulatedClock } from '../../../simulator/simulated-clock.ts';
import type { CabinetFault } from '../../../simulator/twins/cabinet-mqtt.ts';
import type { Random } from '../../core/ports.ts';
import type { CabinetStore, CabinetStoreOptions } from './cabinet.ts';
import { joinAcquirer, joinCable, joinCamera, joinTopics } from './links.ts';
import type { Track } from './time.ts';

/** Twins in memory, and how an address of the configuration finds them. */
export async function buildFloor(options: CabinetStoreOptions, track: Track) {
  const { seed, shelves = 4 } = options;
  const [{ createSimulatedClock }, { createRandom }, spec, { planogramOf }, bank] =
    await Promise.all([
      import('../../../simulator/simulated-clock.ts'),
      import('../../../simulator/random.ts'),
      import('../../../simulator/cabinet-spec.ts'),
      import('../../../simulator/cabinet.ts'),
      import('../../../simulator/twins/acquirer.ts'),
    ]);
  const clock = createSimulatedClock();
  const random = createRandom(seed);
  const usual = spec.tallCabinet(random, shelves);
  const tall = options.relaid?.(usual) ?? usual;
  const layout = options.link === 'mqtt' ? spec.onOneUnit(tall, UNIT) : tall;
  const unlocks: { atMs: number; boot: number }[] = [];
  const line = { up: true, boot: 1 };
  const pulsed = () => void unlocks.push({ atMs: clock.monoMs(), boot: line.boot });
  const site = { clock, random, layout, pulsed, physics: options.physics };
  const fitted = await (options.link === 'mqtt' ? onNetwork(site) : onCables(site));
  const fault = () => (line.up ? undefined : ('silence' as const));
  const acquirer = bank.createAcquirer({ clock, random, fault });
  const camera =
    options.camera && (await overTheDoor(options.camera, fitted.cabinet, clock, track));
  const open = async (address: string): Promise<Wire> =>
    (address === `memory:${CAMERA}` ? camera?.() : await fitted.open(address)) ??
    joinAcquirer(acquirer, clock);
  const account = paymentOptions(bank.DEMO_ACCOUNT);
  const planogram = planogramOf(layout);
  const { cabinet, unit } = fitted;
  return {
    clock,
    random,
    cabinet,
    unit,
    acquirer,
    layout,
    unlocks,
    line,
    open,
    account,
    planogram,
  };
}

export const UNIT = 'unit-1';
export const CAMERA = 'camera-1';

/** A camera that looks at what hands bring out of the door. */
async function overTheDoor(
  { pictureOf }: NonNullable<CabinetStoreOptions['camera']>,
  { world }: SimulatedCabinet,
  clock: SimulatedClock,
  track: Track,
) {
  const [{ composeFrame }, { createRandom }] = await Promise.all([
    import('../../../simulator/camera-frame.ts'),
    import('../../../simulator/random.ts'),
  ]);
  const lens = createRandom(1);
  const scene = () => ({ pieces: handOf(world.inHand(), pictureOf), pressed: false });
  const compose = (seen: Scene) => track(composeFrame(seen, lens));
  return () => joinCamera({ scene, compose, plugged: () => true, clock });
}

/** One piece in the middle of the picture, or nothing. */
export function handOf(
  piece: Pick<CabinetPiece, 'sku' | 'grams'> | undefined,
  pictureOf: (sku: string) => string,
): ScenePiece[] {
  if (!piece) return [];
  const { sku, grams } = piece;
  const look = { xRatio: 0.5, yRatio: 0.5, turnDegrees: Math.round(grams) % 40, scale: 1.2 };
  return [{ ...look, pieceId: `${sku}-${grams}`, sku, picture: pictureOf(sku) }];
}

interface Site {
  clock: SimulatedClock;
  random: Random;
  layout: CabinetSpec;
  physics: CabinetPhysics | undefined;
  pulsed(): void;
}

interface Fitted {
  cabinet: SimulatedCabinet;
  unit?: CabinetStore['unit'];
  /** Undefined where the address is not the cabinet's. */
  open(address: string): Promise<Wire | undefined>;
}

async function onCables({ clock, random, layout, physics, pulsed }: Site): Promise<Fitted> {
  const [twins, { memoryPort }] = await Promise.all([
    import('../../../simulator/cabinet.ts'),
    import('../../../simulator/port.ts'),
  ]);
  const cables = new Map<string, MemoryCable>();
  const port = (id: string) => {
    const cable = memoryPort(clock, 38_400);
    cables.set(id, cable);
    if (id === twins.LOCK_ID)
      cable.onBytes((bytes) => {
        if (bytes[0] === 0x8a) pulsed();
      });
    return cable;
  };
  const parts = { spec: layout, clock, random, port };
  const cabinet = twins.startCabinet({ ...parts, ...(physics && { physics }) });
  return {
    cabinet,
    async open(address) {
      const cable = cables.get(address.slice('memory:'.length));
      return cable && joinCable(address, cable);
    },
  };
}

async function onNetwork({ clock, random, layout, physics, pulsed }: Site): Promise<Fitted> {
  const [{ startMqttCabinet }, { memoryBroker }] = await Promise.all([
    import('../../../simulator/cabinet.ts'),
    import('../../../simulator/topics.ts'),
  ]);
  const broker = memoryBroker(clock);
  const root = 'store/sim/edge';
  let fault: CabinetFault | undefined;
  const cabinet = startMqttCabinet({
    ...{ spec: layout, clock, random, dial: broker.dial, root, deviceId: UNIT },
    ...(physics && { physics }),
    fault: () => fault,
  });
  broker.overhear(`${root}/dev/${UNIT}/cmd/unlock`, pulsed);
  return {
    cabinet,
    unit: {
      ...cabinet.unit,
      fault(next) {
        fault = next;
      },
      restartBroker: broker.restart,
    },
    open: async (address) =>
      address === `memory:${UNIT}` ? joinTopics(address, broker.dial) : undefined,
  };
}

const paymentOptions = (account: {
  appId: string;
  mchId: string;
  alipayAppId: string;
  key: string;
}) => ({
  appId: account.appId,
  merchantId: account.mchId,
  alipayAppId: account.alipayAppId,
  key: account.key,
  timeoutMs: 2_000,
});
