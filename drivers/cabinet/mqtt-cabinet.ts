/**
 * A cabinet that speaks JSON over MQTT 3.1.1: door, weighing cells and temperature in one.
 *
 *   <root>/dev/<id>/description   retained   who it is, how many locks, cells, probes
 *   <root>/dev/<id>/state         retained   online with its locks; its will says offline
 *   <root>/dev/<id>/reading|event|resp/<commandId>            what it weighs, sees, answers
 *   <root>/dev/<id>/cmd/unlock|read|lights   QoS 1, never retained   only we write here
 *
 * A will of an earlier session marks nobody dead: every message carries its session number. The
 * format is in README.md, its vectors in golden/mqtt-cabinet.txt.
 */
import {
  type CabinetUnit,
  type DriverContext,
  DriverError,
  defineDriver,
  type LockState,
  type TopicWire,
} from '../contract.ts';
import { pulsesIn } from '../lock/lock-pulses.ts';
import { lockWarnings } from '../lock/lock-warnings.ts';
import { quietTimer } from '../quiet-timer.ts';
import { at, say } from '../say.ts';
import { commander } from './commands.ts';
import {
  type CabinetMessage,
  cabinetDecoder,
  type Description,
  type Numbered,
  readMessage,
} from './messages.ts';
import { sequence } from './sequence.ts';
import { type Options, options, over, type Session } from './session.ts';
import { unitOf } from './unit.ts';

/** How long a first connection waits for a device that left its will; later ones wait longer. */
const FIRST_WAIT_MS = 1500;

const gone = (id: string): DriverError =>
  new DriverError(
    'DEVICE_GONE',
    say(
      `${id} 断线了（连接断开后服务器代它报的）`,
      `${id} left the broker, which says so in its place`,
    ),
  );
const silent = (id: string, ms: number): DriverError => {
  const seconds = Math.round(ms / 1000);
  const text = say(`${id}: ${seconds} 秒没有消息`, `${id}: No message for ${seconds} s`);
  return new DriverError('DEVICE_STALE', text);
};

function lockSeen(session: Session, lockNumber: number, state: LockState): void {
  const before = session.locks.get(lockNumber);
  if (before === state) return;
  session.locks.set(lockNumber, state);
  session.warnings.changed(lockNumber, before, state);
  const atMs = session.context.clock.monoMs();
  session.context.emit({ kind: 'lock-state', lockNumber, state, atMs });
}

/** One piece of news of a device that is there. */
function heard(session: Session, message: Numbered): void {
  const { emit, clock } = session.context;
  const atMs = clock.monoMs();
  if (message.kind === 'weights') {
    for (const { cell, state, grams, fault } of message.cells) {
      const weight = state === 'stable' && grams !== undefined ? { grams } : {};
      emit({ kind: 'shelf-weight', cell, state, ...weight, ...(fault && { fault }), atMs });
    }
  } else if (message.kind === 'temperature') {
    const { probe, deciCelsius, fault } = message;
    const told = deciCelsius === undefined ? { fault: fault ?? 'probe' } : { deciCelsius };
    emit({ kind: 'temperature', probe, ...told, atMs });
  } else if (message.kind === 'lock') {
    lockSeen(session, message.lock, message.state);
  } else {
    for (const { lock, state } of message.locks) lockSeen(session, lock, state);
    if (message.kind === 'answer') session.commands.answered(message);
  }
}

function described(session: Session, message: Description): void {
  session.description = message;
  const { manufacturer, model, serialNumber, firmware } = message;
  session.context.identify?.({
    ...(manufacturer && { manufacturer }),
    ...(model && { model }),
    ...(serialNumber && { serialNumber }),
    ...(firmware && { firmware }),
  });
  session.ready();
}

function left(session: Session): void {
  const wasThere = session.presence === 'live';
  session.presence = 'gone';
  session.commands.giveUp();
  session.ready();
  // While it connects its coming back is waited for.
  if (wasThere) session.context.lost?.(gone(session.settings.deviceId));
}

function onMessage(session: Session, message: CabinetMessage, retained: boolean): void {
  if (!session.order.accept(message, retained)) return;
  if (message.kind === 'description') described(session, message);
  else if (message.kind === 'state' && !message.online) left(session);
  else if (!retained) live(session, message);
  else if (session.presence === 'unheard') session.presence = 'retained';
}

