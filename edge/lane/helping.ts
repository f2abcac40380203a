/** A lane's call for a person: its place among the others', and its end. */
import type { LaneView } from '../core/views/views.ts';
import type { LaneInside } from './inside.ts';

export function callHelp({ memory, parts }: LaneInside): void {
  memory.help ??= { sinceWallMs: parts.clock.wallMs() };
  parts.calls?.begin(parts.config.id, memory.help.sinceWallMs);
}

/** Taken back, or answered after `waitedMs`. */
export function endHelp({ memory, parts }: LaneInside, waitedMs?: number): void {
  delete memory.help;
  parts.calls?.end(parts.config.id, waitedMs);
}

export function helpView({ memory, parts }: LaneInside): LaneView['help'] {
  if (!memory.help) return undefined;
  const { phone, calls, config } = parts;
  return { ...memory.help, phone, ...calls?.standing(config.id) };
}
