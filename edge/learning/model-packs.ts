/** Follows the packs installed in the store's directory while it sells. */
import { galleryPack, openPack } from '../../models/pack.ts';
import type { PackStore } from '../../models/pack-store.ts';
import type { SwappingRecogniser } from '../../models/swapping.ts';
import type { Clock } from '../core/ports.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { Recognition } from '../recognition/recognition.ts';

export interface FollowParts {
  packs: PackStore;
  /** The folder that answers now. */
  running: string;
  recogniser: SwappingRecogniser;
  recognition: Recognition;
  ledger: Ledger;
  clock: Clock;
  log: Log;
  /** How often the file is looked at; 5 s by default. */
  lookEveryMs?: number;
}

/** `yike model install` and `rollback` take effect within this and the time to load. */
const LOOK_EVERY_MS = 5_000;

/** Swaps to the pack that `packs.json` names whenever it names another; returns how to stop. */
export function followPacks(parts: FollowParts): () => void {
  const { packs, clock } = parts;
  let { running } = parts;
  let stopped = false;
  let cancel: () => void = () => undefined;
  let keptFor = 0;
  /** What was published may need its pack after an update: it is kept once for every version. */
  const keepTaught = async (): Promise<void> => {
    const { version, items } = parts.recognition.stats();
    if (version === 0 || items === 0 || version === keptFor) return;
    keptFor = version;
    await packs.keepTaught().catch((error: Error) => {
      parts.log.error({ why: error.message }, 'no copy of the pack that goods were taught with');
    });
  };
  const look = async (): Promise<void> => {
    parts.recognition.tend();
    await keepTaught();
    const wanted = packs.current();
    if (wanted === running) return;
    // One that does not start is not tried again until the file names another.
    running = wanted;
    await change(parts, wanted);
  };
  const again = (): void => {
    if (stopped) return;
    cancel = clock.after(parts.lookEveryMs ?? LOOK_EVERY_MS, () => {
      look()
        .catch((error: Error) => parts.log.error({ why: error.message }, 'packs not followed'))
        .finally(again);
    });
  };
  again();
  return () => {
    stopped = true;
    cancel();
  };
}

async function change(parts: FollowParts, folder: string): Promise<void> {
  const { recogniser, recognition, ledger, log } = parts;
  const opened = openPack(folder);
  if (!opened.ok) {
    log.error({ code: opened.code, why: opened.detail }, 'the installed pack cannot be used');
    return;
  }
  const previousSha256 = recogniser.packSha256;
  const swapped = await recogniser.swapTo(folder, () =>
    recognition.usePack(galleryPack(opened.pack)),
  );
  if (!swapped.ok) {
    log.error({ code: swapped.code, why: swapped.detail }, 'the installed pack does not start');
    return;
  }
  const { id, counter, sha256 } = opened.pack;
  const body = { packId: id, counter, packSha256: sha256, previousSha256 };
  ledger.append({ source: 'store', events: [{ type: 'RecognitionPackSwitched', body }] });
  log.info(body, 'another recognition pack answers');
}
