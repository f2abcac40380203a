/**
 * Tells systemd that the controller is up, and every few seconds that its loop still turns: a
 * controller that hangs is started again. Nothing where no systemd asked (sd_notify(3)).
 */
import { execFile } from 'node:child_process';
import type { Clock } from '../core/ports.ts';

/** Returns how to stop. `environment` is the process's own. */
export function keepWatchdog(clock: Clock, environment: NodeJS.ProcessEnv): () => void {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec } = environment;
  if (!socket) return () => {};
  const tell = (words: string) => execFile('systemd-notify', [words], () => {});
  tell('READY=1');
  const everyMs = Math.floor(Number(usec ?? 0) / 3000);
  let cancel = () => {};
  const beat = () => {
    tell('WATCHDOG=1');
    cancel = clock.after(everyMs, beat);
  };
  if (everyMs > 0) beat();
  return () => cancel();
}
