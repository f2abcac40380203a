/** What the technician's routes take: every field with its bounds. */
import Type from 'typebox';

export const closed = { additionalProperties: false };
export const id = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });
const words = Type.String({ maxLength: 200 });
const grams = Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 });
const ms = Type.Integer({ minimum: 0, maximum: 86_400_000 });
export const by = Type.Optional(Type.String({ maxLength: 64 }));
export const params = Type.Object({ id }, closed);
export const DAY_MS = 86_400_000;
export const TRACE_TEXT_BYTES = 24 * 1024 * 1024;

const plate = Type.Object(
  { minGrams: grams, maxGrams: grams, divisionGrams: Type.Integer({ minimum: 1, maximum: 1000 }) },
  closed,
);
export const draft = Type.Object(
  {
    id,
    driver: Type.String({ maxLength: 40 }),
    address: Type.String({ maxLength: 300 }),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    plate: Type.Optional(plate),
    by,
  },
  closed,
);
export const actBody = Type.Object(
  {
    by,
    why: Type.Optional(words),
    act: Type.String({ maxLength: 20 }),
    grams: Type.Optional(grams),
    lock: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    on: Type.Optional(Type.Boolean()),
    label: Type.Optional(Type.String({ maxLength: 20 })),
    forMs: Type.Optional(ms),
    hex: Type.Optional(Type.String({ maxLength: 1600 })),
    expect: Type.Optional(words),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 10, maximum: 10_000 })),
    unsafe: Type.Optional(Type.Boolean()),
    points: Type.Optional(
      Type.Array(Type.Object({ appliedGrams: grams, shownGrams: grams }, closed), { maxItems: 20 }),
    ),
  },
  closed,
);
export const settings = Type.Object(
  {
    driver: Type.Optional(Type.String({ maxLength: 40 })),
    address: Type.Optional(Type.String({ maxLength: 300 })),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    dryRun: Type.Optional(Type.Boolean()),
    by,
  },
  closed,
);
export const level = Type.Union([
  Type.Literal('internal'),
  Type.Literal('external'),
  Type.Literal('interactive'),
]);
export const format = Type.Union([
  Type.Literal('ytrace'),
  Type.Literal('pcapng'),
  Type.Literal('txt'),
]);
