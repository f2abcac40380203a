/** When a condition becomes an alert, when it is told again, and when it is over. Pure. */
import type {
  Alert,
  AlertChannel,
  AlertRule,
  Condition,
  MessageKind,
  Mute,
  Severity,
} from './views/alert-views.ts';

export interface AlertState {
  open: Alert[];
  /** Conditions that do not count yet: since when, monotonic. */
  waiting: Record<string, number>;
  /** Alerts whose condition is gone, and since when: back within the hold, nothing was over. */
  leaving: Record<string, number>;
  /** When an alert was last told, monotonic. */
  toldMs: Record<string, number>;
}

export interface Message {
  kind: Exclude<MessageKind, 'test'>;
  alert: Alert;
  channels: AlertChannel[];
}

export interface AlertTurn {
  state: AlertState;
  messages: Message[];
  cleared: Alert[];
}

export const NO_ALERTS: AlertState = { open: [], waiting: {}, leaving: {}, toldMs: {} };

const RANK: Record<Severity, number> = { warn: 0, bad: 1 };
const MINUTE_MS = 60_000;

const applies = ({ on, codes, least }: AlertRule, { code, severity }: Condition): boolean =>
  on && RANK[severity] >= RANK[least] && (codes.length === 0 || codes.includes(code));

const isMuted = (mutes: readonly Mute[], { key, code }: Condition, wallMs: number): boolean =>
  mutes.some(({ what, untilWallMs }) => untilWallMs > wallMs && ['*', key, code].includes(what));

export interface AlertInput {
  conditions: readonly Condition[];
  rules: readonly AlertRule[];
  mutes: readonly Mute[];
  monoMs: number;
  wallMs: number;
  newId(): string;
}

/** One look at the store. A blip shorter than the hold neither raises anything nor ends it. */
export function lookForAlerts(state: AlertState, input: AlertInput): AlertTurn {
  const { conditions, rules, mutes, monoMs, wallMs } = input;
  const now = new Map(conditions.map((each) => [each.key, each]));
  const next: AlertState = { open: [], waiting: {}, leaving: {}, toldMs: {} };
  const turn: AlertTurn = { state: next, messages: [], cleared: [] };
  for (const alert of state.open) {
    const condition = now.get(alert.key);
    now.delete(alert.key);
    if (condition) stays(turn, { ...alert, ...condition }, state, input);
    else leaves(turn, alert, state, input);
  }
  for (const condition of now.values()) {
    const wanted = rules.filter((rule) => applies(rule, condition));
    if (wanted.length === 0) continue;
    const sinceMs = state.waiting[condition.key] ?? monoMs;
    const holdMs = Math.min(...wanted.map(({ holdSeconds }) => holdSeconds)) * 1000;
    if (monoMs - sinceMs < holdMs) {
      next.waiting[condition.key] = sinceMs;
      continue;
    }
    const sinceWallMs = wallMs - (monoMs - sinceMs);
    const alert = { ...condition, id: input.newId(), sinceWallMs, raisedWallMs: wallMs, told: 0 };
    const silent = isMuted(mutes, condition, wallMs);
    tell(turn, 'raised', alert, silent ? [] : channelsOf(wanted), monoMs);
  }
  return turn;
}

const channelsOf = (rules: readonly AlertRule[]): AlertChannel[] => [
  ...new Set(rules.flatMap(({ channels }) => channels)),
];

function tell(
  { state, messages }: AlertTurn,
  kind: Message['kind'],
  alert: Alert,
  channels: AlertChannel[],
  monoMs: number,
): void {
  const told = channels.length > 0 ? alert.told + 1 : alert.told;
  const next = { ...alert, told };
  state.open.push(next);
  state.toldMs[alert.id] = monoMs;
  if (channels.length > 0) messages.push({ kind, alert: next, channels });
}

function stays(turn: AlertTurn, alert: Alert, state: AlertState, input: AlertInput): void {
  const { rules, mutes, monoMs, wallMs } = input;
  const lastMs = state.toldMs[alert.id] ?? monoMs;
  const silent = isMuted(mutes, alert, wallMs);
  const wanted = rules.filter((rule) => applies(rule, alert));
  const due = wanted.filter(
    ({ repeatMinutes }) => repeatMinutes > 0 && monoMs - lastMs >= repeatMinutes * MINUTE_MS,
  );
  // Muted when it came, and the mute is over: it is told now for the first time.
  if (alert.told === 0 && !silent && wanted.length > 0)
    tell(turn, 'raised', alert, channelsOf(wanted), monoMs);
  else if (due.length > 0 && !silent) tell(turn, 'again', alert, channelsOf(due), monoMs);
  else {
    turn.state.open.push(alert);
    turn.state.toldMs[alert.id] = lastMs;
  }
}

function leaves(turn: AlertTurn, alert: Alert, state: AlertState, input: AlertInput): void {
  const { rules, mutes, monoMs, wallMs } = input;
  const goneMs = state.leaving[alert.key] ?? monoMs;
  const wanted = rules.filter((rule) => applies(rule, alert));
  const holdMs = Math.min(10, ...wanted.map(({ holdSeconds }) => holdSeconds)) * 1000;
  if (monoMs - goneMs < holdMs) {
    turn.state.open.push(alert);
    turn.state.leaving[alert.key] = goneMs;
    turn.state.toldMs[alert.id] = state.toldMs[alert.id] ?? monoMs;
    return;
  }
  const over = { ...alert, clearedWallMs: wallMs - (monoMs - goneMs) };
  turn.cleared.push(over);
  const channels = isMuted(mutes, alert, wallMs) || alert.told === 0 ? [] : channelsOf(wanted);
  if (channels.length > 0) turn.messages.push({ kind: 'cleared', alert: over, channels });
}

/** Milliseconds until a look could find something new; undefined where only a change can. */
export function nextLookMs(state: AlertState, { rules, monoMs, mutes, wallMs }: AlertInput) {
  const holds = [...Object.values(state.waiting), ...Object.values(state.leaving)];
  const repeats = rules.filter(({ on, repeatMinutes }) => on && repeatMinutes > 0);
  const shortest = Math.min(...repeats.map(({ repeatMinutes }) => repeatMinutes * MINUTE_MS));
  const due = [
    ...(holds.length > 0 ? [1000] : []),
    ...(repeats.length > 0 ? Object.values(state.toldMs).map((at) => at + shortest - monoMs) : []),
    ...mutes.map(({ untilWallMs }) => untilWallMs - wallMs).filter((ms) => ms > 0),
  ];
  return due.length > 0 ? Math.max(200, Math.min(...due)) : undefined;
}
