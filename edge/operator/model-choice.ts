/** Which of the installed models answers, for the operator: seen, and changed. */
import { PACK_FAILURES } from '../../models/pack-failures.ts';
import { type InstalledPack, openPackStore, type PackStore } from '../../models/pack-store.ts';
import type { Config } from '../config/config.ts';
import type { Clock, Outcome, Refusal } from '../core/ports.ts';
import type { PackView } from '../core/views/recognition-view.ts';
import type { Recognition } from '../recognition/recognition.ts';

export interface ModelChoice {
  /** The one in force first; none where the configuration names a pack by itself. */
  packs(): PackView[];
  /** Counter of the model that an update brought and that nobody put in force yet. */
  newer(): number | undefined;
  /** Tested anew, then named as the one in force; the controller follows within seconds. */
  use(name: string): Promise<Outcome<{ name: string }>>;
}

const NAMED_IN_CONFIGURATION: Refusal = {
  code: 'PACK_NAMED',
  message: {
    zh: '配置文件指定了识别模型，这里不能换',
    en: 'The configuration names the model; it cannot be changed here',
  },
  next: {
    zh: '请技术员去掉配置里的 recognitionPack',
    en: 'Have recognitionPack taken out of the configuration',
  },
};

interface StoreFacts {
  config: Pick<Config, 'recognitionPack'>;
  recognition: Pick<Recognition, 'itemsByPack'>;
  clock: Clock;
}

/** A pack named in the configuration is the technician's own choice; it is not changed here. */
export const modelsOf = (
  { config, recognition, clock }: StoreFacts,
  dataDir: string,
): ModelChoice =>
  modelChoice(config.recognitionPack ? undefined : openPackStore(dataDir, clock), recognition);

/** `packs`: left out where the configuration names a pack. */
export function modelChoice(
  packs: Pick<PackStore, 'list' | 'use'> | undefined,
  recognition: Pick<Recognition, 'itemsByPack'>,
): ModelChoice {
  const installed = () => packs?.list() ?? [];
  const shown = (found: readonly InstalledPack[]): PackView[] => {
    const known = recognition.itemsByPack();
    return found.map(({ name, state, id, counter, sha256 }) => ({
      ...{ name, state, id, counter, sha256, items: known.get(sha256) ?? 0 },
    }));
  };
  return {
    packs: () =>
      shown(installed()).sort(
        (a, b) => Number(b.state === 'current') - Number(a.state === 'current'),
      ),
    newer: () => installed().find(({ state }) => state === 'newer')?.counter,
    async use(name) {
      if (!packs) return { ok: false, refusal: NAMED_IN_CONFIGURATION };
      const used = await packs.use(name);
      if (used.ok) return { ok: true, value: { name: used.pack.name } };
      return {
        ok: false,
        refusal: { code: used.code, ...PACK_FAILURES[used.code], detail: { why: used.detail } },
      };
    },
  };
}
