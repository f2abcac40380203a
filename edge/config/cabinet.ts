/** Configuration of cabinets. */
import Type, { type Static } from 'typebox';
import { panelSchema } from './panel.ts';

const closed = { additionalProperties: false };
const id = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });
const ms = (value: number, least: number, description: string) =>
  Type.Integer({ default: value, minimum: least, maximum: 3_600_000, description });
const fen = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 0, maximum: 1_000_000, description });

export const cabinetSchema = Type.Object(
  {
    id,
    lock: Type.Optional(id),
    lockNumber: Type.Integer({ default: 1, minimum: 1, maximum: 48 }),
    shelves: Type.Array(id, { default: [], description: 'Weighing shelves, device ids' }),
    cooler: Type.Optional(id),
    scanner: Type.Optional(id),
    camera: Type.Optional(id),
    payment: Type.Optional(id),
    planogramFile: Type.Optional(
      Type.String({ description: 'Planogram as JSON, used until the ledger holds a newer one' }),
    ),
    holdFen: fen(20_000, 'Held before the door opens; the real amount is taken, the rest let go'),
    offline: Type.Union([Type.Literal('refuse'), Type.Literal('limit')], {
      default: 'refuse',
      description: 'No network: refuse everybody, or trust members up to offlineLimitFen',
    }),
    offlineLimitFen: fen(5_000, 'Most that a member may owe while there is no network'),
    members: Type.Array(
      Type.Object(
        {
          code: Type.String({ minLength: 4, maxLength: 64, description: 'Member code as scanned' }),
          memberId: Type.String({ minLength: 1, maxLength: 32 }),
          agreement: Type.String({ minLength: 1, maxLength: 32, description: 'At the acquirer' }),
        },
        closed,
      ),
      { default: [] },
    ),
    staffCodes: Type.Array(Type.String({ minLength: 6, maxLength: 64 }), {
      default: [],
      description: 'Codes that open the door for a refill; nothing is charged',
    }),
    twoPersonAboveFen: fen(20_000, 'Money back above this needs a second person'),
    settleAtBp: Type.Integer({
      default: 9_900,
      minimum: 5_000,
      maximum: 10_000,
      description: 'Settled by itself from this probability (1/10 000); below, a person looks',
    }),
    notOpenedMs: ms(10_000, 8_000, 'Door not opened: ends the visit'),
    orderMs: ms(120_000, 60_000, 'A payer who types a password has so long; then nothing opens'),
    shownMs: ms(20_000, 10_000, 'What came of a visit stays on the panel so long'),
    remindMs: ms(60_000, 10_000, 'Door open: first reminder'),
    alarmMs: ms(120_000, 20_000, 'Door open: alarm'),
    operatorMs: ms(180_000, 30_000, 'Door open: the operator is told'),
    panel: Type.Optional(panelSchema),
    countMs: ms(8_000, 3_000, 'Shelves that do not rest by then go to a person'),
  },
  closed,
);

export type CabinetConfig = Static<typeof cabinetSchema>;
