/**
 * Commands to an MQTT cabinet: each once, for one session of the device, with an end on the
 * device's own clock. What was not answered in time is never sent again, and a command that is
 * delivered late finds its time or its session over and does nothing.
 */
import { type DriverClock, type TopicWire, WireError } from '../contract.ts';
import type { Answer, CabinetCommand } from './messages.ts';

export interface CommandTo {
  wire: TopicWire;
  clock: DriverClock;
  /** `<root>/dev/<deviceId>`. */
  base: string;
  /** Tells connections apart: no command id comes twice. */
  idPrefix: string;
}

/** `sent: false` where it certainly never reached the device. */
export type CommandOutcome = Answer | { outcome: 'no-answer' | 'closed'; sent: boolean };

/** The device's clock as far as it was told: never ahead of it, so an end is never too late. */
interface DeviceTime {
  session: number;
  uptimeMs: number;
  heardAtMs: number;
}

export function commander({ wire, clock, base, idPrefix }: CommandTo) {
  const waiting = new Map<string, (outcome: CommandOutcome) => void>();
  let device: DeviceTime | undefined;
  let count = 0;
  return {
    /** Something was heard of the device: its session, and its clock. */
    heard(session: number, uptimeMs: number): void {
      device = { session, uptimeMs, heardAtMs: clock.monoMs() };
    },
    answered(answer: Answer): void {
      waiting.get(answer.commandId)?.(answer);
    },
    /** No answer will come any more: the session is over. */
    giveUp(): void {
      for (const settle of [...waiting.values()]) settle({ outcome: 'closed', sent: true });
      device = undefined;
    },
    /** Resolves with the answer or at `untilMs`, never rejects. */
    async send(
      name: 'unlock' | 'read' | 'lights',
      untilMs: number,
      about: Pick<CabinetCommand, 'lock' | 'on'> = {},
    ): Promise<CommandOutcome> {
      const leftMs = untilMs - clock.monoMs();
      if (device === undefined || leftMs <= 0)
        return { outcome: device ? 'no-answer' : 'closed', sent: false };
      const commandId = `${idPrefix}-${++count}`;
      const sinceMs = clock.monoMs() - device.heardAtMs;
      const command: CabinetCommand = {
        v: 1,
        commandId,
        session: device.session,
        ...about,
        notAfterUptimeMs: Math.floor(device.uptimeMs + sinceMs + leftMs),
        answerTo: `${base}/resp/${commandId}`,
      };
      const payload = Buffer.from(JSON.stringify(command));
      return new Promise((resolve) => {
        const settle = (outcome: CommandOutcome): void => {
          if (!waiting.delete(commandId)) return;
          cancel();
          resolve(outcome);
        };
        waiting.set(commandId, settle);
        const cancel = clock.after(leftMs, () => settle({ outcome: 'no-answer', sent: true }));
        const topic = `${base}/cmd/${name}`;
        wire.publish(topic, payload, { qos: 1, timeoutMs: leftMs }).catch((error) => {
          if (!(error instanceof WireError)) throw error;
          // A queue that is full took nothing; otherwise it may be on its way.
          settle({ outcome: 'no-answer', sent: error.code !== 'QUEUE_FULL' });
        });
      });
    },
  };
}

export type Commander = ReturnType<typeof commander>;
