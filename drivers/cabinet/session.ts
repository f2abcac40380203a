/** An MQTT cabinet's options, and what is known of it while one connection lasts. */
import { type Static, Type } from 'typebox';
import type { DriverContext, LockState, TopicWire } from '../contract.ts';
import type { Pulses } from '../lock/lock-pulses.ts';
import type { LockWarnings } from '../lock/lock-warnings.ts';
import type { QuietTimer } from '../quiet-timer.ts';
import { say } from '../say.ts';
import type { Commander } from './commands.ts';
import type { Description } from './messages.ts';
import type { Sequence } from './sequence.ts';

export const options = Type.Object(
  {
    root: Type.String({
      default: 'store/yike/edge',
      pattern: '^[^+#\\u0000]{1,128}$',
      about: say(
        '主题前缀：store/<storeId>/<edgeId>',
        'Topics begin with store/<storeId>/<edgeId>',
      ),
    }),
    deviceId: Type.String({
      default: 'cabinet-1',
      pattern: '^[A-Za-z0-9-]{1,32}$',
      about: say('设备编号', 'Its id in the topics'),
    }),
    staleMs: Type.Integer({
      default: 5000,
      minimum: 500,
      maximum: 120_000,
      about: say('多久没有消息算失联（毫秒）', 'Silence that counts as lost, in milliseconds'),
    }),
    minPulseGapMs: Type.Integer({
      default: 1000,
      minimum: 0,
      maximum: 60_000,
      about: say('两次开锁的最短间隔（毫秒）', 'Shortest time between two pulses of one lock'),
    }),
  },
  { additionalProperties: false },
);
export type Options = Static<typeof options>;

export interface Session {
  wire: TopicWire;
  settings: Options;
  context: DriverContext;
  order: Sequence;
  commands: Commander;
  pulses: Pulses;
  warnings: LockWarnings;
  stale: QuietTimer;
  locks: Map<number, LockState>;
  description?: Description;
  /** What is known of it: nothing yet, its will, a retained state, or itself. */
  presence: 'unheard' | 'gone' | 'retained' | 'live';
  ready(): void;
  closed: boolean;
}

export const over = ({ closed, context }: Session): boolean => closed || context.signal.aborted;