function live(session: Session, message: Numbered): void {
  session.presence = 'live';
  session.commands.heard(message.session, message.uptimeMs);
  session.stale.touch();
  session.context.alive();
  heard(session, message);
  session.ready();
}

/** Resolves when the device described itself and was heard itself; rejects with DriverError. */
function present(session: Session): Promise<Description> {
  const { context, settings } = session;
  const { deviceId, staleMs } = settings;
  return new Promise((resolve, reject) => {
    const end = (error?: DriverError): void => {
      cancel();
      context.signal.removeEventListener('abort', stop);
      session.ready = () => undefined;
      if (error === undefined && session.description) resolve(session.description);
      else reject(error ?? missing(session));
    };
    const stop = (): void => end(missing(session));
    session.ready = () => {
      if (session.presence === 'gone' && context.connection === 1) end(gone(deviceId));
      else if (session.presence === 'live' && session.description) end();
    };
    // A device that is away is waited for: the moment it comes back it is there.
    const waitMs = context.connection === 1 ? Math.max(staleMs, FIRST_WAIT_MS) : 12_000;
    const cancel = context.clock.after(waitMs, stop);
    context.signal.addEventListener('abort', stop);
  });
}

function missing({ presence, settings, wire }: Session): DriverError {
  if (presence === 'gone') return gone(settings.deviceId);
  if (presence === 'retained') return silent(settings.deviceId, settings.staleMs);
  const text =
    presence === 'live'
      ? say('没有设备说明', 'it has no description')
      : say('消息服务器上没有这台设备', 'the broker has never heard of it');
  return new DriverError('NO_REPLY', at(`${wire.address} ${settings.deviceId}: `, text));
}

function sessionOn(wire: TopicWire, settings: Options, context: DriverContext): Session {
  const { root, deviceId, staleMs } = settings;
  const pulses = pulsesIn(context.notes);
  // No id may come twice in the 24 hours a device remembers them, not even over our own restart.
  const connects = Number(context.notes?.get('connects') ?? 0) + 1;
  context.notes?.set('connects', String(connects));
  const commands = commander({
    wire,
    clock: context.clock,
    base: `${root}/dev/${deviceId}`,
    idPrefix: `${connects}`,
  });
  const session: Session = {
    wire,
    settings,
    context,
    // It came back as another session: what it was asked before is answered by nobody.
    order: sequence(context, () => commands.giveUp()),
    commands,
    pulses,
    warnings: lockWarnings(context, pulses),
    stale: quietTimer(context.clock, staleMs, (ms) => context.lost?.(silent(deviceId, ms))),
    locks: new Map(),
    presence: 'unheard',
    ready: () => undefined,
    closed: false,
  };
  return session;
}

export const mqttCabinet = defineDriver<CabinetUnit>({
  name: 'mqtt-cabinet',
  kind: 'cabinet',
  links: ['mqtt', 'broker'],
  can: ['open', 'state', 'lights'],
  title: {
    zh: '联网智能柜（MQTT JSON）',
    en: 'Cabinets that speak JSON over MQTT',
  },
  options,
  decoder: cabinetDecoder,
  async connect(wire, given, context) {
    if (wire.kind !== 'topics') {
      const text = say(
        `${wire.address}: 要用 mqtt:// 地址`,
        `${wire.address}: An mqtt:// address is needed`,
      );
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const settings = given as Options;
    const session = sessionOn(wire, settings, context);
    const base = `${settings.root}/dev/${settings.deviceId}/`;
    wire.onMessage((topic, payload, retained) => {
      if (over(session) || !topic.startsWith(base) || topic.startsWith(`${base}cmd/`)) return;
      const message = readMessage(payload);
      if (message) onMessage(session, message, retained);
      else context.count('CommunicationErrorCount');
    });
    try {
      const there = present(session);
      // Its rejection is looked at below, also where subscribing fails first.
      there.catch(() => undefined);
      for (const part of ['description', 'state', 'reading', 'event', 'resp/+'])
        await wire.subscribe(`${base}${part}`);
      return unitOf(session, await there);
    } catch (error) {
      session.closed = true;
      session.stale.stop();
      session.warnings.stop();
      throw error;
    }
  },
});
