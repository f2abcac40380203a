/** Opens the store's servers on their ports, or says which one could not be. */
import { cannotListen } from '../cannot-listen.ts';
import type { Outcome } from '../core/ports.ts';

export interface Door {
  server: { listen(where: Door['where']): Promise<string>; close(): Promise<unknown> };
  where: { host: string; port: number } | { path: string };
  /** Its name in the configuration, for the sentence. */
  what: string;
}

/** Addresses in the same order, or why one of them could not be opened. */
export async function openDoors(doors: Door[]): Promise<Outcome<string[]>> {
  const urls: string[] = [];
  for (const { server, where, what } of doors) {
    try {
      urls.push(await server.listen(where));
    } catch (error) {
      return { ok: false, refusal: cannotListen(what, where, error as NodeJS.ErrnoException) };
    }
  }
  return { ok: true, value: urls };
}
